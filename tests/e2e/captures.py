"""What the tests on sample captures share: running a tool thousands of times, and where a capture's records end.

Lines are only checked to be JSON here: schemas are for test_trace_to_json.py, which has fewer runs to check.
"""
import json
import struct
import subprocess
import sys

from records import BIN

TRACE_TO_JSON = BIN / "trace-to-json"
MSG_INSPECT = BIN / "msg-inspect"


def need(*paths):
    """Ends the test as skipped, with a word why, unless all `paths` are there."""
    for path in paths:
        if not path.exists():
            print("SKIP: %s is not here" % path)
            sys.exit(77)


def run(tool, *arguments, octets=b"", timeout=120):
    """(exit status, records, standard error); a line that is not JSON raises ValueError."""
    done = subprocess.run([str(tool), *map(str, arguments)], input=octets, capture_output=True, timeout=timeout)
    return done.returncode, parse(done.stdout), done.stderr.decode("utf-8", "replace")


def parse(output):
    if output and not output.endswith(b"\n"):
        raise ValueError("the last line has no end: %r" % output[-60:])
    return [json.loads(line) for line in output.splitlines()]


def is_packed(octets):
    """Whether a file is a gzip or zstd one."""
    return octets[:2] == b"\x1f\x8b" or octets[:4] == b"\x28\xb5\x2f\xfd"


def record_ends(octets):
    """Where the file header and each record (pcap) or block (pcapng) end, as far as their lengths can be followed."""
    if octets[:4] == b"\x0a\x0d\x0d\x0a":
        return _block_ends(octets)
    order = "<" if octets[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1", b"\x34\xcd\xb2\xa1") else ">"
    header = 24 if octets[:4] in (b"\x34\xcd\xb2\xa1", b"\xa1\xb2\xcd\x34") else 16
    ends = [24]
    while ends[-1] + header <= len(octets):
        ends.append(ends[-1] + header + struct.unpack_from(order + "I", octets, ends[-1] + 8)[0])
    return [end for end in ends if end <= len(octets)]


def _block_ends(octets):
    ends, order, at = [], "<", 0
    while at + 12 <= len(octets):
        if octets[at:at + 4] == b"\x0a\x0d\x0d\x0a":
            order = "<" if octets[at + 8:at + 12] == b"\x4d\x3c\x2b\x1a" else ">"
        size = struct.unpack_from(order + "I", octets, at + 4)[0]
        at += size
        if size < 12 or at > len(octets):
            break
        ends.append(at)
    return ends
