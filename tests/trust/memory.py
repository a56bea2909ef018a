#!/usr/bin/env python3
"""Memory is bounded, whatever the input: the peak of a run with --max-memory stays below that, however long the input is.

Every tool runs with a stack of 256 KiB. Its input is made while it reads, so that gigabytes need no disk.
usage: memory.py [--bin DIR] [--full] [--max-memory MIB] [--only NAME]
--full: ten million connections, a line of ten gigabytes; otherwise a hundredth of each.
Exit status: 0 all bounded and properly ended, 1 not.
"""
import argparse
import gzip
import json
import os
import pathlib
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time

from adversaries import ACK, HEAD, HELLO, PUSH, SYN, capture, opened, segment

STACK = 256 * 1024
BLOCK = 1 << 20
RECORD = 16 + 54
TRACE, INSPECT = ("trace-to-json", "--emit", "sessions", "--summary", "-"), ("msg-inspect", "--json", "-")


def repeated(piece, octets):
    """Blocks of `piece` again and again."""
    block = piece * max(1, BLOCK // len(piece))
    for _ in range(octets // len(block)):
        yield block
    yield piece * (octets % len(block) // len(piece))


def numbered(frames, count, together):
    """Blocks of captures: `frames` of one connection, for `count` of them, each with another client address and port.

    `together` connections at a time send their first frame, then all of them their second, and so on.
    """
    each = min(count, together)
    head = capture([])
    ports = b"".join(struct.pack(">H", 1025 + n) for n in range(each))
    pieces = []
    for frame, from_client in frames:
        record = capture([frame])[len(head):]
        block = bytearray(record * each)
        address, port = 16 + 14 + (12 if from_client else 16), 16 + 14 + 20 + (0 if from_client else 2)
        for octet in (0, 1):
            block[port + octet::len(record)] = ports[octet::2]
        pieces.append((block, address, len(record)))
    yield head
    for number in range(count // each):
        for block, address, length in pieces:
            for octet, value in enumerate(struct.pack(">H", number)):
                block[address + 1 + octet::length] = bytes([value]) * each
            yield bytes(block)


def half_open(scale):
    return numbered([(segment(True, 1025, 7, 0, SYN), True)], 10_000_000 // scale, 50_000)


def live_sessions(scale):
    frames = opened()
    return numbered([(frame, frame[14 + 15] == 1) for frame in frames], 1_000_000 // scale, 5000)


def waiting_segments(scale):
    """Each connection lacks its first octets: what follows waits for them."""
    frames = [(segment(True, 1025, 100, 0, SYN), True), (segment(False, 1025, 500, 101, SYN | ACK), False),
              (segment(True, 1025, 201, 501, PUSH, b"x" * 1000), True)]
    return numbered(frames, 1_000_000 // scale, 5000)


def one_line_of_a_transcript(scale):
    yield b"S: 220 mx ESMTP\r\nC: EHLO a\r\nS: 250 mx\r\nC: MAIL FROM:<"
    yield from repeated(b"x", 10_000_000_000 // scale)


def one_line_of_a_message(scale):
    yield HEAD + b"\r\n"
    yield from repeated(b"x", 10_000_000_000 // scale)


def one_line_of_a_header(scale):
    yield HEAD + b"Subject: "
    yield from repeated(b"x", 10_000_000_000 // scale)


def parts(scale):
    yield HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    yield from repeated(b"--b\r\n\r\nx\r\n", 10 * 1_000_000 // scale)


def header_fields(scale):
    yield from repeated(b"X-A: b\r\n", 8 * 1_000_000 // scale)


def parameters(scale):
    yield HEAD + b"Content-Type: text/plain"
    yield from repeated(b"; a=b", 5 * 1_000_000 // scale)


def addresses(scale):
    yield HEAD + b"To: x@example.org"
    yield from repeated(b", x@example.org", 15 * 1_000_000 // scale)


def comments(scale):
    yield HEAD + b"To: "
    yield from repeated(b"(", 1_000_000 // scale)


def groups(scale):
    yield HEAD + b"To: "
    yield from repeated(b"a:", 2 * 1_000_000 // scale)


def multiparts_inside_each_other(scale):
    for n in range(1_000_000 // scale // 1000):
        yield b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (m, m) for m in range(1000 * n, 1000 * n + 1000))


def messages_inside_each_other(scale):
    yield from repeated(b"Content-Type: message/rfc822\r\n\r\n", 32 * 1_000_000 // scale)


def lines_of_dashes(scale):
    yield HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    yield from repeated(b"--\r\n", 1_000_000_000 // scale)


def recipients(scale):
    yield b"S: 220 mx ESMTP\r\nC: EHLO a\r\nS: 250 mx\r\nC: MAIL FROM:<a@example.org>\r\nS: 250 ok\r\n"
    yield from repeated(b"C: RCPT TO:<b@example.org>\r\nS: 250 ok\r\n", 39 * 1_000_000 // scale)


def bomb(scale):
    """Zeros that take a thousandth packed."""
    yield gzip.compress(bytes(BLOCK * 16)) * (10_000_000_000 // scale // (BLOCK * 16) or 1)


CASES = {
    "10 million half-open connections": (TRACE, half_open), "a million live sessions": (TRACE, live_sessions),
    "a million connections with waiting segments": (TRACE, waiting_segments),
    "a line of 10 GB in a transcript": (TRACE, one_line_of_a_transcript), "a line of 10 GB in a body": (INSPECT, one_line_of_a_message),
    "a line of 10 GB in a header": (INSPECT, one_line_of_a_header), "a million parts": (INSPECT, parts),
    "a million header fields": (INSPECT, header_fields), "a million parameters": (INSPECT, parameters),
    "a million addresses": (INSPECT, addresses), "a million comments inside each other": (INSPECT, comments),
    "a million groups inside each other": (INSPECT, groups), "a million multiparts inside each other": (INSPECT, multiparts_inside_each_other),
    "a million messages inside each other": (INSPECT, messages_inside_each_other), "1 GB of lines of dashes": (INSPECT, lines_of_dashes),
    "a million recipients": (TRACE, recipients), "10 GB of zeros, packed, as a message": (INSPECT, bomb),
    "10 GB of zeros, packed, as a capture": (TRACE, bomb),
}


def run(folder, command, blocks, bound):
    """(exit status, what was said of it, peak octets, seconds, octets of input, octets of output, the last line of it)."""
    def limit():
        resource.setrlimit(resource.RLIMIT_STACK, (STACK, STACK))
    # The peak that the kernel tells is at least that of this script itself, some 25 MiB.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as messages:
        start = time.monotonic()
        child = subprocess.Popen([str(folder / command[0]), "--max-memory", "%dM" % bound, *command[1:]], stdin=subprocess.PIPE,
                                 stdout=output, stderr=messages, preexec_fn=limit)
        killer = threading.Timer(900, child.kill)
        killer.start()
        fed = 0
        try:
            for block in blocks:
                child.stdin.write(block)
                fed += len(block)
            child.stdin.close()
        except BrokenPipeError:
            pass
        _, status, usage = os.wait4(child.pid, 0)
        killer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - start
        written = output.seek(0, 2)
        output.seek(max(0, written - (64 << 20)))
        lines = output.read().split(b"\n")
        messages.seek(0)
        said = messages.read().decode("utf-8", "replace").strip()
    assert lines[-1] == b"", "the last line is not whole"
    return child.returncode, said, usage.ru_maxrss * 1024, seconds, fed, written, lines[-2] if len(lines) > 1 else b"{}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=os.environ.get("MAILPARSE_BIN", "build/release/bin"))
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--max-memory", type=int, default=256, metavar="MIB")
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    scale = 1 if asked.full else 100
    bad = 0
    print("%-46s %10s %10s %8s %9s  %s" % ("input" + ("" if asked.full else ", a hundredth of it"), "MB in", "MB out", "seconds", "peak MiB", "exit"))
    for name, (command, make) in CASES.items():
        if asked.only not in name:
            continue
        status, said, peak, seconds, fed, written, last = run(asked.bin, command, make(scale), asked.max_memory)
        json.loads(last)
        # What is no mail is told so; what did not fit would be told too, and is what must not happen here.
        ended = status == 0 or status == 2 and "neither a capture nor a transcript" in said
        fine = ended and peak <= asked.max_memory << 20
        bad += not fine
        print("%-46s %10.1f %10.1f %8.1f %9.1f  %d%s" % (name, fed / 1e6, written / 1e6, seconds, peak / 2**20, status, "" if fine else "  NOT BOUNDED" if ended else "  " + said), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
