class Robot:
    def clean_room(self):
        while self.dirty():
            self.move()
            self.suck()
        self.dock()

    def dirty(self):
        return self.camera.sees_dust()

    def move(self):
        if self.bumped():
            self.turn(90)

    def turn(self, degrees): ...
    def bumped(self): ...
    def suck(self): ...

    def dock(self):
        self.turn(180)
        self.move()
