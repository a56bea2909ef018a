#!/usr/bin/env python3
"""Smuggled mail with real servers: a verdict is what the server's own log says, for each odd end of data.

usage: test_smuggling_servers.py            run the tests
       test_smuggling_servers.py --write    and keep the captures of two of them in corpus/smuggling
"""
import re
import socket
import sys
import tempfile
import unittest

import finding_inputs
import records
from mail_servers import Aiosmtpd, Exim, Postfix, needs

# What Postfix 3.7 with smtpd_forbid_bare_newline=no takes for the end of data stands first.
ENDS = ["\n.\n", "\n.\r\n", "\r\n.\n", "\r\n.\r\r\n", "\r\r\n.\r\r\n", "\r.\r", "\r.\n", "\r.\r\n", "\n.\r", "\r\n.\r",
        "\r\n\0.\r\n", "\r\n.\0\r\n", "\r\n. \r\n", "\r\n.\t\r\n"]
TAKEN_BY_OLD_POSTFIX = 5
INNERS = ["admin%s@legit.example.test" % (number or "") for number in range(len(ENDS))]  # so that one log tells them apart
KEPT = records.SOURCE / "corpus/smuggling"


class Talk:
    """A client that keeps what both sides say, in order, as a capture."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.capture = finding_inputs.Capture(25)
        self.capture.handshake()

    def say(self, octets):
        self.socket.sendall(octets)
        self.capture.send("C", octets)

    def hear(self):
        """One reply, and what came with it."""
        octets = b""
        while not re.search(rb"(?m)^\d{3} [^\n]*\n\Z", octets):
            more = self.socket.recv(65536)
            if not more:
                break
            octets += more
        if octets:
            self.capture.send("S", octets)
        return octets

    def end(self):
        while self.hear():
            pass
        self.socket.close()
        self.capture.end("S", "FIN")
        self.capture.end("C", "FIN")
        return self.capture.octets


def smuggle(port, end, inner):
    """The capture of a session in which a mail of the sender `inner` hides behind `end`."""
    talk = Talk(port)
    talk.hear()
    for command in ("EHLO client.example.test", "MAIL FROM:<outer@client.example.test>", "RCPT TO:<bob@example.test>", "DATA"):
        talk.say(command.encode() + b"\r\n")
        talk.hear()
    talk.say(("From: outer@client.example.test\r\nSubject: outer\r\n\r\nouter body%sMAIL FROM:<%s>\r\nRCPT TO:<bob@example.test>\r\n"
              "DATA\r\nFrom: %s\r\nSubject: inner\r\n\r\ninner body\r\n.\r\n" % (end, inner, inner)).encode())
    talk.hear()
    talk.say(b"QUIT\r\n")
    return talk.end()


def verdict(octets):
    """(what the record says of the hidden mail, its transaction) of a capture."""
    with tempfile.NamedTemporaryFile(suffix=".pcap") as file:
        file.write(octets)
        file.flush()
        status, sessions, errors = records.run("trace-to-json", file.name)
    assert status == 0 and len(sessions) == 1, (status, errors)
    hidden = [t for t in sessions[0]["transactions"] if "smuggled" in t]
    assert len(hidden) <= 1, hidden
    codes = {f["code"] for f in sessions[0]["findings"]}
    if hidden and hidden[0]["smuggled"] == "succeeded":
        assert "smtp.smuggling.succeeded" in codes and "smtp.smuggling.attempt" not in codes, codes
    else:
        assert "smtp.smuggling.succeeded" not in codes, codes
    # A server that ends data at an odd place may do so in the client's own reading: then the mail stands in the open.
    return (hidden[0]["smuggled"], hidden[0]) if hidden else ("none", None)


class Judged:
    """The verdicts for one server; `taken` of the ends are ends to it."""

    taken = 0
    kept = None

    def test_every_end(self):
        taken = set()
        with self.server() as server:
            for number, end in enumerate(ENDS):
                octets = smuggle(server.port, end, INNERS[number])
                if self.kept and number == 0 and "--write" in sys.argv:
                    KEPT.mkdir(exist_ok=True)
                    (KEPT / self.kept).write_bytes(octets)
                said, hidden = verdict(octets)
                with self.subTest(end=end):
                    if number < self.taken:
                        self.assertEqual(said, "succeeded")
                        self.assertEqual(hidden["mail_from"], INNERS[number])
                        self.assertEqual([r["address"] for r in hidden["recipients"]], ["bob@example.test"])
                        self.assertEqual(hidden["outcome"], "accepted")
                    else:
                        self.assertIn(said, ("not-accepted", "none"))
                if said == "succeeded":
                    taken.add(number)
            self.assertEqual({number for number in range(len(ENDS)) if server.logs("<%s>" % INNERS[number], number in taken)}, taken)


@needs(Postfix)
class PostfixThatTakesBareNewlines(Judged, unittest.TestCase):
    taken, kept = TAKEN_BY_OLD_POSTFIX, "postfix-bare-newline.pcap"

    def server(self):
        return Postfix(smtpd_forbid_bare_newline="no")


@needs(Postfix)
class PostfixThatNormalizes(Judged, unittest.TestCase):
    kept = "postfix-normalize.pcap"

    def server(self):
        # Its own networks, loopback among them, are trusted with bare newlines unless told otherwise.
        return Postfix(smtpd_forbid_bare_newline="normalize", smtpd_forbid_bare_newline_exclusions="")


@needs(Exim)
class WithExim(Judged, unittest.TestCase):
    def server(self):
        return Exim()


@needs(Aiosmtpd)
class WithAiosmtpd(Judged, unittest.TestCase):
    def server(self):
        return Aiosmtpd()


class Kept(unittest.TestCase):
    """The captures in corpus/smuggling, without any server."""

    def test_the_smuggled_mail_has_its_sender_and_recipients(self):
        said, hidden = verdict((KEPT / "postfix-bare-newline.pcap").read_bytes())
        self.assertEqual((said, hidden["mail_from"], [r["address"] for r in hidden["recipients"]]), ("succeeded", INNERS[0], ["bob@example.test"]))

    def test_the_kept_one_was_not_accepted(self):
        self.assertEqual(verdict((KEPT / "postfix-normalize.pcap").read_bytes())[0], "not-accepted")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
