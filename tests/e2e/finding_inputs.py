"""Inputs of tests/conformance/findings: reading the cases, and making files of them. README.md there describes the forms."""
import gzip
import pathlib
import re
import struct
import sys

FAMILY = re.compile(r"^## ([a-z0-9]+(?:\.[a-z0-9-]+)+)(?:: (info|warning|error|critical))?$")
ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}
PORTS = {"smtp": 25, "lmtp": 24, "pop3": 110, "imap": 143}
HELLO = ["S: 220 mx.example ESMTP", "C: EHLO client.example",
         r"S: 250-mx.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-CHUNKING\r\n250 SIZE 10485760"]
DATA = HELLO + ["C: MAIL FROM:<ann@evil.test>", "S: 250 2.1.0 Ok", "C: RCPT TO:<bob@mx.example>", "S: 250 2.1.5 Ok",
                "C: DATA", "S: 354 End data with <CR><LF>.<CR><LF>"]
CLIENT, SERVER = b"\xc0\x00\x02\x0a", b"\xc6\x33\x64\x19"
FLAGS = {"FIN": 1, "SYN": 2, "RST": 4}


class Case:
    """One heading: a code, the severity where the heading names one, the prose, and the block."""

    def __init__(self, code, severity, words, lines, prose, place):
        self.code, self.severity, self.words, self.lines, self.prose, self.place = code, severity, words, lines, prose, place

    @property
    def tool(self):
        return "msg-inspect" if self.words[0] in ("message", "fields") else "trace-to-json"

    @property
    def arguments(self):
        if self.tool == "msg-inspect":
            return ["--json"]
        return ["--emit", "messages"] if "messages" in self.words else []

    def octets(self):
        return MAKERS[self.words[0]](self.lines, self.words[1:])


def cases(folder):
    """All cases below a folder, in the order of files and headings."""
    for path in sorted(pathlib.Path(folder).glob("*.md")):
        heading, prose, block = None, [], None
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if block is not None:
                if line == "```":
                    yield Case(*heading, words, block, " ".join(prose).strip(), "%s:%d" % (path.name, begin))
                    heading, block = None, None
                else:
                    block.append(line)
            elif line.startswith("## "):
                match = FAMILY.match(line)
                if not match:
                    sys.exit("%s:%d: no code: %s" % (path.name, number, line))
                heading, prose, begin = match.groups(), [], number
            elif heading and line.startswith("```"):
                words, block = line[3:].split(), []
            elif heading:
                prose.append(line)


def unescape(text):
    """The octets of a line with its escapes."""
    out, at = b"", 0
    while at < len(text):
        if text[at] != "\\":
            out += text[at].encode()
            at += 1
        elif text[at + 1] == "x":
            out += bytes([int(text[at + 2:at + 4], 16)])
            at += 4
        elif text[at + 1] == "*":
            brace = text.index("{", at)
            close = text.index("}", brace)
            out += unescape(text[brace + 1:close]) * int(text[at + 2:brace])
            at = close + 1
        else:
            out += ESCAPES[text[at + 1]]
            at += 2
    return out


def line_octets(line):
    """A line's octets and its end: CRLF, or nothing behind a backslash."""
    if re.search(r"(?<!\\)(\\\\)*\\$", line):
        return unescape(line[:-1])
    return unescape(line) + b"\r\n"


def message(lines, _):
    return b"".join(map(line_octets, lines))


def fields(lines, _):
    """A message; From, Date and MIME-Version in front and a body behind where they are not given."""
    text = message(lines, _)
    head = text.split(b"\r\n\r\n")[0]
    names = {line.split(b":")[0].lower() for line in head.split(b"\r\n")}
    if b"from" not in names:
        text = b"From: ann@a.example\r\n" + text
    if b"date" not in names:
        text = b"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n" + text
    if any(name.startswith(b"content-") for name in names) and b"mime-version" not in names:
        text = b"MIME-Version: 1.0\r\n" + text
    return text if "" in lines or b"\r\n\r\n" in text else text + b"\r\ntext\r\n"


