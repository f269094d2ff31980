function reduce(state, action) {
  switch (state) {
    case "stopped":
      switch (action) {
        case "play":
          return "playing";
      }
      break;
    case "playing":
      switch (action) {
        case "pause":
          return "paused";
        case "stop":
          return "stopped";
      }
      break;
    case "paused":
      switch (action) {
        case "play":
          return "playing";
        case "stop":
          return "stopped";
      }
  }
  return state;
}
