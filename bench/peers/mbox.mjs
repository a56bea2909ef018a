// Messages of an mbox, cut at its From lines, for the drivers of parsers written in JavaScript.
import { readFileSync } from "node:fs";

export function* messages(path) {
  const mbox = readFileSync(path);
  for (let at = 0; at < mbox.length;) {
    const begin = mbox.indexOf("\n", at) + 1;
    const next = mbox.indexOf("\nFrom ", begin);
    const end = next < 0 ? mbox.length : next + 1;
    yield mbox.subarray(begin, end);
    at = end;
  }
}
