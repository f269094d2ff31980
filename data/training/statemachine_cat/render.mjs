// Prints, for every machine in a folder, state-machine-cat's parsed model and its DOT rendering
// as one JSON object by machine name:  node render.mjs FOLDER

import { readFileSync, readdirSync } from "node:fs";
import { join, parse } from "node:path";
import { render } from "state-machine-cat";

const folder = process.argv[2];
const machines = {};
for (const file of readdirSync(folder).filter((f) => f.endsWith(".smcat")).sort()) {
  const path = join(folder, file);
  const text = readFileSync(path, "utf8");
  try {
    machines[parse(file).name] = {
      model: await render(text, { outputType: "json" }),
      dot: await render(text, { outputType: "dot" }),
    };
  } catch (error) {
    const line = error.location ? `:${error.location.start.line}` : "";
    console.error(`${path}${line}: ${error.message}`);
    process.exit(1);
  }
}
console.log(JSON.stringify(machines));
