# till.py
from basket import Basket
import prices

# basket.py
import prices
from loaf import Loaf

# prices.py
CURRENCY = "EUR"

# loaf.py
import prices
