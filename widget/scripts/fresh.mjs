// Says whether the committed script is the one that this source makes.
import { readFile } from "node:fs/promises";
import { build } from "vite";

const KEPT = new URL("../../chat/static/widget.js", import.meta.url);

const made = await build({
  mode: "script",
  logLevel: "error",
  build: { write: false },
});
const [script] = [made].flat().flatMap(({ output }) => output);
const kept = await readFile(KEPT, "utf8").catch(() => "");
if (script?.code !== kept) {
  process.stderr.write("chat/static/widget.js is stale: make widget\n");
  process.exit(1);
}
