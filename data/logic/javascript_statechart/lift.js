export default {
  initial: "ground",
  states: {
    ground: { on: { UP: "first" } },
    first: { on: { UP: "second", DOWN: "ground" } },
    second: { on: { DOWN: "first", ALARM: "stuck" } },
    stuck: { on: { RESET: { target: "ground", actions: "openDoors" } } },
  },
};
