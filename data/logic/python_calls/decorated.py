from functools import cache

def trace(f):
    return f

@cache
def ways(n):
    return 1 if n < 2 else ways(n - 1) + ways(n - 2)

@trace
def table(limit):
    return [row(n) for n in range(limit)]

def row(n):
    return f"{n}: {ways(n)}"
