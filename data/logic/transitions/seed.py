from transitions import Machine

class Seed:
    pass

seed = Seed()
machine = Machine(
    seed,
    states=["dormant", "soaked", "sprouted", "rotten"],
    initial="dormant",
    transitions=[
        ["rain", "dormant", "soaked"],
        ["warmth", "soaked", "sprouted"],
        ["flood", "soaked", "rotten"],
        ["drought", "soaked", "dormant"],
    ],
)
