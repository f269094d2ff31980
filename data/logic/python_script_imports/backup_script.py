# backup.py
import os.path
import shutil
from datetime import date
from zipfile import ZipFile

def run(src, dest):
    name = f"{date.today()}.zip"
    with ZipFile(os.path.join(dest, name), "w") as z:
        z.write(src)
    shutil.disk_usage(dest)
