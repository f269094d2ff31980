def sqrt(x):
    return newton(lambda r: r * r - x, x)

def newton(f, guess):
    while not close(f(guess), 0):
        guess = guess - f(guess) / slope(f, guess)
    return guess

def slope(f, x, h=1e-6):
    return (f(x + h) - f(x)) / h

def close(a, b):
    return abs(a - b) < 1e-9

def hypotenuse(a, b):
    return sqrt(a * a + b * b)
