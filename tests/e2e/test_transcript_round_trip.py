#!/usr/bin/env python3
"""Captures printed as swaks, plain and c-s and read back: the same sessions, less times.

usage: test_transcript_round_trip.py [FOLDER...], of captures or transcripts; corpus/captures where none is named.

Each is printed with its secrets, and those that have any without them as well. Where a form cannot hold something it says
so in a note; such a session is counted under that note and compared as far as its commands go.
"""
import collections
import json
import os
import pathlib
import subprocess
import sys

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "trace-to-json"
SOURCE = pathlib.Path(os.environ["MAILPARSE_SOURCE"])
FORMS = {"swaks": "swaks", "plain": "unmarked", "c-s": "speaker"}
AT_MOST = 40  # conversations of one file
NOTES = ("cannot be read and are left out", "left out", "end in a bare LF", "CR that ends no line", "have no end", "NUL octets",
         "more than is kept", "do not tell who says")


def run(*arguments, octets=b""):
    done = subprocess.run([BIN, *map(str, arguments)], input=octets, capture_output=True, timeout=60)
    assert done.returncode >= 0, "ended by signal %d" % -done.returncode
    return done.stdout


def sessions(output):
    records = [json.loads(line) for line in output.splitlines()]
    return [r for r in records if r["record"] == "session" and r["protocol"] != "unknown" and (r["exchanges"] or "greeting" in r)]


def replies_of(exchange):
    replies = ([exchange["reply"]] if "reply" in exchange else []) + exchange.get("more_replies", [])
    return [[r.get("code"), r.get("status"), r.get("tag"), r["text"]] for r in replies]


def told(record):
    """A session in what does not depend on times, frames and offsets."""
    exchanges = []
    for exchange in record["exchanges"]:
        command = exchange.get("command", {})
        exchanges.append([command.get("verb"), command.get("text"), command.get("path"), command.get("params"), replies_of(exchange)])
    transactions = []
    for t in record.get("transactions", []):
        message = t.get("message", {})
        recipients = [[r["address"], r["outcome"], r.get("code"), r.get("enhanced")] for r in t["recipients"]]
        transactions.append([t.get("mail_from"), recipients, t["outcome"], message.get("size"), message.get("sha256"), message.get("complete")])
    retrievals = [[r["command"], r["message"]["size"], r["message"]["sha256"]] for r in record.get("retrievals", [])]
    greeting = record.get("greeting", {}).get("reply", {}).get("text")
    return {"protocol": record["protocol"], "greeting": greeting, "hello": record.get("hello"),
            "extensions": record.get("extensions"), "exchanges": exchanges, "transactions": transactions,
            "retrievals": retrievals}


def blocks(text, form):
    """The printed conversations, one by one."""
    mark = b"=== session " if form == "swaks" else b"# trace-to-json: session "
    return [mark + part for part in text.split(mark)[1:]]


def note_of(block):
    """What the form says that it cannot hold, or None."""
    said = [line for line in block.decode("utf-8", "replace").splitlines() if line.startswith(("=== ", "# ")) or line.endswith(" left out>")]
    return next((note for note in NOTES if any(note in line for line in said)), None)


def fault_of(record, block, found):
    """What is wrong with a session that was printed and read back, or None."""
    if found is None:
        return None if note_of(block) else "not found again"
    wanted, got = told(record), told(found)
    if note_of(block):
        return None
    for key in wanted:
        if wanted[key] != got[key]:
            return "%s: %s for %s" % (key, str(got[key])[:300], str(wanted[key])[:300])
    return None


def read_back(printed, form, secrets):
    """The sessions of all blocks, one a block: all in one run, or one by one where their number is another."""
    dialect = FORMS[form]
    found = sessions(run(*secrets, "--dialect", dialect, "-", octets=b"".join(printed)))
    if len(found) == len(printed):
        return found
    return [(sessions(run(*secrets, "--dialect", dialect, "-", octets=block)) + [None])[0] for block in printed]


def name_of(block):
    return block.split(b"session ")[1].split(b",")[0].decode()


def inputs():
    for folder in map(pathlib.Path, sys.argv[1:] or [SOURCE / "corpus/captures"]):
        yield from sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "README.txt")


def main():
    faults, counts = [], collections.Counter()
    for path in inputs():
        shown = run(path)
        for secrets in ([], ["--show-secrets"]) if b"***" in shown else (["--show-secrets"],):
            records = {r["id"]: r for r in sessions(run(*secrets, path))}
            for form in FORMS:
                printed = [b for b in blocks(run(*secrets, "--emit", "transcript", "--dialect", form, path), form) if name_of(b) in records]
                printed = printed[:AT_MOST]
                for block, found in zip(printed, read_back(printed, form, secrets)):
                    counts[form] += 1
                    counts[note_of(block)] += 1
                    fault = fault_of(records[name_of(block)], block, found)
                    if fault:
                        faults.append("%s %s %s %s: %s" % (path.name, name_of(block), form, " ".join(secrets), fault))
    for fault in faults[:40]:
        print(fault)
    for note in NOTES:
        if counts[note]:
            print("%6d cannot be held: %s" % (counts[note], note))
    compared = sum(counts[form] for form in FORMS)
    print("%d printed and read back, %d the same, %d not as they were" % (compared, counts[None] - len(faults), len(faults)))
    return 1 if faults or compared == 0 else 0


sys.exit(main())
