const commentBox = createMachine({
  id: "comment",
  initial: "empty",
  states: {
    empty: { on: { TYPE: "editing" } },
    editing: {
      on: {
        CLEAR: "empty",
        SUBMIT: { target: "posting", guard: "notTooLong" },
      },
    },
    posting: { on: { OK: "posted", ERROR: "editing" } },
    posted: {},
  },
});
