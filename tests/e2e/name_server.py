"""A name server on loopback that says what a test wants, over UDP and TCP, and remembers what it was asked."""
import pathlib
import socketserver
import struct
import sys
import threading

from records import SOURCE

sys.path.insert(0, str(pathlib.Path(SOURCE) / "corpus"))
import make_captures as made  # noqa: E402

NXDOMAIN, SERVFAIL, REFUSED = 3, 2, 5


def strings(text):
    """Data of a TXT record."""
    octets = text.encode()
    return b"".join(bytes([len(octets[at:at + 255])]) + octets[at:at + 255] for at in range(0, len(octets), 255))


class NameServer:
    """`zone`: (name, type) -> list of data, an error code, "silent", "garbage" or "stuck over TCP".

    Before each answer over UDP comes a forged one, with another identifier or question."""

    def __init__(self, zone):
        self.zone, self.asked = zone, []
        server = self

        class Udp(socketserver.BaseRequestHandler):
            def handle(self):
                query, socket = self.request
                reply = server.answer(query, "udp")
                if reply is not None:
                    for forged in server.forgeries(query):
                        socket.sendto(forged, self.client_address)
                    socket.sendto(reply, self.client_address)

        class Tcp(socketserver.StreamRequestHandler):
            def handle(self):
                head = self.rfile.read(2)
                reply = server.answer(self.rfile.read(struct.unpack("!H", head)[0]), "tcp") if len(head) == 2 else None
                if reply is not None:
                    for octet in struct.pack("!H", len(reply)) + reply:  # in as many segments as can be
                        self.wfile.write(bytes([octet]))
                else:
                    self.rfile.read()  # until the other end gives up

        self.udp, self.tcp = self.one_port(Udp, Tcp)
        self.address = "127.0.0.1:%d" % self.udp.server_address[1]
        for one in (self.udp, self.tcp):
            one.daemon_threads = True
            threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @staticmethod
    def one_port(udp_handler, tcp_handler):
        """Both servers at a port that is free for both: one that is free for UDP may be taken for TCP."""
        socketserver.ThreadingTCPServer.allow_reuse_address = True
        for attempt in range(20):
            udp = socketserver.ThreadingUDPServer(("127.0.0.1", 0), udp_handler)
            try:
                return udp, socketserver.ThreadingTCPServer(udp.server_address, tcp_handler)
            except OSError:
                udp.server_close()
                if attempt == 19:
                    raise

    def close(self):
        for one in (self.udp, self.tcp):
            one.shutdown()
            one.server_close()

    @staticmethod
    def forgeries(query):
        """NXDOMAIN for another question of this one, and for this question of another asker."""
        flags = struct.pack("!H", 0x8183)
        yield bytes([query[0] ^ 1]) + query[1:2] + flags + query[4:]
        yield query[:2] + flags + query[4:12] + made.dns_name("other.example") + query[-4:]

    def answer(self, query, road):
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode())
            at += 1 + query[at]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        name = ".".join(labels)
        self.asked.append((name, kind, road))
        found = self.zone.get((name, kind), NXDOMAIN if not any(known == name for known, _ in self.zone) else [])
        identifier, question = query[:2], query[12:at + 5]
        if found == "silent" or (found == "stuck over TCP" and road == "tcp"):
            return None
        if found == "garbage":
            return identifier + struct.pack("!HHHHH", 0x8180, 1, 9, 0, 0) + question + b"\xc0"
        if isinstance(found, int):
            return identifier + struct.pack("!HHHHH", 0x8180 | found, 1, 0, 0, 0) + question
        if found == "stuck over TCP":
            return identifier + struct.pack("!HHHHH", 0x8380, 1, 0, 0, 0) + question
        whole = identifier + made.dns(name, kind, *((name, kind, data) for data in found))[2:]
        if road == "udp" and len(whole) > 512:
            return identifier + struct.pack("!HHHHH", 0x8380, 1, 0, 0, 0) + question
        return whole
