#!/usr/bin/env python3
"""What trace-to-json makes of each dialect sample, a row a session. `--write`: into docs/dialects.md.

Elided is what the log leaves out and the record says so: messages, secrets, replies.
"""
import json
import os
import pathlib
import subprocess
import sys

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "trace-to-json"
SAMPLES = pathlib.Path(os.environ["MAILPARSE_SAMPLES"]) / "dialects"
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/dialects.md"


def records_of(path, *options):
    done = subprocess.run([BIN, *options, path], capture_output=True, timeout=60)
    assert done.returncode in (0, 2), done.stderr[-300:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def replies_of(exchange):
    return ([exchange["reply"]] if "reply" in exchange else []) + exchange.get("more_replies", [])


def messages_of(record):
    moved = [t["message"] for t in record.get("transactions", []) if "message" in t]
    return moved + [r["message"] for r in record.get("retrievals", [])]


def row_of(record):
    exchanges = record["exchanges"]
    replies = sum(len(replies_of(e)) for e in exchanges) + (1 if "greeting" in record else 0)
    messages = messages_of(record)
    whole = sum(1 for m in messages if m["complete"])
    source = record["source"]
    return [source["dialect"], "%.2f" % source["dialect_confidence"], record["protocol"],
            str(sum(1 for e in exchanges if "command" in e)), str(replies),
            "%d of %d" % (whole, len(messages)) if messages else "", ", ".join(left_out_of(record))]


def left_out_of(record):
    """What the record says that the log does not show, with how often."""
    return ["%d %s" % (n, what) for what, n in record.get("elided", {}).items()]


def rows():
    for path in sorted(p for p in SAMPLES.rglob("*") if p.is_file() and p.name != "README.txt"):
        name = str(path.relative_to(SAMPLES))
        sessions = [r for r in records_of(path) if r["record"] == "session"]
        if not sessions:
            yield [name, "none", "", "", "", "", "", ""]
        for record in sessions:
            yield [name, *row_of(record)]


def main():
    head = ["file", "dialect", "confidence", "protocol", "commands", "replies", "messages whole", "left out"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows()]
    text = "\n".join(lines) + "\n"
    print(text)
    if "--write" in sys.argv[1:]:
        before = PAGE.read_text(encoding="utf-8").partition("<!-- samples -->")[0]
        PAGE.write_text(before + "<!-- samples -->\n\n" + text, encoding="utf-8")


main()
