class Thermometer:
    def read(self):
        raw = self._sample()
        return self._smooth(to_celsius(raw))

    def _sample(self):
        return self.pin.value()

    def _smooth(self, value):
        self.log(value)
        return value

    def log(self, value):
        print(stamp(), value)

def to_celsius(raw):
    return raw / 10 - 40

def stamp():
    return "now"
