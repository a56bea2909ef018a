#!/usr/bin/env python3
"""smtp-replay against real servers: a session recorded with swaks replays as the same, and a changed configuration is named."""
import json
import subprocess
import sys
import unittest

import records
from mail_servers import Aiosmtpd, Dovecot, Exim, OpenSmtpd, Postfix, SmtpSink, find, needs
from records import run

if not (records.BIN / "smtp-replay").exists():
    print("SKIP: smtp-replay was not built")
    sys.exit(77)
SWAKS = find("swaks")
TWO = "alice@example.test,bob@example.test"


def record(server, *arguments, recipients=TWO):
    """What swaks tells of one mail to `server`."""
    done = subprocess.run([SWAKS, "--server", server.to, "--from", "carol@example.test", "--to", recipients, "--helo", "client.example.test",
                           "--body", "words\n.dotted\nmore", *arguments], capture_output=True, timeout=60)
    return done.stdout


def replay(server, talk, *arguments):
    return run("smtp-replay", "--to", server.to, "--json", *arguments, "-", octets=talk, timeout=60)


def told(comparison):
    return [(step["verb"], step["verdict"], step.get("kind"), step.get("why")) for step in comparison["steps"]]


@unittest.skipUnless(SWAKS, "swaks is not installed")
class Recorded:
    """A server and what its changed configurations must lead to."""

    server = staticmethod(lambda **_: None)
    recording = ()
    changes = ()  # configuration, kind, a word of the explanation

    def test_its_own_session_is_the_same(self):
        with self.server() as server:
            talk = record(server, *self.recording)
            status, lines, errors = replay(server, talk)
            self.assertEqual(status, 0, (errors, lines and told(lines[0]), talk))
            self.assertTrue(all(step["verdict"] == "same" for step in lines[0]["steps"]), told(lines[0]))
            status, again, errors = replay(server, (json.dumps(lines[1]) + "\n").encode())
            self.assertEqual(status, 0, (errors, again and told(again[0])))

    def test_a_changed_configuration_is_found_and_named(self):
        with self.server() as server:
            talk = record(server, *self.recording)
        for configuration, kind, word, *flags in self.changes:
            with self.subTest(configuration), self.server(**configuration) as server:
                status, lines, errors = replay(server, talk, *flags)
                self.assertEqual(status, 1, (errors, lines and told(lines[0])))
                step = lines[0]["steps"][lines[0]["first_difference"] - 1]
                self.assertEqual(step["kind"], kind, told(lines[0]))
                self.assertIn(word, step["why"])


@needs(Aiosmtpd)
class WithAiosmtpd(Recorded, unittest.TestCase):
    server = staticmethod(Aiosmtpd)
    changes = [({"refuse": "bob@example.test"}, "recipient", "550 5.1.1, was 250 2.1.5"),
               ({"size": 1000}, "extensions", "SIZE 1000, was SIZE 33554432"),
               ({"smtputf8": False}, "extensions", "SMTPUTF8 is no longer offered")]


@needs(Postfix)
class WithPostfix(Recorded, unittest.TestCase):
    server = staticmethod(Postfix)
    recording = ("--pipeline",)
    changes = [({"smtpd_recipient_restrictions": "check_recipient_access inline:{bob@example.test=REJECT}"}, "recipient", "554 5.7.1, was 250 2.1.5"),
               ({"message_size_limit": 5000}, "extensions", "SIZE 5000, was SIZE 10240000"),
               ({"smtpd_discard_ehlo_keywords": "chunking, dsn"}, "extensions", "CHUNKING is no longer offered; DSN is no longer offered")]


@needs(Exim)
class WithExim(Recorded, unittest.TestCase):
    server = staticmethod(Exim)
    changes = [({"refuse": "bob@example.test"}, "recipient", "550, was 250"),
               ({"limit": "5K"}, "extensions", "SIZE 5120, was SIZE 52428800")]


@needs(OpenSmtpd)
class WithOpenSmtpd(Recorded, unittest.TestCase):
    server = staticmethod(OpenSmtpd)
    changes = [({"refuse": "bob@example.test"}, "recipient", "550, was 250 2.1.5"),
               ({"size": "1M"}, "extensions", "SIZE 1048576, was SIZE 20971520"),
               ({"listen": "no-dsn"}, "extensions", "DSN is no longer offered")]


@needs(SmtpSink)
class WithSmtpSink(Recorded, unittest.TestCase):
    server = staticmethod(lambda **options: SmtpSink(*options.get("flags", ())))
    changes = [({"flags": ("-f", "RCPT")}, "extensions", "PIPELINING is no longer offered"),
               ({"flags": ("-f", "RCPT")}, "recipient", "500 5.3.0, was 250 2.1.5", "--compare", "EHLO=class"),
               ({"flags": ("-p",)}, "extensions", "PIPELINING is no longer offered")]


@needs(Dovecot)
class WithDovecotLmtp(Recorded, unittest.TestCase):
    server = staticmethod(lambda **options: Dovecot(users=options.get("users", {"alice": "wonder", "bob": "build"})))
    recording = ("--protocol", "LMTP")
    changes = [({"users": {"alice": "wonder"}}, "recipient", "550 5.1.1, was 250 2.1.5")]


if __name__ == "__main__":
    unittest.main(verbosity=1)
