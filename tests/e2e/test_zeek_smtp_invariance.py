#!/usr/bin/env python3
"""However a conversation is cut into segments, repeated and reordered on the wire, its message is the same octets.

The first connection of zeek-smtp.pcap is told anew 1,000 times with seeded chances, a hundred copies with client ports
of their own interleaved in one capture, some of them fed through standard input in odd pieces.
"""
import array
import random
import struct
import subprocess
import sys
import tempfile

from captures import TRACE_TO_JSON, need, parse, run
from records import SAMPLES

CAPTURE = SAMPLES / "captures" / "zeek-smtp.pcap"
CLIENT, SERVER = ("10.10.1.4", 1470), ("74.53.140.153", 25)
SIZE = 14545
SHA256 = "64ff3e16711236b4d6c704212e28961af3e43ddb63997aab921f458484c6d8ae"
OCTETS = {"client": 14705, "server": 538, "missing": 0}
HARMLESS = {"auth.cleartext", "tcp.retransmission"}
CODES = [250, 334, 334, 235, 250, 250, 354, 250, 221]

COPIES, COPIES_IN_A_FILE = 1000, 100
PIECES = (None, 4093, None, 1021, None, 65537, None, 333, None, 17)  # octets written at a time; None: a file
FIN, SYN, PUSH, ACK = 1, 2, 8, 16


def packed(address):
    return bytes(map(int, address.split(".")))


def segments(capture):
    """(from the client, sequence number, flags, payload) of each frame of the connection, in the capture's order."""
    at = 24
    while at < len(capture):
        size = struct.unpack_from("<I", capture, at + 8)[0]
        ip = capture[at + 16 + 14:at + 16 + size]
        at += 16 + size
        if ip[9] != 6:
            continue
        tcp = ip[(ip[0] & 15) * 4:struct.unpack_from(">H", ip, 2)[0]]
        ports = struct.unpack_from(">HH", tcp)
        ends = ((ip[12:16], ports[0]), (ip[16:20], ports[1]))
        here, there = (packed(CLIENT[0]), CLIENT[1]), (packed(SERVER[0]), SERVER[1])
        if ends in ((here, there), (there, here)):
            yield ends == (here, there), struct.unpack_from(">I", tcp, 4)[0], tcp[13], tcp[(tcp[12] >> 4) * 4:]


def turns(capture):
    """What the two sides say in turn: [(from the client, octets)], each octet once."""
    said, next_of = [], {}
    for client, sequence, flags, payload in segments(capture):
        if flags & SYN:
            next_of[client] = (sequence + 1) & 0xFFFFFFFF
            continue
        fresh = (sequence + len(payload) - next_of[client]) & 0xFFFFFFFF
        if not payload or fresh == 0 or fresh > 0x7FFFFFFF:
            continue
        if fresh > len(payload):
            raise ValueError("the sample has a hole before sequence number %d" % sequence)
        next_of[client] = (next_of[client] + fresh) & 0xFFFFFFFF
        if not said or said[-1][0] != client:
            said.append((client, b""))
        said[-1] = (client, said[-1][1] + payload[len(payload) - fresh:])
    return said


def checksum(octets):
    total = sum(array.array("H", octets + b"\0" * (len(octets) & 1)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Connection:
    """One telling of the conversation: frames in the order a capture may show them."""

    def __init__(self, chance, port):
        self.chance, self.port, self.frames = chance, port, []
        lowest = (1 << 32) - 12000 if chance.random() < 0.3 else 0  # some wrap in mid-message
        self.first = {side: chance.randrange(lowest, 1 << 32) for side in (True, False)}
        self.sent = {True: 0, False: 0}  # octets of each side that the other one has seen whole

    def frame(self, client, offset, payload, flags):
        """An Ethernet frame; `offset` counts the octets of the stream, the SYN stands at -1."""
        ends = [(packed(CLIENT[0]), self.port), (packed(SERVER[0]), SERVER[1])]
        (source, sport), (target, tport) = ends if client else reversed(ends)
        acknowledged = 0 if flags == SYN else (self.first[not client] + 1 + self.sent[not client]) & 0xFFFFFFFF
        sequence = (self.first[client] + 1 + offset) & 0xFFFFFFFF
        tcp = struct.pack(">HHIIBBHHH", sport, tport, sequence, acknowledged, 5 << 4, flags, 65535, 0, 0) + payload
        pseudo = source + target + struct.pack(">HH", 6, len(tcp))
        tcp = tcp[:16] + struct.pack("=H", checksum(pseudo + tcp)) + tcp[18:]
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), self.chance.randrange(65536), 0, 64, 6, 0)
        ip += source + target
        ip = ip[:10] + struct.pack("=H", checksum(ip)) + ip[12:]
        self.frames.append(bytes(12) + b"\x08\x00" + ip + tcp)

    def tell(self, said):
        self.frame(True, -1, b"", SYN)
        self.frame(False, -1, b"", SYN | ACK)
        self.frame(True, 0, b"", ACK)
        for client, octets in said:
            self.flight(client, octets)
        for client in (False, True):
            self.frame(client, self.sent[client], b"", FIN | ACK)
            self.sent[client] += 1
        self.frame(False, self.sent[False], b"", ACK)
        return self.frames

    def flight(self, client, octets):
        """What one side says before the other answers: cut, repeated, moved, and acknowledged on the way."""
        base, seen = self.sent[client], [False] * len(octets)
        for begin, end in self.arrange(self.repeat(self.cut(len(octets)), len(octets))):
            self.frame(client, base + begin, octets[begin:end], ACK | PUSH)
            seen[begin:end] = [True] * (end - begin)
            if self.chance.random() < 0.2:
                self.sent[client] = base + (seen.index(False) if False in seen else len(seen))
                self.frame(not client, self.sent[not client], b"", ACK)
        self.sent[client] = base + len(octets)
        if self.chance.random() < 0.3:  # a keep-alive repeats the last octet
            self.frame(client, self.sent[client] - 1, octets[-1:], ACK)

    def cut(self, size):
        small = (3, 40) if size < 400 else (211,)
        most = self.chance.choice((*small, 536, 1452, 1460, 9000, 20000))
        at, pieces = 0, []
        while at < size:
            end = min(size, at + self.chance.randint(1, most))
            pieces.append((at, end))
            at = end
        return pieces

    def repeat(self, pieces, size):
        """Adds retransmissions, whole ones and some of other borders."""
        more = []
        for piece in pieces:
            more.append(piece)
            if self.chance.random() < 0.15:
                more.append(piece)
            if self.chance.random() < 0.1:
                begin = self.chance.randrange(piece[1])
                more.append((begin, self.chance.randint(begin + 1, min(size, begin + 3000))))
        return more

    def arrange(self, pieces):
        """Each piece moves by a few places at most, as packets of one flight overtake each other."""
        reach = self.chance.choice((0, 1, 3, 8))
        order = [(index + self.chance.uniform(0, reach), piece) for index, piece in enumerate(pieces)]
        return [piece for _, piece in sorted(order)]


