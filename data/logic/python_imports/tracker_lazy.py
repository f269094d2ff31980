# cli.py
import argparse

def run():
    from tracker import Tracker
    return Tracker()

# tracker.py
from storage import save
from clock import now

# storage.py
import json
from clock import now

# clock.py
import time

# legacy.py
import storage
