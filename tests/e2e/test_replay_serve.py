#!/usr/bin/env python3
"""smtp-replay --serve: the recorded server for real clients, passing and failing, with faults and under TLS."""
import contextlib
import json
import pathlib
import poplib
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import unittest

import records
from mail_servers import certificate, find

TOOL = records.BIN / "smtp-replay"
if not TOOL.exists():
    print("SKIP: smtp-replay was not built")
    sys.exit(77)
SECRET = "canary-5c1f"

TALK = """S: 220 mx.example.test ESMTP
C: EHLO client.example.test
S: 250-mx.example.test
S: 250-SIZE 100000%s
S: 250 8BITMIME
%sC: MAIL FROM:<a@example.test>
S: 250 2.1.0 Ok
C: RCPT TO:<b@example.test>
S: 250 2.1.5 Ok
C: RCPT TO:<c@example.test>
S: 550 5.1.1 No such user
C: DATA
S: 354 go on
C: Subject: words
C:
C: words
C: .
S: 250 2.0.0 Ok: queued as 0123456789AB
C: QUIT
S: 221 2.0.0 Bye
"""
PLAIN = TALK % ("", "")
STARTTLS = TALK % ("\nS: 250-STARTTLS", "C: STARTTLS\nS: 220 2.0.0 Ready\nC: EHLO client.example.test\nS: 250-mx.example.test\nS: 250 SIZE 100000\n")
LOGIN = TALK % ("\nS: 250-AUTH PLAIN LOGIN CRAM-MD5", "C: AUTH PLAIN AGEAYg==\nS: 235 2.7.0 in\n")
POP3 = """S: +OK ready <1.2@mx.example.test>
C: USER alice
S: +OK
C: PASS canary-recorded
S: +OK in
C: STAT
S: +OK 1 40
C: RETR 1
S: +OK 40 octets
S: Subject: words
S: ..dotted words
S: .
C: QUIT
S: +OK bye
"""


