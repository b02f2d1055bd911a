// Parses an AsyncAPI document by the parser of the AsyncAPI Initiative: node asyncapi_parser.mjs
// LIBRARY FILE. Prints JSON: whether it is a document, and each thing that was found wrong.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { argv } from "node:process";

const [library, file] = argv.slice(2);
const { Parser } = createRequire(import.meta.url)(library);
const { document, diagnostics } = await new Parser().parse(readFileSync(file, "utf8"));
const found = diagnostics.map(({ code, path, severity }) => ({ code, path, severity }));
console.log(JSON.stringify({ parsed: document !== undefined, found }));
