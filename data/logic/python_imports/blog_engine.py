# blog/app.py
from blog.views import home, post
from blog.settings import DEBUG

# blog/views.py
from blog.models import Post
from blog.render import page

# blog/models.py
from blog.db import connect

# blog/render.py
from blog.settings import THEME

# blog/db.py
from blog.settings import URL

# blog/settings.py
DEBUG, THEME, URL = False, "plain", "sqlite://"
