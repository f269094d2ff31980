def evaluate(text):
    tokens = tokenize(text)
    return expression(tokens)

def tokenize(text):
    return text.replace("(", " ( ").replace(")", " ) ").split()

def expression(tokens):
    value = term(tokens)
    while tokens and tokens[0] == "+":
        tokens.pop(0)
        value += term(tokens)
    return value

def term(tokens):
    value = factor(tokens)
    while tokens and tokens[0] == "*":
        tokens.pop(0)
        value *= factor(tokens)
    return value

def factor(tokens):
    if tokens[0] == "(":
        tokens.pop(0)
        value = expression(tokens)
        tokens.pop(0)
        return value
    return int(tokens.pop(0))
