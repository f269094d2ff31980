let mode = "full";

function tick(grams, hour) {
  switch (mode) {
    case "full":
      if (hour === 7) mode = "serving";
      break;
    case "serving":
      if (grams >= 40) mode = "waiting";
      break;
    case "waiting":
      if (hour === 18) mode = "serving";
      if (grams === 0) mode = "refill";
      break;
    case "refill":
      if (grams > 500) mode = "full";
  }
}
