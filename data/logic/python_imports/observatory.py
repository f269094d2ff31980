# dome/control.py
from dome import motor, weather
from dome.schedule import Plan

# dome/motor.py
from dome.bus import Frame

# dome/weather.py
from dome.bus import Frame
from dome.log import warn

# dome/schedule.py
from dome.catalog import find
from dome.log import note

# dome/catalog.py
from dome.files import load

# dome/bus.py
from dome.log import note

# dome/files.py
import pathlib

# dome/log.py
from dome.files import append

# dome/web.py
from dome.control import open_dome
from dome.schedule import Plan
