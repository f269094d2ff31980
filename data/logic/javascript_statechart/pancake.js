const pancake = createMachine({
  initial: "bowl",
  states: {
    bowl: { on: { POUR: { target: "raw", guard: "panHot" } } },
    raw: { on: { BUBBLES: "oneSide", SMOKE: "burnt" } },
    oneSide: { on: { FLIP: "flying" } },
    flying: { on: { CATCH: "bothSides", MISS: "floor" } },
    bothSides: { on: { SERVE: "plate", SMOKE: "burnt" } },
    plate: { on: { SYRUP: "eaten" } },
    burnt: { on: { BIN: "bowl" } },
    floor: { on: { DOG: "eaten", SWEEP: "bowl" } },
    eaten: {},
  },
});
