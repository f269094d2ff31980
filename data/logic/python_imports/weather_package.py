# weather/__init__.py
from .station import Station

# weather/station.py
from . import sensors
from .units import to_celsius

# weather/sensors.py
from .units import to_hpa

# weather/units.py
KELVIN = 273.15
