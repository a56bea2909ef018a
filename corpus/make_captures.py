#!/usr/bin/env python3
"""Writes corpus/captures/: one SMTP session for each link type, encapsulation and file format, and demo.pcap; and from
these the seeds of the fuzz drivers that read captures.

usage: make_captures.py            write the files and their lines in MANIFEST.tsv
       make_captures.py --check    exit with 1 if a file or its line differs from what would be written

Deterministic: the same octets on every machine. Addresses and names are those of RFC 5737, 3849 and 2606.
"""
import base64
import hashlib
import ipaddress
import pathlib
import struct
import sys
import zlib

CORPUS = pathlib.Path(__file__).resolve().parent
BEGIN = 1_763_719_200_000_000_000  # 2025-11-21T10:00:00Z
MSS = 1460
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


# Checksums and headers -------------------------------------------------------------------------------------------

def checksum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(source, destination, protocol, payload, identification=0, fragment=0, zero_length=False):
    """An IPv4 or IPv6 packet, as the addresses are."""
    source, destination = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    if source.version == 6:
        return struct.pack("!IHBB", 0x60000000, len(payload), protocol, 60) + source.packed + destination.packed + payload
    length = 0 if zero_length else 20 + len(payload)
    head = struct.pack("!BBHHHBBH", 0x45, 0, length, identification, fragment or 0x4000, 60, protocol, 0) + source.packed + destination.packed
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def tcp(source, destination, ports, sequence, acknowledgment, flags, payload, options=b""):
    head = struct.pack("!HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, acknowledgment & 0xFFFFFFFF, (20 + len(options)) // 4 << 4, flags, 64240, 0, 0) + options
    a, b = ipaddress.ip_address(source).packed, ipaddress.ip_address(destination).packed
    pseudo = a + b + struct.pack("!II", len(head) + len(payload), 6)
    return head[:16] + struct.pack("!H", checksum(pseudo + head + payload)) + head[18:] + payload


def udp(ports, payload):
    return struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload


def syn_options(mss):
    """Maximum segment size, SACK permitted, window scale 7."""
    return struct.pack("!BBH", 2, 4, mss) + b"\x04\x02\x01\x03\x03\x07\x01\x01"


# A TCP connection ------------------------------------------------------------------------------------------------

class Connection:
    """Both ends of a connection; each call of send() makes the segments and their acknowledgments."""

    def __init__(self, client, server, client_port=49152, server_port=25, start=BEGIN, latency=11_300_000, mss=MSS, seed=0, sequence=None):
        self.ends = {"C": (client, client_port), "S": (server, server_port)}
        self.next = {"C": 0x1F2E3D00 + seed * 0x01010101 if sequence is None else sequence, "S": 0xC0FFEE00 - seed * 0x00F00F01}
        self.time, self.latency, self.mss = start, latency, mss
        self.packets = []  # (time, source, destination, IP protocol, TCP segment)
        self.emit("C", SYN, b"", 0, syn_options(mss))
        self.next["C"] += 1
        self.emit("S", SYN | ACK, b"", self.latency, syn_options(mss))
        self.next["S"] += 1
        self.emit("C", ACK, b"", 40_000)

    def emit(self, side, flags, payload=b"", delay=0, options=b"", lost=False):
        other = "S" if side == "C" else "C"
        self.time += delay
        source, destination = self.ends[side], self.ends[other]
        segment = tcp(source[0], destination[0], (source[1], destination[1]), self.next[side], self.next[other] if flags & ACK else 0, flags, payload, options)
        if not lost:
            self.packets.append((self.time, source[0], destination[0], segment))
        self.next[side] += len(payload)

    def send(self, side, octets, delay=None, lose=()):
        """`lose`: numbers of the segments that the capture misses; they arrive all the same."""
        if isinstance(octets, str):
            octets = octets.encode()
        other = "S" if side == "C" else "C"
        pieces = [octets[i:i + self.mss] for i in range(0, len(octets), self.mss)]
        for number, piece in enumerate(pieces):
            last = number + 1 == len(pieces)
            self.emit(side, ACK | (PSH if last else 0), piece, (self.latency if delay is None else delay) if number == 0 else 12_000, lost=number in lose)
            if number % 2 == 1 and not last:
                self.emit(other, ACK, b"", 9_000)
        if len(pieces) > 1:
            self.emit(other, ACK, b"", 9_000)

    def close(self, first="C"):
        second = "S" if first == "C" else "C"
        self.emit(first, FIN | ACK, b"", 150_000)
        self.next[first] += 1
        self.emit(second, FIN | ACK, b"", self.latency)
        self.next[second] += 1
        self.emit(first, ACK, b"", 40_000)


def session(client, server, subject, **shape):
    """The session that every small capture carries."""
    c = Connection(client, server, **shape)
    c.send("S", "220 mx.example.org ESMTP\r\n", 800_000)
    c.send("C", "EHLO client.example.net\r\n")
    c.send("S", "250-mx.example.org\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250 8BITMIME\r\n")
    c.send("C", "MAIL FROM:<alice@example.net>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n")
    c.send("S", "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n")
    c.send("C", f"From: Alice <alice@example.net>\r\nTo: Bob <bob@example.org>\r\nSubject: {subject}\r\n"
                "Date: Fri, 21 Nov 2025 10:00:00 +0000\r\nMessage-ID: <1@client.example.net>\r\n\r\nSent through it.\r\n.\r\n")
    c.send("S", "250 2.0.0 Ok: queued as 4F1A2B\r\n")
    c.send("C", "QUIT\r\n")
    c.send("S", "221 2.0.0 Bye\r\n")
    c.close()
    return c.packets


# Files -----------------------------------------------------------------------------------------------------------

def pcap(records, linktype, order="<", nanoseconds=False, snaplen=262144, modified=False):
    """`records`: (time in nanoseconds, octets[, length on the wire])."""
    magic = 0xA1B2CD34 if modified else 0xA1B23C4D if nanoseconds else 0xA1B2C3D4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, linktype)]
    for time, octets, *wire in records:
        fraction = time % 1_000_000_000 // (1 if nanoseconds else 1000)
        captured = octets[:snaplen]
        out.append(struct.pack(order + "IIII", time // 1_000_000_000, fraction, len(captured), wire[0] if wire else len(octets)))
        out.append((b"\0" * 8 if modified else b"") + captured)
    return b"".join(out)


def block(order, kind, body):
    body += b"\0" * (-len(body) % 4)
    total = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + total + body + total


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + b"\0" * (-len(value) % 4)


def section(order):
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


def interface(order, linktype, name, resolution=None, offset=None):
    options = option(order, 2, name.encode())
    if resolution is not None:
        options += option(order, 9, bytes([resolution]))
    if offset is not None:
        options += option(order, 14, struct.pack(order + "q", offset))
    return block(order, 1, struct.pack(order + "HHI", linktype, 0, 262144) + options + option(order, 0, b""))


def enhanced(order, number, ticks, octets):
    return block(order, 6, struct.pack(order + "IIIII", number, ticks >> 32, ticks & 0xFFFFFFFF, len(octets), len(octets)) + octets)


# Link types and encapsulations: an IP packet in, a frame out -----------------------------------------------------

def ethertype(packet):
    return 0x86DD if packet[0] >> 4 == 6 else 0x0800


def ethernet(packet, kind=None):
    frame = bytes.fromhex("020000000001020000000002") + struct.pack("!H", kind or ethertype(packet)) + packet
    return frame


def padded(packet):
    frame = ethernet(packet)
    return frame + b"\0" * max(0, 60 - len(frame))


def vlan(packet, *tags):
    kinds = [0x88A8 if len(tags) > 1 else 0x8100] + [0x8100] * (len(tags) - 1)
    body = b""
    for tag, following in zip(tags, kinds[1:] + [ethertype(packet)]):
        body += struct.pack("!HH", tag, following)
    return ethernet(body + packet, kinds[0])


def ppp(packet):
    return struct.pack("!H", 0x0057 if packet[0] >> 4 == 6 else 0x0021) + packet


def pppoe(packet):
    return ethernet(struct.pack("!BBHH", 0x11, 0, 0x2A, len(ppp(packet))) + ppp(packet), 0x8864)


def mpls(packet):
    return ethernet(struct.pack("!II", 100 << 12 | 64, 200 << 12 | 1 << 8 | 64) + packet, 0x8847)


def radiotap(packet):
    snap = b"\xAA\xAA\x03\0\0\0" + struct.pack("!H", ethertype(packet))
    data = b"\x88\x01\0\0" + bytes.fromhex("020000000001020000000002020000000003") + b"\0\0" + b"\0\0" + snap + packet
    return struct.pack("<BBHIB", 0, 0, 9, 2, 0x10) + data + struct.pack("<I", zlib.crc32(data))


OUTER4 = ("203.0.113.1", "203.0.113.2")


def gre(packet):
    return ethernet(ip(*OUTER4, 47, struct.pack("!HHI", 0x2000, ethertype(packet), 7) + packet))


def erspan(packet):
    return ethernet(ip(*OUTER4, 47, struct.pack("!HHI", 0x1000, 0x88BE, 1) + struct.pack("!HHI", 0x1001, 0, 0) + ethernet(packet)))


def vxlan(packet):
    return ethernet(ip(*OUTER4, 17, udp((50000, 4789), struct.pack("!II", 0x08000000, 42 << 8) + ethernet(packet))))


def geneve(packet):
    return ethernet(ip(*OUTER4, 17, udp((50000, 6081), struct.pack("!HHI", 0x0100, 0x6558, 42 << 8) + b"\1\2\3\0" + ethernet(packet))))


def teredo(packet):
    return ethernet(ip(*OUTER4, 17, udp((50000, 3544), packet)))


A, PTR, MX, TXT, CNAME, AAAA = 1, 12, 15, 16, 5, 28


def dns_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def dns(question, kind, *answers, number=0x1A2B):
    """A response; each answer is (name, type, data), names of the question by a pointer."""
    records = b"".join((b"\xc0\x0c" if name == question else dns_name(name)) + struct.pack("!HHIH", of, 1, 300, len(data)) + data
                       for name, of, data in answers)
    return struct.pack("!HHHHHH", number, 0x8180, 1, len(answers), 0, 0) + dns_name(question) + struct.pack("!HH", kind, 1) + records


def dns_query(question, kind):
    return struct.pack("!HHHHHH", 0x1A2B, 0x0100, 1, 0, 0, 0) + dns_name(question) + struct.pack("!HH", kind, 1)


def dns_messages():
    """Answers that name the ends of the session, and what a resolver must not be made to believe."""
    host, client = ipaddress.ip_address(V4[1]).packed, ipaddress.ip_address(V4[0]).reverse_pointer
    spf = b"v=spf1 ip4:192.0.2.10 -all"
    return {
        "mx": dns("example.org", MX, ("example.org", MX, b"\0\x0a\2mx\xc0\x0c"), ("example.org", MX, b"\0\x14\6backup\xc0\x0c")),
        "alias": dns("mx.example.org", A, ("mx.example.org", CNAME, dns_name("host7.example.org")), ("host7.example.org", A, host),
                     ("not-asked-for.example", A, host)),
        "ptr": dns(client, PTR, (client, PTR, dns_name("client.example.net"))),
        "txt": dns("example.net", TXT, ("example.net", TXT, bytes([10]) + spf[:10] + bytes([len(spf) - 10]) + spf[10:])),
        "late": dns("late.example.org", A, ("late.example.org", A, host)),
        "error": struct.pack("!HHHHHH", 1, 0x8183, 1, 0, 0, 0) + dns_name("none.example.org") + struct.pack("!HH", A, 1),
    }


def named():
    messages, resolver = dns_messages(), "192.0.2.53"
    def asked(name, time):
        return (time, ip(resolver, V4[0], 17, udp((53, 53535), messages[name])))
    packets = [asked("mx", BEGIN - 900_000_000), asked("alias", BEGIN - 800_000_000), asked("ptr", BEGIN - 700_000_000),
               asked("error", BEGIN - 650_000_000)]
    tcp_lookup = Connection(V4[0], resolver, client_port=50053, server_port=53, start=BEGIN - 600_000_000, seed=3, mss=40)
    query = dns_query("example.net", TXT)
    tcp_lookup.send("C", struct.pack("!H", len(query)) + query)
    tcp_lookup.send("S", struct.pack("!H", len(messages["txt"])) + messages["txt"])
    tcp_lookup.close()
    both = tcp_lookup.packets + session(*V4, "named")
    packets += [(time, ip(source, destination, 6, segment, number + 1)) for number, (time, source, destination, segment) in enumerate(both)]
    packets.append(asked("late", BEGIN + 300_000_000))
    return pcap([(time, ethernet(packet)) for time, packet in sorted(packets, key=lambda packet: packet[0])], 1)


V4 = ("192.0.2.10", "198.51.100.25")
V6 = ("2001:db8::10", "2001:db8:1::25")


def wrapped(wrap, ends=V4, subject="hello", **shape):
    return [(time, wrap(ip(source, destination, 6, segment, number + 1)))
            for number, (time, source, destination, segment) in enumerate(session(*ends, subject, **shape))]


def ipv4_fragments():
    out = []
    for number, (time, source, destination, segment) in enumerate(session(*V4, "fragments")):
        pieces = [segment[i:i + 64] for i in range(0, len(segment), 64)]
        order = list(enumerate(pieces))
        if number % 2:
            order.reverse()
        for position, piece in order:
            more = 0x2000 if position + 1 < len(pieces) else 0
            flags = more | position * 8 if len(pieces) > 1 else 0
            out.append((time, ethernet(ip(source, destination, 6, piece, number + 1, flags))))
    return out


def ipv6_fragments():
    out = []
    for number, (time, source, destination, segment) in enumerate(session(*V6, "fragments")):
        for position in range(0, len(segment), 64):
            more = position + 64 < len(segment)
            head = struct.pack("!BBHI", 6, 0, position | more, number + 1)
            hop_by_hop = struct.pack("!BBBB4x", 44, 0, 1, 4)
            out.append((time, ethernet(ip(source, destination, 0, hop_by_hop + head + segment[position:position + 64]))))
    return out


def ipv6_extensions():
    def extended(source, destination, segment):
        return ip(source, destination, 0, struct.pack("!BBBB4x", 60, 0, 1, 4) + struct.pack("!BBBB4x", 6, 0, 1, 4) + segment)
    return [(time, ethernet(extended(source, destination, segment))) for time, source, destination, segment in session(*V6, "extension headers")]


def offloaded():
    """The sending host's view: one packet of any size with length 0 and only the pseudo-header in the checksum."""
    out = []
    for time, source, destination, segment in session(*V4, "segmentation offload"):
        pseudo = ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed + struct.pack("!II", len(segment), 6)
        segment = segment[:16] + struct.pack("!H", ~checksum(pseudo) & 0xFFFF) + segment[18:]
        out.append((time, ethernet(ip(source, destination, 6, segment, zero_length=True))))
    return out


def several_sections():
    packets = wrapped(ethernet, subject="several sections")
    little, big = packets[:7], packets[7:]
    out = [section("<"), interface("<", 101, "tun0"), interface("<", 1, "eth0", 9)]
    out += [enhanced("<", 1, time, frame) for time, frame in little]
    out += [block("<", 0x0BAD, struct.pack("<I", 32473) + b"not a packet"), section(">"), interface(">", 1, "eth0", 0x94, 1_763_700_000)]
    out += [enhanced(">", 0, (time - 1_763_700_000 * 1_000_000_000) * (1 << 20) // 1_000_000_000 + 1, frame) for time, frame in big]
    return b"".join(out)


def damaged():
    whole = pcap(wrapped(ethernet, subject="damaged file"), 1)
    at = 24 + sum(16 + 54 + n for n in (12, 12, 0)) + 16 + 54  # the greeting's text
    return whole[:at] + b"\xEE" * 48 + whole[at + 48:]


# The demonstration -----------------------------------------------------------------------------------------------

def picture():
    """A small PNG without compression, so that every zlib writes the same octets."""
    size = 40
    rows = b"".join(b"\0" + bytes((x * y * 5 // size + 40) % 256 for x in range(size)) for y in range(size))
    stored = b"\x78\x01\x01" + struct.pack("<HH", len(rows), len(rows) ^ 0xFFFF) + rows + struct.pack("!I", zlib.adler32(rows))

    def chunk(kind, data):
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack("!IIBBBBB", size, size, 8, 0, 0, 0, 0)) + chunk(b"IDAT", stored) + chunk(b"IEND", b""))


def folded(octets):
    text = base64.b64encode(octets).decode()
    return "".join(text[i:i + 76] + "\r\n" for i in range(0, len(text), 76))


def accepted():
    c = Connection("192.0.2.10", "198.51.100.25", 49731, latency=18_400_000, seed=1)
    c.send("S", "220 mx1.example.org ESMTP Postfix\r\n", 2_300_000)
    c.send("C", "EHLO relay.example.net\r\n")
    c.send("S", "250-mx1.example.org\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-ETRN\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250 SMTPUTF8\r\n")
    subject = base64.b64encode("Отчёт за ноябрь".encode()).decode()
    name = base64.b64encode("Ольга Сергеева".encode()).decode()
    message = ("Received: from desk.example.net (desk.example.net [192.0.2.77])\r\n\tby relay.example.net (Postfix) with ESMTPS id 3C1D220A1\r\n"
               "\tfor <press@example.org>; Fri, 21 Nov 2025 12:59:58 +0300 (MSK)\r\n"
               f"From: =?UTF-8?B?{name}?= <olga@example.net>\r\nTo: Press office <press@example.org>\r\nSubject: =?UTF-8?B?{subject}?=\r\n"
               "Date: Fri, 21 Nov 2025 12:59:57 +0300\r\nMessage-ID: <20251121095957.3C1D2@relay.example.net>\r\nMIME-Version: 1.0\r\n"
               "Content-Type: multipart/mixed; boundary=\"=_november\"\r\n\r\n"
               "--=_november\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
               "Добрый день!\r\n\r\nОтчёт во вложении.\r\n.и ещё строка, которая начинается с точки.\r\n\r\n"
               "--=_november\r\nContent-Type: image/png; name=\"november.png\"\r\nContent-Disposition: attachment; filename=\"november.png\"\r\n"
               "Content-Transfer-Encoding: base64\r\n\r\n" + folded(picture()) + "--=_november--\r\n")
    c.send("C", f"MAIL FROM:<olga@example.net> SIZE={len(message.encode())} BODY=8BITMIME\r\nRCPT TO:<press@example.org> NOTIFY=FAILURE ORCPT=rfc822;press@example.org\r\n"
                "RCPT TO:<archive@example.org>\r\nDATA\r\n")
    c.send("S", "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n", 31_000_000)
    c.send("C", message.replace("\r\n.", "\r\n..") + ".\r\n", 21_000_000)
    c.send("S", "250 2.0.0 Ok: queued as 4XyZ9k2Lq8z1\r\n", 64_000_000)
    c.send("C", "QUIT\r\n")
    c.send("S", "221 2.0.0 Bye\r\n")
    c.close("S")
    return c.packets


def refused():
    c = Connection("2001:db8:7::44", "2001:db8:1::25", 51820, start=BEGIN + 37_000_000, latency=24_900_000, seed=2, mss=1440)
    c.send("S", "220 mx2.example.org ESMTP Exim 4.97\r\n", 5_100_000)
    c.send("C", "EHLO [IPv6:2001:db8:7::44]\r\n")
    c.send("S", "250-mx2.example.org Hello [2001:db8:7::44]\r\n250-SIZE 20971520\r\n250-8BITMIME\r\n250 HELP\r\n")
    c.send("C", "MAIL FROM:<>\r\n")
    c.send("S", "250 OK\r\n")
    c.send("C", "RCPT TO:<nobody@example.org>\r\n")
    c.send("S", "550-5.1.1 The account you tried to reach does not exist.\r\n550 5.1.1 <nobody@example.org>: unknown user\r\n")
    c.send("C", "RCPT TO:<ivan@example.org>\r\n")
    c.send("S", "250 Accepted\r\n")
    c.send("C", "DATA\r\n")
    c.send("S", "354 Enter message, ending with \".\" on a line by itself\r\n")
    body = "".join(f"Line {n:03} of a bounce that nobody will ever read to its end.\r\n" for n in range(1, 101))
    c.send("C", "From: Mail Delivery System <mailer-daemon@example.net>\r\nTo: ivan@example.org\r\nSubject: Undelivered mail\r\n"
                "Date: Fri, 21 Nov 2025 10:00:00 +0000\r\nMessage-ID: <bounce.7@example.net>\r\nAuto-Submitted: auto-replied\r\n\r\n" + body + ".\r\n", lose=(2,))
    c.send("S", "250 OK id=1vMNzA-0004Gz-1x\r\n", 42_000_000)
    c.send("C", "QUIT\r\n")
    c.send("S", "221 mx2.example.org closing connection\r\n")
    c.close()
    return c.packets


def demo():
    both = sorted(accepted() + refused(), key=lambda packet: packet[0])
    arp = bytes.fromhex("0001080006040001020000000002c000020a000000000000c6336419")
    query = ip("192.0.2.10", "192.0.2.53", 17, udp((53535, 53), bytes.fromhex("1a2b01000001000000000000") + b"\7example\3org\0\0\x0f\0\1"))
    frames = [(BEGIN - 41_000_000, padded(arp)[:12] + b"\x08\x06" + arp + b"\0" * 18), (BEGIN - 9_000_000, ethernet(query))]
    frames += [(time, padded(ip(source, destination, 6, segment, number + 1))) for number, (time, source, destination, segment) in enumerate(both)]
    return pcap(frames, 1, nanoseconds=True)


FILES = {
    "apple-loopback.pcap": ("BSD loopback with IPv6, address family 30", lambda: pcap(wrapped(lambda p: struct.pack("<I", 30) + p, V6), 0)),
    "chdlc.pcap": ("Cisco HDLC", lambda: pcap(wrapped(lambda p: b"\x0F\0" + struct.pack("!H", ethertype(p)) + p), 104)),
    "damaged.pcap": ("48 octets overwritten from the text of the greeting into the next record, whose header is lost; those behind can be found", damaged),
    "demo.pcap": ("two interleaved sessions: a pipelined mail with an attachment, accepted; a bounce over IPv6 with a refused recipient and a lost segment", demo),
    "dns-names.pcap": ("MX, A by way of an alias, PTR by UDP and TXT by TCP before a session; a record nobody asked for, an error, and an answer too late", named),
    "erspan.pcap": ("Ethernet in ERSPAN type II in GRE", lambda: pcap(wrapped(erspan), 1)),
    "ethernet-big-endian.pcap": ("Ethernet, big-endian file", lambda: pcap(wrapped(ethernet), 1, ">")),
    "ethernet-fcs.pcap": ("Ethernet with padding and frame check sequences, as the linktype field tells",
                          lambda: pcap([(t, f + struct.pack("<I", zlib.crc32(f))) for t, f in wrapped(padded)], 0x24000001)),
    "ethernet-modified.pcap": ("modified pcap (0xa1b2cd34)", lambda: pcap(wrapped(ethernet), 1, modified=True)),
    "ethernet-nanosecond.pcap": ("Ethernet, nanoseconds", lambda: pcap(wrapped(ethernet), 1, nanoseconds=True)),
    "ethernet-padding.pcap": ("Ethernet frames padded to 60 octets", lambda: pcap(wrapped(padded), 1)),
    "ethernet.pcap": ("Ethernet, little-endian file, microseconds", lambda: pcap(wrapped(ethernet), 1)),
    "ethernet.pcapng": ("pcapng with one interface", lambda: section("<") + interface("<", 1, "eth0") +
                        b"".join(enhanced("<", 0, t // 1000, f) for t, f in wrapped(ethernet))),
    "geneve.pcap": ("Ethernet in Geneve with an option", lambda: pcap(wrapped(geneve), 1)),
    "gre.pcap": ("IPv4 in GRE with a key", lambda: pcap(wrapped(gre), 1)),
    "ip-in-ip.pcap": ("IPv4 in IPv4", lambda: pcap(wrapped(lambda p: ip(*OUTER4, 4, p)), 101)),
    "ipv4-fragments.pcap": ("IPv4 fragments of 64 octets, every second datagram in reverse order", lambda: pcap(ipv4_fragments(), 1)),
    "ipv6-extensions.pcap": ("IPv6 hop-by-hop and destination options", lambda: pcap(ipv6_extensions(), 1)),
    "ipv6-fragments.pcap": ("IPv6 fragments behind hop-by-hop options", lambda: pcap(ipv6_fragments(), 1)),
    "ipv6-in-ipv4.pcap": ("IPv6 in IPv4", lambda: pcap(wrapped(lambda p: ip(*OUTER4, 41, p), V6), 101)),
    "linux-cooked-2.pcap": ("Linux cooked capture version 2", lambda: pcap(wrapped(lambda p: struct.pack("!HHIHBB8s", ethertype(p), 0, 3, 1, 4, 6, b"\2\0\0\0\0\1") + p), 276)),
    "linux-cooked.pcap": ("Linux cooked capture", lambda: pcap(wrapped(lambda p: struct.pack("!HHH8sH", 4, 1, 6, b"\2\0\0\0\0\1", ethertype(p)) + p), 113)),
    "loopback.pcap": ("BSD loopback with IPv4", lambda: pcap(wrapped(lambda p: struct.pack("<I", 2) + p), 0)),
    "mpls.pcap": ("two MPLS labels", lambda: pcap(wrapped(mpls), 1)),
    "offload.pcap": ("IP length 0 and partial checksums, as segmentation offload leaves them", lambda: pcap(offloaded(), 1)),
    "ppp.pcap": ("PPP", lambda: pcap(wrapped(lambda p: b"\xFF\x03" + ppp(p)), 9)),
    "pppoe.pcap": ("PPPoE with IPv6", lambda: pcap(wrapped(pppoe, V6), 1)),
    "qinq.pcap": ("802.1ad and 802.1Q tags", lambda: pcap(wrapped(lambda p: vlan(p, 100, 7)), 1)),
    "radiotap.pcap": ("802.11 data frames with radiotap and frame check sequences", lambda: pcap(wrapped(radiotap), 127)),
    "raw-ipv4.pcap": ("raw IP", lambda: pcap(wrapped(bytes), 101)),
    "raw-ipv6.pcap": ("raw IP, version 6", lambda: pcap(wrapped(bytes, V6), 229)),
    "sections.pcapng": ("two sections of different byte order, three interfaces, resolutions 10^-6, 10^-9 and 2^-20, a time offset, a custom block", several_sections),
    "sequence-wrap.pcap": ("the client's sequence number passes 2^32 in the message", lambda: pcap(wrapped(ethernet, sequence=(1 << 32) - 150), 1)),
    "snaplen-96.pcap": ("packets cut to 96 octets by the capture", lambda: pcap(wrapped(ethernet), 1, snaplen=96)),
    "teredo.pcap": ("IPv6 in Teredo", lambda: pcap(wrapped(teredo, V6), 1)),
    "vlan.pcap": ("one 802.1Q tag", lambda: pcap(wrapped(lambda p: vlan(p, 42)), 1)),
    "vxlan.pcap": ("Ethernet in VXLAN", lambda: pcap(wrapped(vxlan), 1)),
}

def fuzz_records(make):
    """A pcap file as fuzz_decapsulation takes packets: link type, then length and octets of each."""
    file = make()
    order = "<" if file[:1] in b"\xd4\x4d\x34" else ">"
    at, out = 24, [struct.pack("!H", struct.unpack_from(order + "I", file, 20)[0] & 0xFFFF)]
    while at < len(file) and len(out) < 7:
        captured, wire = struct.unpack_from(order + "II", file, at + 8)
        out.append(struct.pack("!H", captured | (0x8000 if wire > captured else 0)) + file[at + 16:at + 16 + captured])
        at += 16 + captured
    return b"".join(out)


def odd_blocks():
    return b"".join([section("<"), interface("<", 1, "eth0", 6), block("<", 3, struct.pack("<I", 5) + b"abcde"),
                     block("<", 2, struct.pack("<HHIIII", 0, 0, 0, 7, 3, 3) + b"old"), block("<", 5, struct.pack("<III", 0, 0, 0)),
                     block("<", 10, struct.pack("<II", 0x544C534B, 3) + b"KEY"), enhanced("<", 9, 1, b"no interface")])


def seeds():
    """Small inputs for the fuzz drivers: name -> (octets, what it shows)."""
    small = {}
    for name, (shows, make) in FILES.items():
        if name == "demo.pcap":
            continue
        file = make()
        if name.startswith(("ethernet", "damaged", "snaplen")) and name.endswith(".pcap"):
            small[f"seeds/pcap/{name}"] = (file[:700], "the beginning of captures/" + name)
        if name.endswith(".pcapng"):
            small[f"seeds/pcapng/{name}"] = (file[:1100], "the beginning of captures/" + name)
        if name.endswith(".pcap") and name != "damaged.pcap" and "modified" not in name:
            small[f"seeds/decapsulation/{name.removesuffix('.pcap')}"] = (fuzz_records(make), "packets of captures/" + name)
    small["seeds/pcapng/odd-blocks.pcapng"] = (odd_blocks(), "packet blocks of the older kinds, statistics, secrets, a missing interface")
    small |= {f"seeds/dns/{name}": (octets, "a DNS response: " + name) for name, octets in dns_messages().items()}
    return small


MANIFEST_HEAD = "file\tsource\tlicence\tsha256\twhat it shows"


def manifest(made, script):
    """MANIFEST.tsv with the lines of `made` (path -> line) in place of those of `script`, sorted by file."""
    path = CORPUS / "MANIFEST.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()[1:] if path.exists() else []
    kept = {line.split("\t")[0]: line for line in lines if line}
    kept = {name: line for name, line in kept.items() if line.split("\t")[1] != script}
    kept.update(made)
    return "\n".join([MANIFEST_HEAD] + [kept[name] for name in sorted(kept)]) + "\n"


def keep(wanted, script, check):
    """Writes the files of `wanted` (path -> octets and what they show) and their lines; with `check` only compares.
    Returns the exit status."""
    made, stale = {}, []
    for name, (octets, shows) in sorted(wanted.items()):
        path = CORPUS / name
        if not path.exists() or path.read_bytes() != octets:
            stale.append(str(path))
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(octets)
        digest = hashlib.sha256(octets).hexdigest()
        made[name] = f"{name}\t{script}\tas the project\t{digest}\t{shows}"
    text = manifest(made, script)
    path = CORPUS / "MANIFEST.tsv"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        stale.append(str(path))
        if not check:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(("differs: " if check else "wrote ") + name)
    return 1 if check and stale else 0


def main(check):
    wanted = {f"captures/{name}": (make(), shows) for name, (shows, make) in FILES.items()} | seeds()
    return keep(wanted, "corpus/make_captures.py", check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] == ["--check"]))
