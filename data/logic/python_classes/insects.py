class Arthropod: pass
class Insect(Arthropod): legs = 6
class Arachnid(Arthropod): legs = 8
class Beetle(Insect): pass
class Ladybird(Beetle): spots = 7
class Moth(Insect): pass
class Mite(Arachnid): pass