def capture_of(connections, chance):
    """A pcap file in which the frames of the connections are interleaved, each connection's own order kept."""
    left = [list(reversed(frames)) for frames in connections]
    octets, clock = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)], 1254722767 * 1000000
    while left:
        frames = chance.choice(left)
        for _ in range(min(len(frames), chance.randint(1, 4))):
            frame = frames.pop()
            clock += chance.randrange(1, 2000)
            octets.append(struct.pack("<IIII", clock // 1000000, clock % 1000000, len(frame), len(frame)) + frame)
        if not frames:
            left.remove(frames)
    return b"".join(octets)


def through_stdin(octets, piece):
    """Records of a run that is given `piece` octets at a time."""
    with tempfile.TemporaryFile() as output:
        tool = subprocess.Popen([str(TRACE_TO_JSON), "-"], stdin=subprocess.PIPE, stdout=output, bufsize=0)
        for at in range(0, len(octets), piece):
            tool.stdin.write(octets[at:at + piece])
        tool.stdin.close()
        status = tool.wait(timeout=120)
        output.seek(0)
        return status, parse(output.read())


def faults_of(session):
    """What a session tells otherwise than the capture it comes from."""
    messages = [transaction.get("message", {}) for transaction in session.get("transactions", [])]
    told = {"octets": session["octets"], "ending": session["ending"],
            "codes": [exchange.get("reply", {}).get("code") for exchange in session["exchanges"]],
            "messages": [[message.get(key) for key in ("size", "sha256", "complete")] for message in messages],
            "findings": sorted({finding["code"] for finding in session.get("findings", [])} - HARMLESS)}
    wanted = {"octets": OCTETS, "ending": "quit", "codes": CODES, "messages": [[SIZE, SHA256, True]], "findings": []}
    return {key: told[key] for key in wanted if told[key] != wanted[key]}


def main():
    need(TRACE_TO_JSON, CAPTURE)
    said = turns(CAPTURE.read_bytes())
    assert sum(len(octets) for client, octets in said if client) == OCTETS["client"]
    assert sum(len(octets) for client, octets in said if not client) == OCTETS["server"]
    chance, told, faults = random.Random(14545), 0, 0
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        for number, piece in enumerate(PIECES):
            ports = range(20000 + number * COPIES_IN_A_FILE, 20000 + (number + 1) * COPIES_IN_A_FILE)
            octets = capture_of([Connection(chance, port).tell(said) for port in ports], chance)
            if piece is None:
                file.seek(0)
                file.truncate()
                file.write(octets)
                file.flush()
                status, records, _ = run(TRACE_TO_JSON, file.name)
            else:
                status, records = through_stdin(octets, piece)
            sessions = [record for record in records if record["record"] == "session"]
            if status != 0 or sorted(session["client"]["port"] for session in sessions) != list(ports):
                print("capture %d: exit status %d, %d sessions" % (number, status, len(sessions)))
                faults += 1
            for session in sessions:
                told += 1
                wrong = faults_of(session)
                if wrong:
                    faults += 1
                    print("capture %d, port %d: %s" % (number, session["client"]["port"], wrong))
    print("%d of %d copies read, %d faults" % (told, COPIES, faults))
    return 1 if faults or told != COPIES else 0


sys.exit(main())
