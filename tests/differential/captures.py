#!/usr/bin/env python3
"""Compares what trace-to-json reads of captures with what tshark reads of them, conversation by conversation.

usage: captures.py FOLDER-OF-TRACE-TO-JSON CAPTURE-OR-FOLDER...

Of every mail conversation: the octets of both sides (tshark's "follow"), the verbs of the client (fields of its SMTP, POP and
IMAP dissectors) and the reply codes of the server (read from the followed stream by the few lines below). Prints a line for each
difference and a table of counts. Not part of CI; docs/comparisons-captures.md holds what came of it.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys

KINDS = (".pcap", ".pcapng", ".pcap.gz", ".pcapng.gz")
DISSECTORS = {"smtp": "smtp", "lmtp": "smtp", "pop3": "pop", "imap": "imap"}
COMMANDS = {"smtp": "smtp.req.command", "lmtp": "smtp.req.command", "pop3": "pop.request.command", "imap": "imap.request.command"}
PSEUDO = {".", "+", "", None}  # end of data, SASL response, no verb: no commands to tshark


def sessions_of(tool, path):
    done = subprocess.run([tool, str(path)], capture_output=True, timeout=120)
    return [line for line in map(json.loads, done.stdout.splitlines()) if line["record"] == "session" and "client" in line]


def tshark(path, *arguments):
    done = subprocess.run(["tshark", "-n", "-r", str(path), *arguments], capture_output=True, text=True, timeout=300)
    return done.stdout


def decode_as(sessions):
    """Ports that tshark does not take for mail by itself."""
    named = {(one["server"]["port"], DISSECTORS[one["protocol"]]) for one in sessions if one["protocol"] in DISSECTORS}
    return [word for port, name in sorted(named) for word in ("-d", "tcp.port==%d,%s" % (port, name))]


def streams_of(path):
    """(client, server) -> tshark's number of the connection, in the order of the capture; a pair may come again."""
    found = collections.defaultdict(list)
    fields = ["tcp.stream", "ip.src", "ipv6.src", "tcp.srcport", "ip.dst", "ipv6.dst", "tcp.dstport"]
    seen = set()
    for line in tshark(path, "-Y", "tcp", "-T", "fields", *[word for field in fields for word in ("-e", field)]).splitlines():
        stream, source, source6, source_port, target, target6, target_port = [value.split(",")[-1] for value in line.split("\t")]
        if stream in seen:
            continue
        seen.add(stream)
        ends = ((source6 or source, int(source_port)), (target6 or target, int(target_port)))
        found[frozenset(ends)].append(int(stream))
    return found


def followed(path, streams):
    """Number of a connection -> {(address, port): octets}."""
    arguments = ["-q"]
    for stream in streams:
        arguments += ["-z", "follow,tcp,raw,%d" % stream]
    found = {}
    for block in tshark(path, *arguments).split("Follow: tcp,raw")[1:]:
        lines = block.splitlines()
        stream = int(re.search(r"tcp\.stream eq (\d+)", block)[1])
        nodes = [re.search(r"^Node %d: (?:\[?(.*?)\]?):(\d+)$" % n, block, re.MULTILINE) for n in (0, 1)]
        nodes = [(node[1], int(node[2])) for node in nodes]
        sides = {node: bytearray() for node in nodes}
        for line in lines:
            if re.fullmatch(r"\t?(?:[0-9a-f]{2})+", line):
                sides[nodes[1] if line.startswith("\t") else nodes[0]] += bytes.fromhex(line.strip())
        found[stream] = {node: bytes(octets) for node, octets in sides.items()}
    return found


def verbs_by_tshark(path, protocol, sessions, streams):
    lines = tshark(path, *decode_as(sessions), "-Y", COMMANDS[protocol], "-T", "fields", "-e", "tcp.stream", "-e", COMMANDS[protocol])
    found = collections.defaultdict(list)
    for line in lines.splitlines():
        stream, verbs = line.split("\t")
        if int(stream) in streams:
            found[int(stream)] += [verb.upper() for verb in verbs.split(",")]
    return found


