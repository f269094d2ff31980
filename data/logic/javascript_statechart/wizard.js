const wizard = {
  states: {
    name: { on: { NEXT: { target: "address", guard: "hasName" } } },
    address: {
      entry: "focus",
      on: { NEXT: { target: "payment", guard: "hasZip" }, BACK: "name" },
    },
    payment: { on: { PAY: "thanks", BACK: "address" } },
    thanks: { type: "final" },
  },
};
