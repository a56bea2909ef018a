#!/usr/bin/env python3
"""JA3 and JA4 of ClientHellos that were made for this, against an independent reference and a published value."""
import random
import sys
import unittest

import records
import tls_fingerprints as tls
from finding_inputs import Capture
from records import run

if not (records.BIN / "trace-to-json").exists():
    print("SKIP: trace-to-json was not built")
    sys.exit(77)

GREASE = [0x0A0A, 0x1A1A, 0x7A7A, 0xFAFA]
ALGORITHMS = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601]
# The browser's hello that the rule of JA4 is explained with.
EXPLAINED = tls.build(0x0303, [0x2A2A, 0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8, 0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035], [
    tls.extension(0x3A3A), tls.extension(0x001B, b"\2\0\2"), tls.name_extension(b"mx.example.org"), tls.extension(0x0033, b"\0\0"),
    tls.protocol_extension(b"h2", b"http/1.1"), tls.extension(0x4469, b"\0\3\2h2"), tls.extension(0x0017), tls.extension(0x002D, b"\1\1"),
    tls.list_extension(0x000D, ALGORITHMS), tls.extension(0x0005, b"\1\0\0\0\0"), tls.extension(0x0023), tls.extension(0x0012),
    tls.list_extension(0x002B, [0x4A4A, 0x0304, 0x0303], 1), tls.extension(0xFF01, b"\0"), tls.extension(0x000B, b"\1\0"),
    tls.list_extension(0x000A, [0x5A5A, 0x001D, 0x0017, 0x0018]), tls.extension(0x0015, bytes(20))])


def odd_hellos():
    """What real clients seldom send."""
    sni, algorithms = tls.name_extension(b"imap.example.org"), tls.list_extension(13, ALGORITHMS)
    yield tls.build(0x0301, [0x002F])  # no field of extensions
    yield tls.build(0x0303, [0x002F], [])
    yield tls.build(0x0303, [], [sni])
    yield tls.build(0x0300, [0x0005, 0x000A], [sni, tls.protocol_extension(b"imap")])
    yield tls.build(0x0302, GREASE, [sni, algorithms])
    yield tls.build(0x0303, [0x1301], [algorithms, tls.list_extension(43, [0x7F1C, 0x0303], 1)])  # a draft's version
    yield tls.build(0x0303, list(range(1, 150)), [tls.extension(kind) for kind in range(100, 250)])  # counts above 99
    for name in (b"p", b"\xab\xcd", b"\xabz", b"a\xcd", b"-", b"h2", b"IMAP", b"\n\n"):
        yield tls.build(0x0303, [0x1301], [sni, tls.protocol_extension(name), algorithms])
    yield tls.build(0x0303, [0x1301], [sni, tls.protocol_extension(), algorithms])
    yield tls.build(0x0303, [0x1301], [sni, sni, algorithms, algorithms])  # repeated
    yield tls.build(0x0303, [0x1301, 0x1301], [tls.list_extension(10, []), tls.extension(11, b"\0")], bytes(32))


def random_hello(dice):
    values = lambda most: [dice.choice(GREASE) if dice.random() < 0.1 else dice.randrange(1 << 16) for _ in range(dice.randrange(most))]
    extensions = [tls.extension(kind, dice.randbytes(dice.randrange(8))) for kind in dice.sample(range(50, 1 << 16), dice.randrange(12))]
    extensions += dice.sample([tls.name_extension(b"mail.example.net"), tls.list_extension(13, values(9)), tls.list_extension(10, values(6)),
                               tls.extension(11, tls.counted(1, dice.randbytes(dice.randrange(4)))),
                               tls.list_extension(43, [0x0304, 0x0303, dice.choice(GREASE)], 1),
                               tls.protocol_extension(dice.choice([b"smtp", b"pop3", b"imap", b"x"]))], dice.randrange(7))
    dice.shuffle(extensions)
    return tls.build(dice.choice([0x0301, 0x0302, 0x0303]), values(40), extensions, dice.randbytes(32))


def capture(hellos):
    """A connection to the port of IMAP over TLS for each of them."""
    octets = b""
    for number, hello in enumerate(hellos):
        one = Capture(993)
        one.ends["C"] = (one.ends["C"][0], 20000 + number)
        one.time += number * 1000
        one.handshake()
        handshake = b"\1" + tls.counted(3, hello)
        one.send("C", b"\x16\3\1" + tls.counted(2, handshake))
        one.end("C", "FIN")
        one.end("S", "FIN")
        octets += one.octets if not octets else one.octets[24:]
    return octets


class Fingerprints(unittest.TestCase):
    def test_the_reference_gives_the_published_value(self):
        self.assertEqual(tls.ja4(tls.Hello(EXPLAINED)), "t13d1516h2_8daaf6152771_e5627efa2ab1")

    def test_hellos_of_all_kinds_have_the_fingerprints_of_the_reference(self):
        dice = random.Random(4)
        hellos = [EXPLAINED, *odd_hellos(), *(random_hello(dice) for _ in range(200))]
        _, lines, _ = run("trace-to-json", "-", octets=capture(hellos))
        told = {line["client"]["port"]: line["tls"] for line in lines if "tls" in line}
        for number, octets in enumerate(hellos):
            hello, ours = tls.Hello(octets), told[20000 + number]
            with self.subTest(number=number, hello=octets.hex()):
                self.assertEqual(ours["ja3"], tls.ja3(hello))
                self.assertEqual(ours["ja4"], tls.ja4(hello))
                self.assertEqual(ours.get("sni"), hello.server_name())
                self.assertEqual(len(ours["ciphers_offered"]), len(hello.ciphers))


if __name__ == "__main__":
    unittest.main()
