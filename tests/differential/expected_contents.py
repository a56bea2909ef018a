#!/usr/bin/env python3
"""What other projects expect of their own test messages, beside what msg-inspect says: the decoded bodies of mime4j and the
offsets of MimeKit. One line for each message that differs; exit status 0 whatever they are.

usage: expected_contents.py MSG_INSPECT SAMPLES     SAMPLES holds mime4j/ and mimekit/
"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys

TOOL, SAMPLES = sys.argv[1], pathlib.Path(sys.argv[2])


def records(octets):
    return [json.loads(line) for line in subprocess.run([TOOL, "--json", "-"], input=octets, capture_output=True).stdout.splitlines()]


def mime4j():
    """(message, what differs or nothing): each decoded body that is expected is the content of one of our parts."""
    for structure in sorted((SAMPLES / "mime4j").glob("*_decoded.xml")):
        message = structure.with_name(structure.name.replace("_decoded.xml", ".msg"))
        names = re.findall(r'<(?:text|binary)-body name="([^"]+)"', structure.read_text(errors="replace"))
        digests = {part.get("sha256") for part in records(message.read_bytes())[0]["parts"]}
        missing = [name for name in names if hashlib.sha256((SAMPLES / "mime4j" / name).read_bytes()).hexdigest() not in digests]
        yield message.name, "no part holds " + ", ".join(missing) if missing else ""


def flat(node):
    yield node["mimeType"], node["beginOffset"], node["headersEndOffset"], node["endOffset"]
    for child in node.get("children", ()):
        yield from flat(child)


def mimekit():
    """(message, what differs or nothing): type, begin of header and body, and end of every part of an mbox."""
    for kind, line_end in (("unix", b"\n"), ("dos", b"\r\n")):
        expected = json.loads((SAMPLES / "mimekit/mbox" / ("issue1189.%s-offsets.json" % kind)).read_text())
        mbox = (SAMPLES / "mimekit/mbox/issue1189.mbox.txt").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", line_end)
        found = records(mbox)
        assert len(found) == len(expected)
        for number, (theirs, ours) in enumerate(zip(expected, found)):
            begin = ours["source"]["offset"]
            parts = [(part["type"], begin + part["offset"], begin + part["body_offset"], begin + part["body_offset"] + part["body_length"])
                     for part in ours["parts"]]
            differ = [pair for pair in zip(flat(theirs["body"]), parts) if pair[0] != pair[1]]
            yield "issue1189 %s, message %d" % (kind, number), " ".join("%s, ours %s" % pair for pair in differ)


for source, compared in (("mime4j", list(mime4j())), ("MimeKit", list(mimekit()))):
    for name, difference in compared:
        if difference:
            print("%s: %s: %s" % (source, name, difference))
    print("%s: %d messages, %d equal" % (source, len(compared), sum(not difference for _, difference in compared)))
