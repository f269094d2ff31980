def is_even(n):
    return True if n == 0 else is_odd(n - 1)

def is_odd(n):
    return False if n == 0 else is_even(n - 1)

def classify(numbers):
    return [label(n) for n in numbers]

def label(n):
    return "even" if is_even(abs(n)) else "odd"

def unused():
    return 42
