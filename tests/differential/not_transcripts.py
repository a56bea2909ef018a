#!/usr/bin/env python3
"""Files that are no transcripts are not taken for any: 2,000 of them, from this computer, and the messages of the samples.

A file that tells of a mail dialogue in its text (an RFC's example in a manual) may be read; one without a command or a
greeting may not.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "trace-to-json"
SOURCE = pathlib.Path(os.environ["MAILPARSE_SOURCE"])
SAMPLES = pathlib.Path(os.environ.get("MAILPARSE_SAMPLES", ""))
WANTED = 2000
LARGEST = 300_000
AT_A_TIME = 50
HOLDS_DIALOGUE = re.compile(rb"^.{0,40}?\b(?:EHLO|HELO|LHLO|MAIL FROM|RCPT TO|USER|RETR|LOGIN|SELECT|220|250|\+OK)\b", re.M | re.I)
PLACES = [("code", "/usr/include"), ("code", "/usr/lib/python3"), ("code", "/usr/share/perl"), ("docs", "/usr/share/doc"),
          ("data", "/usr/share/misc"), ("data", "/usr/share/zoneinfo"), ("binaries", "/usr/bin"), ("logs", "/var/log"),
          ("code", str(SOURCE / "libmailparse")), ("mail", str(SAMPLES / "messages"))]
SHARE = 300


def files():
    for kind, place in PLACES:
        taken = 0
        for folder, folders, names in os.walk(place):
            folders.sort()
            for name in sorted(names)[:20]:
                path = pathlib.Path(folder, name)
                if taken < SHARE and path.is_file() and not path.is_symlink() and 0 < path.stat().st_size < LARGEST:
                    taken += 1
                    yield kind, str(path)


chosen = list(files())[:WANTED + 500]
if len(chosen) < WANTED:
    print("SKIP: only %d files to be found" % len(chosen))
    sys.exit(77)
taken, wrong = collections.Counter(), []
for at in range(0, len(chosen), AT_A_TIME):
    some = chosen[at:at + AT_A_TIME]
    done = subprocess.run([BIN, "--no-sandbox", *(path for _, path in some)], capture_output=True, timeout=120)
    assert done.returncode in (0, 2), done.stderr[-300:]
    kinds = {path: kind for kind, path in some}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record["record"] != "session" or record["source"].get("format") != "text":
            continue
        path = record["source"]["file"]
        dialogue = HOLDS_DIALOGUE.search(pathlib.Path(path).read_bytes()) is not None
        taken[kinds[path]] += 1
        wrong.append("%s: taken for %s (%.2f), %d exchanges%s" % (
            path, record["source"]["dialect"], record["source"]["dialect_confidence"], len(record["exchanges"]),
            ", has words of a dialogue" if dialogue else ""))
print("%d files: %s taken for transcripts" % (len(chosen), sum(taken.values())))
for line in wrong:
    print(line)
sys.exit(1 if any(not line.endswith("words of a dialogue") for line in wrong) else 0)