def codes_of(protocol, octets):
    """Final lines of replies, as the text stands."""
    text = octets.decode("latin-1")
    if protocol in ("smtp", "lmtp"):
        return re.findall(r"^(\d{3})(?: .*|)\r?$", text, re.MULTILINE)
    if protocol == "pop3":  # what stands in messages and lists is none
        text = re.sub(r"(?s)^(\+OK[^\r\n]*\r\n)(?!\+OK|-ERR|\+ ).*?^\.\r\n", r"\1", text, flags=re.MULTILINE)
        return re.findall(r"^(\+OK|-ERR|\+)(?: .*|)\r?$", text, re.MULTILINE)
    return [status.upper() for status in re.findall(r"^[^\s*+{}()\"]+ (OK|NO|BAD)\b.*$", text, re.MULTILINE | re.IGNORECASE)]


def codes_told(session):
    replies = [session["greeting"]["reply"]] if "greeting" in session else []
    for exchange in session["exchanges"]:
        replies += [exchange["reply"]] if "reply" in exchange else []
        replies += exchange.get("more_replies", [])
    if session["protocol"] == "imap":
        return [reply["status"] for reply in replies if reply.get("tag") not in (None, "*", "+")]
    replies.sort(key=lambda reply: reply["offset"])
    return [str(reply.get("code", reply.get("status"))) for reply in replies if "code" in reply or reply.get("status")]


def verbs_told(session):
    verbs = [exchange["command"].get("verb") for exchange in session["exchanges"] if "command" in exchange]
    return [verb.replace("UID ", "UID") if session["protocol"] == "imap" else verb for verb in verbs if verb not in PSEUDO]


class Table:
    def __init__(self):
        self.counts = collections.defaultdict(lambda: collections.Counter())

    def add(self, path, session, what, ours, theirs):
        same = ours == theirs
        self.counts[session["protocol"]][what + ("" if same else " differ")] += 1
        if not same:
            print("%s %s %s %s: ours %s, tshark %s" % (path.name, session["id"], session["protocol"], what, str(ours)[:300], str(theirs)[:300]))

    def show(self):
        for protocol, counts in sorted(self.counts.items()):
            print(protocol, ", ".join("%s %d" % one for one in sorted(counts.items())))


def compare(tool, path, table):
    sessions = sessions_of(tool, path)
    if not sessions:
        return
    streams = streams_of(path)
    numbered = []
    for session in sessions:
        ends = frozenset(((one["ip"], one["port"]) for one in (session["client"], session["server"])))
        if streams.get(ends):
            numbered.append((streams[ends].pop(0), session))
        else:
            print("%s %s: no such connection to tshark" % (path.name, session["id"]))
    octets = followed(path, [stream for stream, _ in numbered])
    wanted = {stream for stream, _ in numbered}
    verbs = {protocol: verbs_by_tshark(path, protocol, sessions, wanted)
             for protocol in {one["protocol"] for one in sessions} if protocol in DISSECTORS}
    for stream, session in numbered:
        sides = octets.get(stream, {})
        client = sides.get((session["client"]["ip"], session["client"]["port"]), b"")
        server = sides.get((session["server"]["ip"], session["server"]["port"]), b"")
        told = session["octets"]
        table.add(path, session, "octets", (told["client"], told["server"]), (len(client), len(server)))
        if session["protocol"] not in DISSECTORS:
            continue
        table.add(path, session, "verbs", verbs_told(session), verbs[session["protocol"]][stream])
        table.add(path, session, "codes", codes_told(session), codes_of(session["protocol"], server))


def main():
    tool = str(pathlib.Path(sys.argv[1]) / "trace-to-json")
    table = Table()
    for name in map(pathlib.Path, sys.argv[2:]):
        paths = sorted(name.rglob("*")) if name.is_dir() else [name]
        for path in paths:
            if path.name.endswith(KINDS):
                compare(tool, path, table)
    table.show()


if __name__ == "__main__":
    main()
