#!/usr/bin/env python3
"""smtp-replay against real servers: a session recorded with swaks replays as the same, and a changed configuration is named."""
import json
import poplib
import socket
import subprocess
import sys
import tempfile
import unittest

import records
from mail_servers import Aiosmtpd, Dovecot, Exim, OpenSmtpd, Postfix, SmtpSink, certificate, find, needs
from records import run

if not (records.BIN / "smtp-replay").exists():
    print("SKIP: smtp-replay was not built")
    sys.exit(77)
SWAKS = find("swaks")
PASSWORD = "canary-wonder"
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
    server = staticmethod(lambda options=(), **more: Exim(*options, **more))
    changes = [({"refuse": "bob@example.test"}, "recipient", "550, was 250"),
               ({"limit": "5K"}, "extensions", "SIZE 5120, was SIZE 52428800"),
               ({"options": ("pipelining_advertise_hosts =",)}, "extensions", "PIPELINING is no longer offered")]


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


class Starttls:
    server = staticmethod(lambda **_: None)

    def test_it_is_done_anew_and_its_loss_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            pair = certificate(folder)
            with self.server(tls=pair) as server:
                talk = record(server, "-tls")
                status, lines, errors = replay(server, talk, "--ca-file", pair[0], "--tls-name", "localhost")
                self.assertEqual(status, 0, (errors, lines and told(lines[0])))
                self.assertTrue(lines[0]["tls"].startswith("TLSv1."))
                self.assertTrue(lines[1]["tls"]["accepted"])
            with self.server() as server:
                status, lines, errors = replay(server, talk)
        self.assertEqual(status, 1, errors)
        found = told(lines[0])
        self.assertIn("STARTTLS is no longer offered", found[1][3])
        self.assertEqual([kind for verb, _, kind, _ in found if verb == "STARTTLS"], ["tls"])
        self.assertTrue(all(verdict == "not-comparable" for verb, verdict, _, _ in found if verb in ("MAIL", "RCPT", "DATA", ".")), found)

    def test_it_is_added_or_left_out_to_order(self):
        with tempfile.TemporaryDirectory() as folder:
            pair = certificate(folder)
            with self.server(tls=pair) as server:
                plain, secured = record(server), record(server, "-tls")
                status, lines, _ = replay(server, plain, "--starttls", "always", "--ca-file", pair[0], "--tls-name", "localhost")
                self.assertEqual((status, "tls" in lines[0]), (0, True), told(lines[0]))
                status, lines, _ = replay(server, secured, "--starttls", "never")
                self.assertEqual((status, "tls" in lines[0]), (0, False), told(lines[0]))


@needs(Aiosmtpd)
class StarttlsOfAiosmtpd(Starttls, unittest.TestCase):
    server = staticmethod(Aiosmtpd)


@needs(Postfix)
class StarttlsOfPostfix(Starttls, unittest.TestCase):
    server = staticmethod(Postfix)


class Delay:
    server = staticmethod(lambda **_: None)
    slow, verbs = {}, ()  # the configuration, and what it answers late

    def test_a_late_reply_is_a_difference_where_latency_counts(self):
        with self.server() as server:
            _, lines, _ = replay(server, record(server))
            talk = (json.dumps(lines[1]) + "\n").encode()
        with self.server(**self.slow) as server:
            self.assertEqual(replay(server, talk)[0], 0)
            status, lines, _ = replay(server, talk, "--max-latency-ratio", "3")
        self.assertEqual((status, [f[:3] for f in told(lines[0]) if f[1] == "differs"]), (1, [(verb, "differs", "late-reply") for verb in self.verbs]))


@needs(Aiosmtpd)
class DelayOfAiosmtpd(Delay, unittest.TestCase):
    server, slow, verbs = staticmethod(Aiosmtpd), {"delay_s": 0.5}, ["MAIL"]


@needs(Postfix)
class DelayOfPostfix(Delay, unittest.TestCase):
    server, slow, verbs = staticmethod(Postfix), {"smtpd_data_restrictions": "sleep 1"}, ["DATA"]


@needs(SmtpSink)
class Statuses(unittest.TestCase):
    def test_a_dead_port_and_a_real_domain(self):
        with SmtpSink() as server:
            talk = record(server)
            real = talk.replace(b"bob@example.test", b"bob@gmail.com")
            status, lines, errors = replay(server, real)
            self.assertEqual((status, lines), (5, []))
            self.assertIn("bob@gmail.com", errors)
        self.assertEqual(replay(server, talk)[0], 3)


