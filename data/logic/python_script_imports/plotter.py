# plot_rain.py
import csv
import sys

import matplotlib.pyplot as plt
import numpy as np
from scipy import signal

rows = list(csv.reader(sys.stdin))
plt.plot(signal.medfilt(np.array(rows, float)))
plt.show()