def checksum(octets):
    octets += b"\0" * (len(octets) % 2)
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Capture:
    """A pcap file of one connection, packet by packet."""

    def __init__(self, port):
        self.ends = {"C": (CLIENT, 40000), "S": (SERVER, port)}
        self.begin = {"C": 1000, "S": 5000}
        self.next = {"C": 0, "S": 0}  # where each stream goes on, counted from its SYN
        self.time = 1763373600000
        self.octets = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)

    def packet(self, side, place, flags, text=b"", ack=None, ttl=64, urg=0, doff=None, opts=b"", bad_sum=False):
        (source, from_port), other = self.ends[side], "S" if side == "C" else "C"
        target, to_port = self.ends[other]
        acknowledged = self.next[other] if ack is None else ack
        if acknowledged or ack is not None:
            flags |= 16
        flags |= (8 if text else 0) | (32 if urg else 0)
        words = 5 + len(opts) // 4 if doff is None else doff
        head = struct.pack("!HHIIBBHHH", from_port, to_port, (self.begin[side] + place) & 0xFFFFFFFF,
                           (self.begin[other] + acknowledged) & 0xFFFFFFFF if flags & 16 else 0, words << 4, flags, 65535, 0, urg) + opts
        right = checksum(source + target + struct.pack("!BBH", 0, 6, len(head) + len(text)) + head + text)
        head = head[:16] + struct.pack("!H", right ^ 0x5555 if bad_sum else right) + head[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(head) + len(text), 1, 0, ttl, 6, 0, source, target)
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        frame = b"\x02\0\0\0\0\x01\x02\0\0\0\0\x02\x08\0" + ip + head + text
        self.time += 1
        self.octets += struct.pack("<IIII", self.time // 1000, self.time % 1000 * 1000, len(frame), len(frame)) + frame
        end = place + len(text) + (1 if flags & 3 else 0)
        if 0 <= end - self.next[side] < 1 << 20 and not bad_sum and not flags & 4:
            self.next[side] = end

    def handshake(self):
        self.packet("C", 0, FLAGS["SYN"])
        self.packet("S", 0, FLAGS["SYN"])
        self.packet("C", 1, 0)

    def send(self, side, octets):
        for at in range(0, len(octets), 1400):
            self.packet(side, self.next[side], 0, octets[at:at + 1400])

    def end(self, side, flag):
        self.packet(side, self.next[side], FLAGS[flag])


def session(lines, words):
    protocol = next((word for word in words if word in PORTS), "smtp")
    capture, ended = Capture(PORTS[protocol]), False
    capture.handshake()
    for line in lines:
        if line[:3] == "X: ":
            capture.end(line[3], line[5:])
            ended = True
        else:
            capture.send(line[0], line_octets(line[3:]))
    if not ended:
        capture.end("C", "FIN")
        capture.end("S", "FIN")
    return capture.octets


def packets(lines, _):
    capture = Capture(25)
    for line in lines:
        words, _, text = line.partition(" | ")
        side, place, *rest = words.split()
        flags = sum(FLAGS[word] for word in rest if word in FLAGS)
        given = dict(word.split("=") for word in rest if "=" in word)
        capture.packet(side, int(place), flags, line_octets(text) if " | " in line else b"",
                       ack=int(given["ack"]) if "ack" in given else None, ttl=int(given.get("ttl", 64)),
                       urg=int(given.get("urg", 0)), doff=int(given["doff"]) if "doff" in given else None,
                       opts=bytes.fromhex(given.get("opts", "")), bad_sum=given.get("sum") == "bad")
    return capture.octets


def hexadecimal(lines, _):
    """Octets as pairs of digits; `*N` in front of a line repeats it."""
    out = b""
    for line in lines:
        line = line.partition("#")[0].strip()
        times, line = (int(line[1:].split()[0]), line.partition(" ")[2]) if line.startswith("*") else (1, line)
        out += bytes.fromhex(line) * times
    return out


MAKERS = {"message": message, "fields": fields, "session": session, "packets": packets, "hex": hexadecimal,
          "hello": lambda lines, words: session(HELLO + lines, words),
          "data": lambda lines, words: session(DATA + lines, words),
          "gzip": lambda lines, words: gzip.compress(hexadecimal(lines, words), mtime=0)}
