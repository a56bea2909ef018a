#!/usr/bin/env python3
"""smtp-replay --preserve-segments on the wire: what goes over loopback, segment by segment, beside the capture that is played."""
import socket
import struct
import sys
import tempfile
import threading
import unittest

import finding_inputs
import records
from mail_servers import Postfix, needs

if not (records.BIN / "smtp-replay").exists():
    print("SKIP: smtp-replay was not built")
    sys.exit(77)

OUTGOING = 4  # of packet(7): loopback shows every packet twice
ETHERNET = 14
# Borders within words, between commands of one group, within the message and within its last line.
CLIENT = [[b"EHLO client.exam", b"ple.test\r\n"],
          [b"MAIL FROM:<a@example.test>\r\nRCPT T", b"O:<b@example.test>\r\n", b"DATA\r\n"],
          [b"Subject: words\r\n\r", b"\nsome wo", b"rds\r\n.", b"\r\n"],
          [b"QUIT\r\n"]]
SERVER = [b"220 mx.example.test ESMTP\r\n", b"250-mx.example.test\r\n250 PIPELINING\r\n",
          b"250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n354 End data with <CR><LF>.<CR><LF>\r\n", b"250 2.0.0 Ok\r\n", b"221 2.0.0 Bye\r\n"]


def recorded():
    """The capture of that conversation, each piece a segment."""
    capture = finding_inputs.Capture(25)
    capture.handshake()
    capture.send("S", SERVER[0])
    for turn, reply in zip(CLIENT, SERVER[1:]):
        for piece in turn:
            capture.send("C", piece)
        capture.send("S", reply)
    capture.end("C", "FIN")
    capture.end("S", "FIN")
    return capture.octets


def packet_socket():
    """Reads what passes over loopback; None where that is not permitted."""
    try:
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        wire.bind(("lo", 0))
        return wire
    except (AttributeError, OSError):
        return None


def payload(frame, port):
    """Sequence number and TCP octets that the frame carries to the port."""
    ip = frame[ETHERNET:]
    if len(ip) < 40 or ip[0] >> 4 != 4 or ip[9] != socket.IPPROTO_TCP:
        return 0, b""
    tcp = ip[(ip[0] & 15) * 4:struct.unpack("!H", ip[2:4])[0]]
    to_port, sequence = struct.unpack("!HI", tcp[2:8])
    return sequence, tcp[(tcp[12] >> 4) * 4:] if to_port == port else b""


WIRE = packet_socket()
if WIRE is None:
    print("SKIP: packets on loopback cannot be read here")


@unittest.skipIf(WIRE is None, "packets on loopback cannot be read here")
@needs(Postfix)
class Wire(unittest.TestCase):
    def sent(self, *flags):
        """The segments with octets that the tool sends."""
        segments, sequences = [], set()

        def listen(port, wire):
            while b"QUIT" not in b"".join(segments[-1:]):
                frame, address = wire.recvfrom(65536)
                sequence, octets = payload(frame, port)
                # The kernel of a busy machine sends a segment again.
                if octets and address[2] == OUTGOING and sequence not in sequences:
                    sequences.add(sequence)
                    segments.append(octets)

        with tempfile.NamedTemporaryFile(suffix=".pcap") as file, Postfix() as server, packet_socket() as wire:
            file.write(recorded())
            file.flush()
            wire.settimeout(20)
            listener = threading.Thread(target=listen, args=(server.port, wire))
            listener.start()
            status, _, errors = records.run("smtp-replay", "--to", server.to, "--compare", "class", "--compare", "EHLO=class", "--json", *flags, file.name)
            listener.join()
        self.assertEqual(status, 0, errors)
        return segments

    def test_the_segments_are_those_of_the_capture(self):
        self.assertEqual(self.sent("--preserve-segments"), [piece for turn in CLIENT for piece in turn])

    def test_without_the_flag_each_group_is_one(self):
        self.assertEqual(self.sent(), [b"".join(turn) for turn in CLIENT])


if __name__ == "__main__":
    unittest.main()
