#!/usr/bin/env python3
"""One conversation in several forms: what other programs print of a capture, and logs of the run that it recorded, are read
as the capture itself is.

Each capture is printed by tcpdump, ngrep, tcpflow and tshark in their ways, and read again. All that the print tells must be
in the capture's record, in its order: commands, replies, addresses; complete messages have its digest. A print that cuts
octets off (ngrep's dots for CR and LF) is compared in what it holds.
"""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "trace-to-json"
SAMPLES = pathlib.Path(os.environ.get("MAILPARSE_SAMPLES", "/nonexistent"))
CAPTURES = SAMPLES / "captures-loopback"
LOGS = {"tshark-follow-ascii-smtp-pipelining-postfix.txt": "smtp-pipelining-postfix.pcap",
        "tshark-follow-ascii-smtp-plain-postfix.txt": "smtp-plain-postfix.pcap",
        "smtp-abuse-server-only.txt": "smtp-syntax-abuse-postfix.pcap"}
# What a print cannot hold: dots for CR and LF, and a line end for CRLF and LF alike, which the abused syntax has both of;
# octets of TLS, of which the follow of curl's session prints dots.
CANNOT = {"smtp-syntax-abuse-postfix.pcap": {"tcpdump -A", "tcpdump -A -tttt", "tcpdump -A -q -t", "ngrep byline", "ngrep byline -t", "ngrep single -t",
                                             "ngrep normal", "ngrep none", "tshark follow ascii"},
          "smtp-starttls-curl-keylog.pcap": {"tshark follow ascii", "ngrep single -t"},
          "smtp-starttls-auth-postfix.pcap": {"ngrep single -t"}, "pop3-stls-dovecot.pcap": {"ngrep single -t"}}
VIEWS = {
    "tcpdump -A": ["tcpdump", "-A", "-n", "-r", "{}"],
    "tcpdump -X": ["tcpdump", "-X", "-n", "-r", "{}"],
    "tcpdump -XX -e": ["tcpdump", "-XX", "-e", "-n", "-r", "{}"],
    "tcpdump -x -v": ["tcpdump", "-x", "-v", "-n", "-r", "{}"],
    "tcpdump -A -tttt": ["tcpdump", "-A", "-tttt", "-nn", "-r", "{}"],
    "tcpdump -X -tt -S": ["tcpdump", "-X", "-tt", "-S", "-nn", "-r", "{}"],
    "tcpdump -A -q -t": ["tcpdump", "-A", "-q", "-t", "-nn", "-r", "{}"],
    "ngrep byline": ["ngrep", "-q", "-W", "byline", "-I", "{}"],
    "ngrep byline -t": ["ngrep", "-q", "-t", "-W", "byline", "-I", "{}"],
    "ngrep single -t": ["ngrep", "-q", "-t", "-W", "single", "-I", "{}"],
    "ngrep normal": ["ngrep", "-q", "-W", "normal", "-I", "{}"],
    "ngrep none": ["ngrep", "-q", "-W", "none", "-I", "{}"],
    "ngrep -x": ["ngrep", "-q", "-x", "-I", "{}"],
    "tshark follow ascii": ["tshark", "-n", "-q", "-r", "{}", "-z", "follow,tcp,ascii,0"],
    "tshark follow hex": ["tshark", "-n", "-q", "-r", "{}", "-z", "follow,tcp,hex,0"],
    "tshark follow raw": ["tshark", "-n", "-q", "-r", "{}", "-z", "follow,tcp,raw,0"],
}


def sessions(path=None, octets=None):
    done = subprocess.run([BIN, path or "-"], input=octets, capture_output=True, timeout=60)
    assert done.returncode in (0, 2), done.stderr[-300:]
    records = [json.loads(line) for line in done.stdout.splitlines()]
    return [r for r in records if r["record"] == "session" and (r["exchanges"] or "greeting" in r)]


def said(record):
    """Lines of both sides, each in its order, as far as the record has them."""
    client, server = [], []
    for exchange in record["exchanges"]:
        if "command" in exchange:
            client.append(str(exchange["command"]["text"]).rstrip())
        for reply in ([exchange["reply"]] if "reply" in exchange else []) + exchange.get("more_replies", []):
            server.append("%s %s" % (reply.get("code", reply.get("status")), " / ".join(map(str, reply["text"])).rstrip()))
    return client, server


def digests(record):
    moved = [t["message"] for t in record.get("transactions", []) if "message" in t] + [r["message"] for r in record.get("retrievals", [])]
    return sorted((m["size"], m["sha256"]) for m in moved if m["complete"])


def in_order(got, wanted):
    rest = iter(wanted)
    return next((line for line in got if not any(line == other for other in rest)), None)


def compare(found, wanted):
    """What is wrong, or None; how much of the capture's lines was told."""
    told, there = 0, 0
    for got in found:
        ports = {(got.get(side) or {}).get("port") for side in ("client", "server")}
        same = [w for w in wanted if {w["client"]["port"], w["server"]["port"]} == ports] or wanted
        faults = []
        for want in same:
            strangers = [in_order(g, w) for g, w in zip(said(got), said(want))]
            strangers += [None if set(digests(got)) <= set(digests(want)) else "a message %s of %s" % (digests(got), digests(want))]
            faults.append(next((s for s in strangers if s is not None), None))
            if faults[-1] is None:
                told += sum(map(len, said(got)))
                there += sum(map(len, said(want)))
                break
        else:
            return "not in the capture: %s" % faults[0], 0
    return None, (told, there)


def check(name, found, wanted, faults, counts):
    fault, lines = compare(found, wanted)
    counts[name][0] += 1
    if fault or not found:
        faults.append("%s: %s" % (name, fault or "nothing found"))
        return
    counts[name][1] += 1
    counts[name][2] += lines[0]
    counts[name][3] += lines[1]


def main():
    if not CAPTURES.is_dir():
        print("SKIP: no captures")
        return 77
    faults, counts = [], collections.defaultdict(lambda: [0, 0, 0, 0])
    for log, capture in LOGS.items():
        check("log: " + log, sessions(SAMPLES / "dialects" / log), sessions(CAPTURES / capture), faults, counts)
    for capture in sorted(CAPTURES.glob("*.pcap")):
        wanted = sessions(capture)
        for view, command in VIEWS.items():
            if shutil.which(command[0]) is None or view in CANNOT.get(capture.name, ()):
                continue
            text = subprocess.run([part.replace("{}", str(capture)) for part in command], capture_output=True, timeout=60).stdout
            check(view, sessions(octets=text), wanted, faults, counts)
            if faults and faults[-1].startswith(view + ":") and capture.name not in faults[-1]:
                faults[-1] += " (%s)" % capture.name
    print("%-52s captures  agree  lines told of the capture's" % "")
    for name, (all_of, agree, told, there) in counts.items():
        print("%-52s %8d %6d  %d of %d" % (name, all_of, agree, told, there))
    for fault in faults:
        print(fault[:400])
    return 1 if faults else 0


sys.exit(main())
