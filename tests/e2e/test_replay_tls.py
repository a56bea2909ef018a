#!/usr/bin/env python3
"""smtp-replay under TLS and with AUTH: whom it trusts, what it proves, and that no secret is in anything it writes."""
import base64
import os
import pathlib
import pty
import subprocess
import sys
import tempfile
import unittest

import records
from mail_servers import Aiosmtpd, certificate, expired_certificate, needs
from records import run

TOOL = records.BIN / "smtp-replay"
if not TOOL.exists():
    print("SKIP: smtp-replay was not built")
    sys.exit(77)
SECRET = "canary-81f0"
PROOFS = [SECRET.encode(), base64.b64encode(SECRET.encode()), base64.b64encode(b"\0alice\0" + SECRET.encode())]

TLS = """S: 220 mx.example.test ESMTP
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-SIZE 33554432
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250-STARTTLS
S: 250 HELP
C: STARTTLS
S: 220 Ready to start TLS
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-SIZE 33554432
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250-AUTH LOGIN PLAIN
S: 250 HELP
%sC: MAIL FROM:<a@example.test>
S: 250 2.1.0 OK
C: QUIT
S: 221 Bye
"""


def difference(lines):
    step = lines[0]["steps"][lines[0]["first_difference"] - 1]
    return step["verb"], step["kind"], step["why"]


