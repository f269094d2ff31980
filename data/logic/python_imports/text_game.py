# main.py
import parser
import world
from player import Player

# player.py
import inventory

# world.py
import rooms
from items import LAMP

# rooms.py
from items import KEY

# inventory.py
import items

# parser.py
import re

# items.py
LAMP, KEY = "lamp", "key"
