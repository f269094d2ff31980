class Money:
    @staticmethod
    def of(text):
        return Money.scale(float(text))

    @staticmethod
    def scale(value):
        return int(value * 100)

class Checkout:
    def pay(self, text):
        amount = Money.of(text)
        self.authorise(amount)
        self.capture(amount)
        receipt(amount)

    def authorise(self, amount): ...
    def capture(self, amount): ...

def receipt(amount):
    print(amount)