@needs(Aiosmtpd)
class Certificates(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.pair = certificate(self.folder.name)

    def replay(self, pair, *arguments, **options):
        with Aiosmtpd(tls=pair, user="alice", password=SECRET, **options) as server:
            return run("smtp-replay", "--to", server.to, "--json", *arguments, "-", octets=(TLS % "").encode(), timeout=60)

    def test_a_good_one_is_taken(self):
        status, lines, errors = self.replay(self.pair, "--ca-file", self.pair[0], "--tls-name", "localhost")
        self.assertEqual((status, errors), (0, ""), lines and [s.get("why") for s in lines[0]["steps"]])
        self.assertIn(lines[0]["tls"], ("TLSv1.2", "TLSv1.3"))

    def refused(self, word, pair, *arguments, **options):
        status, lines, _ = self.replay(pair, *arguments, **options)
        verb, kind, why = difference(lines)
        self.assertEqual((status, verb, kind), (1, "STARTTLS", "tls"), why)
        self.assertIn(word, why)
        self.assertFalse(any(step["sent"] for step in lines[0]["steps"][3:]), "something was sent without TLS")

    def test_an_unknown_issuer_is_refused(self):
        self.refused("self-signed", self.pair, "--tls-name", "localhost")

    def test_another_host_is_refused(self):
        self.refused("", self.pair, "--ca-file", self.pair[0], "--tls-name", "mx.example.test")
        self.refused("", self.pair, "--ca-file", self.pair[0])

    def test_an_expired_one_is_refused(self):
        pair = expired_certificate(self.folder.name)
        self.refused("expired", pair, "--ca-file", pair[0], "--tls-name", "localhost")

    def test_tls_1_1_is_refused(self):
        self.refused("", self.pair, "--insecure", tls_least="TLSv1", tls_most="TLSv1_1", ciphers="DEFAULT:@SECLEVEL=0")

    def test_any_will_do_where_the_user_says_so(self):
        self.assertEqual(self.replay(self.pair, "--insecure")[0], 0)


class Login(unittest.TestCase):
    def run_tool(self, *arguments, talk, **options):
        return records.execute("smtp-replay", *arguments, "-", octets=talk.encode(), timeout=60, **options)

    def silent(self, done):
        for proof in PROOFS:
            self.assertNotIn(proof, done.stdout + done.stderr)


@needs(Aiosmtpd)
class Auth(Login):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.pair = certificate(self.folder.name)
        self.password = pathlib.Path(self.folder.name) / "password"
        self.password.write_text(SECRET + "\n")

    def test_plain_and_login_under_tls_in_every_output(self):
        for mechanism in ("PLAIN", "LOGIN"):
            talk = TLS % ("C: AUTH %s\nS: 334 \nC: eA==\nS: 235 2.7.0 Authentication successful\n" % mechanism)
            with Aiosmtpd(tls=self.pair, user="alice", password=SECRET) as server:
                for output in ("--json", "--tap", "--transcript", "--color=always"):
                    update = pathlib.Path(self.folder.name) / "update.txt"
                    junit = pathlib.Path(self.folder.name) / "junit.xml"
                    done = self.run_tool("--to", server.to, "--insecure", "--auth-user", "alice", "--auth-password-file", self.password, output,
                                         "--update", update, "--junit", junit, talk=talk)
                    self.assertEqual(done.returncode, 0, (mechanism, output, done.stdout, done.stderr))
                    self.silent(done)
                    for file in (update, junit):
                        self.assertFalse(any(proof in file.read_bytes() for proof in PROOFS), file)

    def test_a_wrong_password_is_a_difference_of_auth(self):
        talk = TLS % "C: AUTH PLAIN eA==\nS: 235 2.7.0 Authentication successful\n"
        with Aiosmtpd(tls=self.pair, user="alice", password="another") as server:
            done = self.run_tool("--to", server.to, "--insecure", "--json", "--auth-user", "alice", "--auth-password-file", self.password, talk=talk)
        self.assertEqual((done.returncode, difference(records.parse(done.stdout))[:2]), (1, ("AUTH", "auth")))
        self.silent(done)

    def test_the_password_is_asked_for_on_the_terminal(self):
        talk = pathlib.Path(self.folder.name) / "talk.txt"
        talk.write_text(TLS % "C: AUTH PLAIN eA==\nS: 235 2.7.0 Authentication successful\n")
        with Aiosmtpd(tls=self.pair, user="alice", password=SECRET) as server:
            pid, terminal = pty.fork()
            if pid == 0:
                os.execv(TOOL, [str(TOOL), "--to", server.to, "--insecure", "--auth-user", "alice", "--auth-password-prompt", str(talk)])
            shown = b""
            while b"Password of alice" not in shown:
                shown += os.read(terminal, 1000)
            os.write(terminal, SECRET.encode() + b"\n")
            try:
                while octets := os.read(terminal, 1000):
                    shown += octets
            except OSError:
                pass  # the other end is closed
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            os.close(terminal)
            records.keep("terminal", shown)
        self.assertEqual(status, 0, shown)
        self.assertNotIn(SECRET.encode(), shown)

    def test_without_credentials_the_record_is_unusable(self):
        talk = TLS % "C: AUTH PLAIN eA==\nS: 235 2.7.0 in\n"
        done = self.run_tool(talk=talk)
        self.assertEqual(done.returncode, 4)
        self.assertEqual(self.run_tool("--no-auth", talk=talk).returncode, 0)

    def test_recorded_secrets_are_sent_on_demand_only(self):
        response = base64.b64encode(b"\0alice\0" + SECRET.encode()).decode()
        talk = TLS % ("C: AUTH PLAIN %s\nS: 235 2.7.0 Authentication successful\n" % response)
        with Aiosmtpd(tls=self.pair, user="alice", password=SECRET) as server:
            done = self.run_tool("--to", server.to, "--insecure", "--json", "--send-recorded-secrets", talk=talk)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.silent(done)


class Scripted(Login):
    """Mechanisms that no installed server offers are judged by the served side of the tool itself."""

    def test_xoauth2_sends_the_token_and_shows_it_nowhere(self):
        talk = "S: 220 mx\nC: EHLO c\nS: 250-mx\nS: 250 AUTH XOAUTH2\nC: AUTH XOAUTH2 eA==\nS: 235 2.7.0 in\nC: QUIT\nS: 221 bye\n"
        with tempfile.TemporaryDirectory() as folder:
            record, token = pathlib.Path(folder) / "talk.txt", pathlib.Path(folder) / "token"
            record.write_text(talk)
            token.write_text(SECRET + "\n")
            server = subprocess.Popen([TOOL, "--serve", "127.0.0.1:0", "--duration", "20", "--json", record], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            try:
                port = server.stderr.readline().decode().rsplit(":", 1)[1].strip()
                done = self.run_tool("--to", "127.0.0.1:" + port, "--auth-user", "alice", "--auth-token-file", token, "--json", talk=talk)
                served, errors = server.communicate(timeout=30)
            finally:
                if server.poll() is None:
                    server.kill()
                    server.communicate()
        self.assertEqual((done.returncode, server.returncode), (0, 0), (done.stdout, served))
        expected = base64.b64encode(("user=alice\x01auth=Bearer %s\x01\x01" % SECRET).encode())
        for output in (done.stdout, done.stderr, served, errors):
            self.assertNotIn(SECRET.encode(), output)
            self.assertNotIn(expected, output)
            records.keep("json", output)


if __name__ == "__main__":
    unittest.main(verbosity=1)
