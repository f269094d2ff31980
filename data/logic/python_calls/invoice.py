def invoice(order):
    total = add_tax(subtotal(order))
    return layout(order, total)

def subtotal(order):
    return sum(line_price(line) for line in order)

def line_price(line):
    return line.count * line.price

def add_tax(amount):
    return round(amount * 1.19, 2)

def layout(order, total):
    return header(order) + str(total)

def header(order):
    return f"Invoice {order.number}: "
