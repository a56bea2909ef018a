#!/usr/bin/env python3
"""smtp-replay of IMAP against Dovecot: what reads is played under tags of its own, what writes is refused."""
import json
import socket
import sys
import tempfile
import unittest

import records
from mail_servers import Dovecot, needs

if not (records.BIN / "smtp-replay").exists():
    print("SKIP: smtp-replay was not built")
    sys.exit(77)
PASSWORD = "canary-imap"
MESSAGES = (b"Subject: one\r\n\r\nwords\r\n", b"Subject: two\r\n\r\nmore words\r\n")
LOGIN = "LOGIN alice@example.test eA"
COMMANDS = ["CAPABILITY", LOGIN, "ID NIL", "NAMESPACE", 'LIST "" "*"', 'LSUB "" "*"', "STATUS INBOX (MESSAGES)", "SELECT INBOX", "NOOP",
            "FETCH 1:2 (FLAGS RFC822.SIZE)", "FETCH 1 BODY[]", "UID FETCH 1:* (UID BODY.PEEK[HEADER])", "SEARCH SUBJECT two", "LOGOUT"]


def talk(commands=COMMANDS):
    """A client's side, and a server that says OK to all."""
    lines = ["S: * OK ready"]
    for number, command in enumerate(commands):
        lines += ["C: A%03d %s" % (number, command), "S: A%03d OK done" % number]
    return ("\n".join(lines) + "\n").encode()


@needs(Dovecot)
class Imap(unittest.TestCase):
    def server(self, messages=MESSAGES, extra=""):
        return Dovecot(users={"alice": PASSWORD}, messages=messages, extra=extra)

    def replay(self, server, octets, *arguments, password=PASSWORD):
        with socket.create_connection(("127.0.0.1", server.imap_port), 10) as client:
            client.recv(1)
        with tempfile.NamedTemporaryFile() as file:
            file.write(password.encode() + b"\n")
            file.flush()
            status, lines, errors = records.run("smtp-replay", "--to", server.imap, "--json", "--auth-user", "alice@example.test", "--auth-password-file",
                                                file.name, *arguments, "-", octets=octets, timeout=60)
        self.assertNotIn(password, json.dumps(lines) + errors)
        return status, lines, errors

    def recorded(self, server, commands=COMMANDS, *arguments):
        """The session as it is played live, as a record."""
        status, lines, errors = self.replay(server, talk(commands), "--compare", "class", *arguments)
        self.assertEqual(status, 0, (errors, lines))
        return lines[0], (json.dumps(lines[1]) + "\n").encode()

    @staticmethod
    def differences(lines):
        return [(step["verb"], step["kind"], step["why"]) for step in lines[0]["steps"] if step["verdict"] == "differs"]

    def test_a_reading_session_is_the_same_and_changes_nothing(self):
        with self.server() as server:
            comparison, record = self.recorded(server)
            self.assertIn("EXAMINE", [step["verb"] for step in comparison["steps"]])
            self.assertTrue(any("EXAMINE" in note for note in comparison["notes"]), comparison["notes"])
            status, lines, errors = self.replay(server, record, "--compare", "text", "--compare", "LOGIN=code")
            self.assertEqual((status, lines[0]["protocol"]), (0, "imap"), (errors, self.differences(lines)))
            self.assertTrue(all(step["verdict"] == "same" for step in lines[0]["steps"]))
            self.assertEqual([retrieval["message"]["size"] for retrieval in lines[1]["retrievals"]][0], len(MESSAGES[0]))
            self.assertFalse("\\\\Seen" in json.dumps(lines[1]["exchanges"][-5:]), "reading leaves no trace")

    def test_authenticate_is_done_anew(self):
        for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256"):
            with self.subTest(mechanism), self.server() as server:
                self.recorded(server, ["AUTHENTICATE " + mechanism, "NOOP", "LOGOUT"])

    def test_what_differs_is_named(self):
        with self.server() as server:
            _, record = self.recorded(server)
            status, lines, _ = self.replay(server, record, password="canary-wrong")
            self.assertEqual((status, [found[:2] for found in self.differences(lines)]), (1, [("LOGIN", "auth")]))
        with self.server(extra="auth_mechanisms = plain") as server:
            status, lines, _ = self.replay(server, record, "--on-mismatch", "stop")
            self.assertEqual((status, [found[:2] for found in self.differences(lines)]), (1, [("CAPABILITY", "extensions")]))
            self.assertIn("AUTH PLAIN, was AUTH CRAM-MD5", self.differences(lines)[0][2])
        with self.server(messages=MESSAGES[:1]) as server:
            status, lines, _ = self.replay(server, record, "--compare", "STATUS=text", "--compare", "SEARCH=text")
            self.assertEqual((status, [found[0] for found in self.differences(lines)]), (1, ["STATUS", "FETCH", "SEARCH"]), self.differences(lines))

    def test_what_writes_is_refused_before_anything_is_sent(self):
        for command in ("STORE 1 +FLAGS (\\Deleted)", "UID STORE 1 +FLAGS (x)", "EXPUNGE", "UID EXPUNGE 1", "COPY 1 INBOX", "MOVE 1 INBOX", "CREATE x",
                        "DELETE x", "RENAME x y", "SUBSCRIBE x", "SETACL x y z", "XNEW"):
            status, lines, errors = records.run("smtp-replay", "--no-auth", "--json", "-", octets=talk([LOGIN, "SELECT INBOX", command, "LOGOUT"]))
            self.assertEqual((status, lines), (5, []), (command, errors))
            self.assertIn("--allow-destructive", errors)

    def test_with_the_flag_it_is_sent(self):
        with self.server() as server:
            comparison, _ = self.recorded(server, [LOGIN, "SELECT INBOX", "STORE 1 +FLAGS (\\Deleted)", "EXPUNGE", "LOGOUT"], "--allow-destructive")
            self.assertIn("SELECT", [step["verb"] for step in comparison["steps"]])
            _, record = self.recorded(server, [LOGIN, "STATUS INBOX (MESSAGES)", "LOGOUT"])
            self.assertIn(b"(MESSAGES 1)", record)

    def test_the_server_is_not_played(self):
        status, lines, errors = records.run("smtp-replay", "--serve", "127.0.0.1:0", "--duration", "1", "-", octets=talk())
        self.assertEqual((status, lines), (4, []), errors)


if __name__ == "__main__":
    unittest.main(verbosity=1)