@contextlib.contextmanager
def serving(talk, *arguments):
    """Yields (port, result); result gets status, comparisons and standard error once the block is left."""
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(talk.encode())
        file.flush()
        bounded = [] if "--duration" in arguments else ["--duration", "20"]
        process = subprocess.Popen([TOOL, "--serve", "127.0.0.1:0", "--json", "--timeout", "5", *bounded, *arguments, file.name],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            told = process.stderr.readline().decode()
            result = {}
            yield int(told.rsplit(":", 1)[1]), result
            output, errors = process.communicate(timeout=30)
            records.keep("serve", output + errors)
            lines = records.parse(output)
            result.update(status=process.returncode, errors=errors.decode(), octets=output + errors,
                          comparison=lines[0] if lines else None, session=lines[1] if lines else None)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()


def kinds(result):
    return [(step["verb"], step["kind"], step["why"]) for step in result["comparison"]["steps"] if step["verdict"] == "differs"]


def send(port, recipients=("b@example.test", "c@example.test"), helo="client.example.test", body="words", login=None, starttls=False):
    with smtplib.SMTP("127.0.0.1", port, local_hostname=helo, timeout=10) as client:
        if starttls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            client.starttls(context=context)
        if login:
            client.login(*login)
        return client.sendmail("a@example.test", list(recipients), "Subject: words\r\n\r\n%s\r\n" % body)


class Python(unittest.TestCase):
    def test_the_recorded_answers_are_given(self):
        with serving(PLAIN) as (port, result):
            refused = send(port)
        self.assertEqual((result["status"], result["errors"]), (0, ""), kinds(result))
        self.assertEqual(refused, {"c@example.test": (550, b"5.1.1 No such user")})
        self.assertEqual((result["session"]["ending"], result["session"]["transactions"][0]["outcome"]), ("quit", "accepted"))

    def test_a_client_that_says_something_else_is_told_of(self):
        with serving(PLAIN) as (port, result):
            send(port, ("b@example.test", "d@example.test"))
        self.assertEqual((result["status"], kinds(result)), (1, [("RCPT", "recipient", "<d@example.test>, was <c@example.test>")]))
        with serving(PLAIN) as (port, result):
            send(port, ("b@example.test",))
        self.assertEqual(kinds(result), [("RCPT", "missing-command", "the client leaves it out")])
        with serving(PLAIN) as (port, result):
            send(port, ("b@example.test", "c@example.test", "b@example.test"))
        self.assertEqual([kind for _, kind, _ in kinds(result)], ["extra-command"])

    def test_messages_count_at_level_text(self):
        with serving(PLAIN, "--compare", ".=text") as (port, result):
            send(port)
        self.assertEqual(result["status"], 0, kinds(result))
        with serving(PLAIN, "--compare", ".=text") as (port, result):
            send(port, body="other words")
        self.assertEqual([(verb, kind) for verb, kind, _ in kinds(result)], [(".", "message")])

    def test_an_odd_end_of_data_is_none(self):
        with serving(PLAIN) as (port, result):
            with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example.test", timeout=10) as client:
                for command in ("EHLO client.example.test", "MAIL FROM:<a@example.test>", "RCPT TO:<b@example.test>", "RCPT TO:<c@example.test>", "DATA"):
                    client.docmd(command)
                client.send(b"Subject: words\r\n\r\nwords\n.\nMAIL FROM:<x@example.test>\r\n.\r\n")
                self.assertEqual(client.getreply()[0], 250)
        self.assertEqual(result["status"], 0, kinds(result))
        self.assertIn("smtp.eod.nonstandard", [finding["code"] for finding in result["session"]["findings"]])

    def test_starttls_with_a_certificate_made_up(self):
        with serving(STARTTLS) as (port, result):
            send(port, starttls=True)
        self.assertEqual(result["status"], 0, kinds(result))
        self.assertTrue(result["comparison"]["tls"].startswith("TLSv1."))

    def test_starttls_with_a_certificate_given(self):
        with tempfile.TemporaryDirectory() as folder:
            cert, key = certificate(folder)
            with serving(STARTTLS, "--cert", cert, "--key", key) as (port, result):
                with smtplib.SMTP("localhost", port, local_hostname="client.example.test", timeout=10) as client:
                    client.starttls(context=ssl.create_default_context(cafile=cert))
                    client.sendmail("a@example.test", ["b@example.test", "c@example.test"], "Subject: words\r\n\r\nwords\r\n")
        self.assertEqual(result["status"], 0, kinds(result))

    def test_a_client_that_trusts_nobody_is_told_of(self):
        with serving(STARTTLS) as (port, result):
            with self.assertRaises(ssl.SSLError), smtplib.SMTP("localhost", port, local_hostname="client.example.test", timeout=10) as client:
                client.starttls(context=ssl.create_default_context())
        self.assertEqual((result["status"], kinds(result)[0][:2]), (1, ("STARTTLS", "tls")))

    def test_auth_by_any_mechanism_and_no_secret_in_any_output(self):
        with serving(LOGIN) as (port, result):
            send(port, login=("alice", SECRET))
        self.assertEqual(kinds(result)[0], ("AUTH", "auth", "CRAM-MD5, was PLAIN"))
        self.assertNotIn(SECRET.encode(), result["octets"])

    def test_pop3(self):
        with serving(POP3) as (port, result):
            client = poplib.POP3("127.0.0.1", port, timeout=10)
            client.user("alice")
            client.pass_(SECRET)
            self.assertEqual(client.stat(), (1, 40))
            self.assertEqual(client.retr(1)[1], [b"Subject: words", b".dotted words"])
            client.quit()
        self.assertEqual(result["status"], 0, kinds(result))
        self.assertNotIn(SECRET.encode(), result["octets"])

    def test_nobody_comes(self):
        with serving(PLAIN, "--duration", "0.3") as (port, result):
            pass
        self.assertEqual((result["status"], result["comparison"]), (6, None))


class Faults(unittest.TestCase):
    def test_a_reply_to_order(self):
        with serving(PLAIN, "--fault", "RCPT#1:reply:451 4.2.1 Later") as (port, result):
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                client.ehlo("client.example.test")
                client.mail("a@example.test")
                self.assertEqual(client.rcpt("b@example.test"), (451, b"4.2.1 Later"))
        self.assertEqual(result["status"], 1)

    def test_a_connection_that_is_dropped(self):
        with serving(PLAIN, "--fault", "MAIL:drop") as (port, result), self.assertRaises(smtplib.SMTPServerDisconnected):
            send(port)
        self.assertEqual(result["status"], 1)

    def test_a_close_while_the_message_comes(self):
        with serving(PLAIN, "--fault", "DATA:close") as (port, result), self.assertRaises((smtplib.SMTPServerDisconnected, ConnectionError)):
            send(port, body="x" * 100000)
        self.assertEqual(result["status"], 1)

    def test_a_delay_and_a_slow_drip(self):
        with serving(PLAIN, "--fault", "connect:delay:0.5", "--fault", "connect:drip:100") as (port, result):
            with socket.create_connection(("127.0.0.1", port), 0.3) as client, self.assertRaises(TimeoutError):
                client.recv(1)
        with serving(PLAIN, "--fault", "connect:drip:100") as (port, result):
            with socket.create_connection(("127.0.0.1", port), 5) as client:
                self.assertEqual(client.recv(100)[:1], b"2")
                self.assertLess(len(client.recv(100)), 20)

    def test_faults_that_make_no_sense(self):
        for fault in ("", "RCPT", "RCPT:delay:x", "RCPT:reply:hello", "RCPT#0:drop", "MAIL:close", "MAIL:drip:-1", "MAIL:reply:250 a\r\nb"):
            done = subprocess.run([TOOL, "--serve", "127.0.0.1:0", "--fault", fault], capture_output=True, stdin=subprocess.DEVNULL, timeout=20)
            self.assertEqual(done.returncode, 2, fault)


class OtherClients(unittest.TestCase):
    def program(self, name):
        path = find(name)
        if not path:
            self.skipTest(name + " is not installed")
        return path

    def test_swaks_passes_and_fails(self):
        base = [self.program("swaks"), "--from", "a@example.test", "--helo", "client.example.test"]
        with serving(PLAIN) as (port, result):
            done = subprocess.run([*base, "--server", "127.0.0.1:%d" % port, "--to", "b@example.test,c@example.test"], capture_output=True, timeout=30)
        self.assertEqual((result["status"], done.returncode), (0, 0), kinds(result))
        with serving(PLAIN, "--fault", "DATA:reply:451 4.3.0 Later") as (port, result):
            done = subprocess.run([*base, "--server", "127.0.0.1:%d" % port, "--to", "b@example.test,z@example.test"], capture_output=True, timeout=30)
        self.assertEqual((result["status"], done.returncode), (1, 25))
        self.assertEqual(kinds(result)[0], ("RCPT", "recipient", "<z@example.test>, was <c@example.test>"))

    def test_swaks_with_starttls(self):
        with serving(STARTTLS) as (port, result):
            done = subprocess.run([self.program("swaks"), "--from", "a@example.test", "--helo", "client.example.test", "--server", "127.0.0.1:%d" % port,
                                   "--to", "b@example.test,c@example.test", "-tls"], capture_output=True, timeout=30)
        self.assertEqual((result["status"], done.returncode), (0, 0), (kinds(result), done.stdout))

    def test_msmtp_passes_and_fails(self):
        base = [self.program("msmtp"), "--file=/dev/null", "--host=127.0.0.1", "--from=a@example.test", "--domain=client.example.test"]
        one = PLAIN.replace("C: RCPT TO:<c@example.test>\nS: 550 5.1.1 No such user\n", "")
        with serving(one) as (port, result):
            done = subprocess.run([*base, "--port=%d" % port, "b@example.test"], input=b"Subject: words\n\nwords\n", capture_output=True, timeout=30)
        self.assertEqual((result["status"], done.returncode), (0, 0), (kinds(result), done.stderr))
        with serving(one, "--fault", ".:reply:554 5.6.0 No") as (port, result):
            done = subprocess.run([*base, "--port=%d" % port, "z@example.test"], input=b"Subject: words\n\nwords\n", capture_output=True, timeout=30)
        self.assertEqual((result["status"], done.returncode), (1, 69), (kinds(result), done.stderr))

    def test_curl_passes_and_fails(self):
        base = [self.program("curl"), "--silent", "--show-error", "--mail-from", "a@example.test", "--upload-file", "-"]
        one = PLAIN.replace("C: RCPT TO:<c@example.test>\nS: 550 5.1.1 No such user\n", "")
        with serving(one) as (port, result):
            done = subprocess.run([*base, "--mail-rcpt", "b@example.test", "smtp://127.0.0.1:%d/client.example.test" % port],
                                  input=b"Subject: words\r\n\r\nwords\r\n", capture_output=True, timeout=30)
        self.assertEqual((result["status"], done.returncode), (0, 0), (kinds(result), done.stderr))
        with serving(one, "--fault", "RCPT:reply:550 5.1.1 No") as (port, result):
            done = subprocess.run([*base, "--mail-rcpt", "b@example.test", "smtp://127.0.0.1:%d/client.example.test" % port],
                                  input=b"Subject: words\r\n\r\nwords\r\n", capture_output=True, timeout=30)
        self.assertEqual((result["status"], done.returncode), (1, 55), (kinds(result), done.stderr))


if __name__ == "__main__":
    unittest.main(verbosity=1)
