#!/usr/bin/env python3
"""One message with LF, CRLF and CR for line ends: what msg-inspect reads must be the same, places and line ends put aside.
Compared: fields and their decoded values, addresses, dates, hops, types, names and decoded contents of parts, and the codes of
findings but for those that speak of line ends. A line for each pair that differs; exit status 1 when one does.

usage: line_ends.py MSG_INSPECT SAMPLES     SAMPLES holds sisimai/bsd, dos and mac
"""
import hashlib
import json
import pathlib
import subprocess
import sys

TOOL, SAMPLES = sys.argv[1], pathlib.Path(sys.argv[2]) / "sisimai"


def run(octets, *arguments):
    return subprocess.run([TOOL, *arguments, "-"], input=octets, capture_output=True, check=False).stdout


def plain(octets):
    return octets.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def reading(octets):
    """What is read, by name."""
    told = {}
    for record in map(json.loads, run(octets, "--json").splitlines()):
        index = str(record["source"]["index"])
        told |= {index + " " + key: value for key, value in reading_of(octets, index, record).items()}
    return told


def reading_of(octets, index, record):
    told = {key: record.get(key) for key in ("from", "to", "cc", "subject", "message_id", "in_reply_to", "references")}
    told["date"] = record.get("date", {}).get("utc")
    told["fields"] = [(field["name"], field["value"]) for field in record["headers"]]
    told["hops"] = [{key: value for key, value in hop.items() if key != "offset"} for hop in record.get("received", [])]
    told["parts"] = [(part["path"], part["type"], part.get("charset"), part.get("filename")) for part in record["parts"]]
    told["contents"] = [hashlib.sha256(plain(run(octets, "--message", index, "--part", part["path"]))).hexdigest()
                        for part in record["parts"] if "sha256" in part]
    told["findings"] = sorted(finding["code"] + " " + finding.get("part", "") for finding in record["findings"]
                              if "line-end" not in finding["code"] and "bare-" not in finding["code"])
    return told


def main():
    names = sorted(path.name for path in (SAMPLES / "dos").iterdir())
    pairs, different = 0, 0
    for name in names:
        octets = {folder: (SAMPLES / folder / name).read_bytes() for folder in ("dos", "bsd", "mac") if (SAMPLES / folder / name).exists()}
        base = plain(octets["dos"])
        dos = reading(octets["dos"])
        for folder in ("bsd", "mac"):
            if folder not in octets:
                continue
            pairs += 1
            # Some are other messages under the same name: the folder of that line end is made here.
            made = base if folder == "bsd" else base.replace(b"\n", b"\r")
            other = reading(made)
            differ = [key for key in dos if dos[key] != other.get(key)]
            different += bool(differ)
            for key in differ:
                print("%s/%s: %s: %.200r, with CRLF %.200r" % (folder, name, key, other.get(key), dos[key]))
    print("%d pairs, %d differ" % (pairs, different))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
