#!/usr/bin/env python3
"""The messages of mail-parser beside what msg-inspect reads of them, with LF and with CRLF line ends: types of all parts in
order, text and content of leaves, places. Messages that differ have a line in reasons.tsv; those without one are printed, or
all with --list. Exit status 1 when one has no reason.

usage: mail_parser_messages.py MSG_INSPECT SAMPLES [--list]     SAMPLES holds mail-parser
"""
import json
import pathlib
import subprocess
import sys

TOOL, SAMPLES, LIST = sys.argv[1], pathlib.Path(sys.argv[2]), "--list" in sys.argv


def type_of(part):
    for header in part["headers"]:
        if header["name"] == "content_type" and "ContentType" in header["value"]:
            value = header["value"]["ContentType"]
            return ("%s/%s" % (value["c_type"], value.get("c_subtype") or "")).lower()
    return "message/rfc822" if "Message" in part["body"] else "text/plain"


def theirs(message, inside=False):
    """(type, content or None, places or None) of each part; those of a message in an encoded part have no place."""
    for part in message["parts"]:
        kind, body = next(iter(part["body"].items()))
        content = None
        if kind in ("Text", "Html"):
            content = body
        elif kind in ("Binary", "InlineBinary"):
            content = bytes(body)
        yield type_of(part), content, None if inside else (part["offset_header"], part["offset_body"], part["offset_end"])
        if kind == "Message":
            encoded = any(header["name"] == "content_transfer_encoding" and
                          header["value"].get("Text", "").lower() in ("base64", "quoted-printable") for header in part["headers"])
            yield from theirs(body, inside or encoded)


def ours(octets):
    [record] = [json.loads(line) for line in subprocess.run([TOOL, "--json", "-"], input=octets, capture_output=True, check=False).stdout.splitlines()]
    for part in record["parts"]:
        leaf = not any(other["path"].startswith(part["path"] + ".") for other in record["parts"]) and "sha256" in part
        content = subprocess.run([TOOL, "--part", part["path"], "-"], input=octets, capture_output=True, check=False).stdout if leaf else None
        end = part["body_offset"] + part["body_length"]
        yield part["type"], content, (part["offset"], part["body_offset"], end), part.get("charset_used") or part.get("charset") or "utf-8"


def same_content(one, other, charset):
    if one is None or other is None:
        return True
    if isinstance(one, bytes):
        return one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")
    try:
        text = other.decode(charset, "replace")
    except LookupError:
        text = other.decode("latin-1")
    return one.replace("\r\n", "\n") == text.replace("\r\n", "\n")


def compare(octets, expected):
    """What differs, first of all in structure."""
    left, right = list(theirs(expected)), list(ours(octets))
    if [part[0] for part in left] != [part[0] for part in right]:
        yield "types", [part[0] for part in left], [part[0] for part in right]
        return
    for one, other in zip(left, right):
        if not same_content(one[1], other[1], other[3]):
            yield "content of " + other[0], one[1], other[1]
        # Where a multipart ends they do not say: with its last part.
        places = 2 if other[1] is None else 3
        if one[2] and one[2][:places] != other[2][:places]:
            yield "places of " + other[0], one[2], other[2]


def reasons():
    lines = (pathlib.Path(__file__).parent / "reasons.tsv").read_text().splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def main():
    known, unexplained = reasons(), 0
    for suffix, line_end in ((".json", b"\n"), (".crlf.json", b"\r\n")):
        messages = [path for path in sorted((SAMPLES / "mail-parser").glob("*/*.eml")) if path.with_suffix(suffix).exists()]
        equal, explained = 0, 0
        for path in messages:
            octets = path.read_bytes().replace(b"\r", b"").replace(b"\n", line_end)
            differ = list(compare(octets, json.loads(path.with_suffix(suffix).read_text())))
            name = str(path.relative_to(SAMPLES)) + "#json"
            reason = known.get(name)
            equal += not differ
            explained += bool(differ and reason)
            if differ and (LIST or not reason):
                print("%s%s: %s" % (name, suffix, reason or "unexplained"))
                for what, one, other in differ:
                    print("    %s: theirs %.300r, ours %.300r" % (what, one, other))
        unexplained += len(messages) - equal - explained
        print("%s: %d messages, %d equal, %d differ for a reason" % (suffix, len(messages), equal, explained))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
