// Writes src/api/schema.d.ts from openapi.json; --check only says whether it is stale.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const SPECIFICATION = new URL("../openapi.json", import.meta.url);
const TYPES = new URL("../src/api/schema.d.ts", import.meta.url);

const text = await readFile(SPECIFICATION, "utf8");
const hash = createHash("sha256").update(text).digest("hex");
// The hash lets a test that has no Node see whether the types are those of the document.
const types = `// Written by \`npm run types\` from openapi.json, sha256 ${hash}.

${astToString(await openapiTS(JSON.parse(text)))}`;

if (process.argv.includes("--check")) {
  const kept = await readFile(TYPES, "utf8").catch(() => "");
  if (kept !== types) {
    process.stderr.write("src/api/schema.d.ts is stale: make widget-types\n");
    process.exit(1);
  }
} else {
  await writeFile(TYPES, types);
}