@needs(Dovecot)
class Pop3(unittest.TestCase):
    MESSAGES = (b"Subject: one\r\n\r\nwords\r\n.dotted\r\n", b"Subject: two\r\n\r\nmore\r\n")

    def record(self, server, login, read=True):
        """What poplib and the server say in one session."""
        said = []

        class Spoken(poplib.POP3):
            def _putline(self, line):
                said.append(b"C: " + line)
                super()._putline(line)

            def _getline(self):
                line, octets = super()._getline()
                said.append(b"S: " + line)
                return line, octets

        with socket.create_connection(("127.0.0.1", server.pop3_port), 5):
            pass
        client = Spoken("127.0.0.1", server.pop3_port, timeout=10)
        client.capa()
        login(client)
        client.stat(), client.list(), client.uidl()
        if read:
            client.retr(1), client.top(2, 1)
        client.quit()
        return b"\n".join(said) + b"\n"

    def replay(self, server, talk, *arguments, password=PASSWORD):
        with tempfile.NamedTemporaryFile() as file:
            file.write(password.encode() + b"\n")
            file.flush()
            return run("smtp-replay", "--to", server.pop3, "--json", "--auth-user", "alice@example.test", "--auth-password-file", file.name,
                       *arguments, "-", octets=talk, timeout=60)

    def test_a_session_is_the_same_and_a_changed_mailbox_is_not(self):
        login = lambda client: (client.user("alice@example.test"), client.pass_(PASSWORD))
        with Dovecot(messages=self.MESSAGES) as server:
            _, lines, _ = self.replay(server, self.record(server, login))
            talk = (json.dumps(lines[1]) + "\n").encode()
            status, lines, errors = self.replay(server, talk)
            self.assertEqual((status, lines[0]["protocol"], len(lines[0]["steps"])), (0, "pop3", 10), (errors, told(lines[0])))
            self.assertTrue(all(step["verdict"] == "same" for step in lines[0]["steps"]), told(lines[0]))
            status, lines, _ = self.replay(server, talk, password="canary-wrong")
            self.assertEqual((status, lines[0]["steps"][lines[0]["first_difference"] - 1]["kind"]), (1, "auth"))
        with Dovecot(messages=(self.MESSAGES[0].replace(b"words", b"other"), self.MESSAGES[1])) as server:
            status, lines, _ = self.replay(server, talk)
            self.assertEqual((status, [f[:3] for f in told(lines[0]) if f[1] == "differs"]), (1, [("RETR", "differs", "message")]), told(lines[0]))
        with Dovecot(messages=self.MESSAGES, extra="auth_mechanisms = plain") as server:
            status, lines, _ = self.replay(server, talk)
            self.assertEqual((status, [f[:3] for f in told(lines[0]) if f[1] == "differs"]), (1, [("CAPA", "differs", "extensions")]), told(lines[0]))
        with Dovecot(messages=self.MESSAGES[:1]) as server:
            status, lines, _ = self.replay(server, talk)
            self.assertEqual(("TOP", "not-comparable"), told(lines[0])[-2][:2], told(lines[0]))

    def test_apop_and_sasl(self):
        with Dovecot(messages=self.MESSAGES, extra="auth_mechanisms = plain login cram-md5 apop scram-sha-256") as server:
            talk = self.record(server, lambda client: client.apop("alice@example.test", PASSWORD), read=False)
            status, lines, errors = self.replay(server, talk)
            self.assertEqual(status, 0, (errors, lines and told(lines[0])))
            for mechanism in (b"CRAM-MD5", b"SCRAM-SHA-256", b"PLAIN", b"LOGIN"):
                head = talk.split(b"C: APOP", 1)
                sasl = head[0] + b"C: AUTH " + mechanism + b"\nS: + eA==\nC: eA==" + head[1][head[1].index(b"\nS: +OK"):]
                status, lines, errors = self.replay(server, sasl)
                self.assertEqual(status, 0, (mechanism, errors, lines and told(lines[0])))

    def test_deleting_needs_a_flag_of_its_own(self):
        talk = b"S: +OK hi\nC: USER a\nS: +OK\nC: PASS b\nS: +OK\nC: DELE 1\nS: +OK\nC: QUIT\nS: +OK bye\n"
        with Dovecot(messages=self.MESSAGES) as server:
            status, lines, errors = self.replay(server, talk)
            self.assertEqual((status, lines), (5, []))
            self.assertIn("--allow-destructive", errors)
            self.assertEqual(self.replay(server, talk, "--allow-destructive")[0], 0)
            status, lines, _ = self.replay(server, talk, "--allow-destructive")
        self.assertEqual(status, 0, told(lines[0]))


@needs(Dovecot)
class WithDovecotLmtp(Recorded, unittest.TestCase):
    server = staticmethod(lambda **options: Dovecot(users=options.get("users", {"alice": PASSWORD, "bob": "build"})))
    recording = ("--protocol", "LMTP")
    changes = [({"users": {"alice": PASSWORD}}, "recipient", "550 5.1.1, was 250 2.1.5")]


if __name__ == "__main__":
    unittest.main(verbosity=1)
