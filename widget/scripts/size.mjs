// Says how large what a browser loads is, and fails when it is larger than it may be.
import { readFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";

const LARGEST = 120_000;
const SCRIPT = new URL("../../chat/static/widget.js", import.meta.url);

const script = await readFile(SCRIPT);
const zipped = gzipSync(script, { level: 9 }).length;
const figures = {
  bytes: script.length,
  gzip: zipped,
  brotli: brotliCompressSync(script).length,
};
process.stdout.write(`chat/static/widget.js ${JSON.stringify(figures)}\n`);
if (zipped > LARGEST) {
  process.stderr.write(`It may have ${LARGEST} bytes gzipped.\n`);
  process.exit(1);
}
