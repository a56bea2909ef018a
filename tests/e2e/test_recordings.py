#!/usr/bin/env python3
"""What programs printed, against what was on the wire in the same run: the log is read as what it is.

Nothing may be told that was not said, all that is told stands in the order of the wire, complete messages have the wire's
digest, and no secret is shown. See corpus/make_transcripts.py.
"""
import json
import os
import pathlib
import subprocess
import sys

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "trace-to-json"
FOLDER = pathlib.Path(os.environ["MAILPARSE_SOURCE"]) / "corpus" / "transcripts"
SECRETS = (b"CANARY-7f3a", b"Q0FOQVJZLTdmM2E", b"Ym9iAENBTkFSWS03ZjNh", b"AGJvYgBDQU5BUlktN2YzYQ")
# How much of the wire's commands and replies a log must tell; 1 where nothing is said here. curl prints no lists and not the end of
# what was refused, imaplib no literals.
SHARES = {"poplib-1": 0.3, "poplib-2": 0.7, "imaplib-4": 0.7, "imaplib-5": 0.7, "msmtp-auth": 0.8, "net-pop3": 0.9, "s-nail-imap": 0.9,
          "curl-v": 0.8, "curl-trace": 0.8, "curl-trace-ascii": 0.8, "curl-pop3-v": 0.8, "curl-pop3-trace": 0.8,
          "curl-pop3-trace-list": 0.8, "curl-imap-v": 0.8, "curl-imap-trace": 0.8, "curl-imap-append": 0.7}


def sessions(path, *options):
    done = subprocess.run([BIN, *options, path], capture_output=True, timeout=20)
    assert done.returncode == 0, "exit status %d: %s" % (done.returncode, done.stderr.decode()[:200])
    assert not any(secret in done.stdout + done.stderr for secret in SECRETS), "a secret is shown"
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return [record for record in records if record["record"] == "session"]


def said(record):
    """Lines of both sides in order, as far as the record has them."""
    lines = ["S %s" % line for line in record.get("greeting", {}).get("reply", {}).get("text", [])]
    for exchange in record["exchanges"]:
        if "command" in exchange:
            lines.append("C %s %s" % (exchange["command"]["verb"], exchange["command"]["text"]))
        for reply in ([exchange["reply"]] if "reply" in exchange else []) + exchange.get("more_replies", []):
            lines += ["S %s %s" % (reply.get("code", reply.get("status")), line) for line in reply["text"]]
    return lines


def told_in_order(got, wanted):
    """The first line of `got` that `wanted` has not, in order; None where all is well. A log may hide more than the secret."""
    rest = iter(wanted)
    for line in got:
        hidden = line.endswith(" ***")
        if not any(line == other or (hidden and other.endswith(" ***") and other.startswith(line[:-3])) for other in rest):
            return line
    return None


def digests(record):
    moved = [t["message"] for t in record.get("transactions", []) if "message" in t]
    moved += [r["message"] for r in record.get("retrievals", [])]
    return {(m["size"], m["sha256"]) for m in moved if m["complete"]}


def fault_of(path):
    found, wire = sessions(path), sessions(path.with_suffix(".wire"), "--dialect", "speaker")
    if len(found) != len(wire):
        return "%d sessions of %d" % (len(found), len(wire))
    for got, wanted in zip(found, wire):
        if got["protocol"] != wanted["protocol"]:
            return "%s is taken for %s" % (wanted["protocol"], got["protocol"])
        stranger = told_in_order(said(got), said(wanted))
        if stranger is not None:
            return "never said, or not there: %s" % stranger
        if len(said(got)) < SHARES.get(path.stem, 1) * len(said(wanted)):
            return "%d lines of %d" % (len(said(got)), len(said(wanted)))
        if not digests(got) <= digests(wanted):
            return "a complete message is not the wire's: %s, %s" % (digests(got), digests(wanted))
    return None


logs = sorted(FOLDER.glob("*.log"))
faults = 0
for log in logs:
    try:
        fault = fault_of(log)
    except AssertionError as error:
        fault = str(error)
    if fault:
        faults += 1
        print("%s: %s" % (log.name, fault))
print("%d recordings" % len(logs))
sys.exit(1 if faults or not logs else 0)
