#!/usr/bin/env python3
"""smtp-replay from outside: every exit status, against a scripted server on loopback."""
import base64
import hmac
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
import xml.etree.ElementTree

import records
from records import SAMPLES, run

TOOL = records.BIN / "smtp-replay"
if not TOOL.exists():
    print("SKIP: smtp-replay was not built")
    sys.exit(77)

TALK = """S: 220 mx.example ESMTP
C: EHLO client.example
S: 250-mx.example
S: 250-PIPELINING
S: 250 SIZE 1000
C: MAIL FROM:<a@example.test>
S: 250 2.1.0 Ok
C: RCPT TO:<b@example.test>
S: 250 2.1.5 Ok
C: RCPT TO:<c@example.test>
S: 250 2.1.5 Ok
C: DATA
S: 354 go on
C: Subject: x
C:
C: ..dotted
C: .
S: 250 2.0.0 Ok: queued as 0123456789AB
C: QUIT
S: 221 2.0.0 Bye
"""
ANSWERS = {"connect": "220 other.example hello", "EHLO": "250-other.example\r\n250-size 1000\r\n250 PIPELINING",
           "MAIL": "250 2.1.0 fine", "RCPT": "250 2.1.5 fine", "DATA": "354 please", ".": "250 2.0.0 queued as BA9876543210",
           "QUIT": "221 bye"}


class Server:
    """Answers each verb as told; a callable is given the line. None closes, "" stays silent."""

    def __init__(self, **answers):
        self.answers = dict(ANSWERS, **{"." if k == "dot" else k: v for k, v in answers.items()})
        self.lines, self.socket = [], socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(30)
        self.to = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes accept()
        except OSError:
            pass
        self.thread.join(30)
        self.socket.close()

    def serve(self):
        try:
            peer, _ = self.socket.accept()
        except OSError:
            return
        with peer, peer.makefile("rb") as octets:
            peer.settimeout(30)
            data = False
            if not self.say(peer, "connect", b""):
                return
            for line in octets:
                self.lines.append(line)
                if data and line != b".\r\n":
                    continue
                verb = "." if data else line.split()[0].decode().upper() if line.split() else ""
                answer = self.say(peer, verb, line)
                if answer is None or verb == "QUIT":
                    return
                data = verb == "DATA" and answer.startswith("354")

    def say(self, peer, verb, line):
        answer = self.answers.get(verb, "500 5.5.2 what?")
        answer = answer(line) if callable(answer) else answer
        if answer:
            peer.sendall(answer.encode() + b"\r\n")
        return answer


def replay(server, *arguments, talk=TALK):
    return run("smtp-replay", "--to", server.to, "--json", *arguments, "-", octets=talk.encode(), timeout=60)


class Live(unittest.TestCase):
    def test_the_same_answers_are_the_same(self):
        with Server() as server:
            status, lines, errors = replay(server)
        self.assertEqual((status, errors), (0, ""))
        comparison, live = lines
        self.assertEqual((comparison["record"], comparison["outcome"]), ("comparison", "same"))
        self.assertTrue(all(step["verdict"] == "same" for step in comparison["steps"]))
        self.assertEqual((live["record"], live["ending"], live["source"]["format"]), ("session", "quit", "live"))
        self.assertIn(b"..dotted\r\n", server.lines)

    def test_the_live_record_can_be_replayed_again(self):
        with Server() as server:
            _, lines, _ = replay(server)
        with Server() as server:
            status, again, _ = replay(server, talk=json.dumps(lines[1]) + "\n")
        self.assertEqual((status, again[0]["outcome"]), (0, "same"))
        self.assertIn("made-up", again[0]["notes"][0])

    def test_texts_count_when_asked_for(self):
        with Server() as server:
            status, lines, _ = replay(server, "--compare", ".=text")
        self.assertEqual((status, lines[0]["first_difference"]), (1, 7))
        with Server(dot="250 2.0.0 Ok: queued as BA9876543210") as server:
            status, lines, _ = replay(server, "--compare", ".=text")
        self.assertEqual((status, lines[0]["steps"][6]["masks"]), (0, ["queue-id"]))

    def test_a_refused_recipient_is_a_difference_though_another_is_taken(self):
        refuse = lambda line: "550 5.1.1 no" if b"<c@" in line else "250 2.1.5 ok"
        with Server(RCPT=refuse) as server:
            status, lines, _ = replay(server)
        step = lines[0]["steps"][4]
        self.assertEqual((status, step["kind"], step["recipient"]), (1, "recipient", "c@example.test"))
        self.assertEqual(lines[0]["steps"][6]["verdict"], "same")

    def test_without_any_recipient_no_data_is_sent(self):
        with Server(RCPT="550 5.1.1 no") as server:
            status, lines, _ = replay(server)
        self.assertEqual(status, 1)
        self.assertEqual([step["verdict"] for step in lines[0]["steps"]],
                         ["same", "same", "same", "differs", "differs", "not-comparable", "not-comparable", "same"])
        self.assertNotIn(b"DATA\r\n", server.lines)

    def test_a_lost_extension_is_named(self):
        with Server(EHLO="250-other.example\r\n250 SIZE 10") as server:
            status, lines, _ = replay(server)
        step = lines[0]["steps"][1]
        self.assertEqual((status, step["kind"]), (1, "extensions"))
        self.assertEqual(step["why"], "PIPELINING is no longer offered; SIZE 10, was SIZE 1000")

    def test_an_early_close_and_silence(self):
        with Server(DATA=None) as server:
            status, lines, _ = replay(server)
        self.assertEqual((status, lines[0]["steps"][5]["kind"]), (6, "early-close"))
        with Server(MAIL="") as server:
            status, lines, _ = replay(server, "--timeout", "0.3")
        self.assertEqual((status, lines[0]["steps"][2]["kind"]), (6, "timeout"))

    def test_a_further_reply_is_found(self):
        with Server(QUIT="221 bye\r\n250 and more") as server:
            status, lines, _ = replay(server)
        self.assertEqual((status, lines[0]["steps"][7]["kind"]), (1, "extra-reply"))

    def test_a_dead_port(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            dead = Server.__new__(Server)
            dead.to = "127.0.0.1:%d" % listener.getsockname()[1]
        status, lines, errors = replay(dead)
        self.assertEqual((status, lines[0]["outcome"]), (3, "no-connection"))
        self.assertIn("refused", errors)

    def test_lmtp_has_a_reply_for_each_recipient(self):
        talk = TALK.replace("EHLO", "LHLO").replace("queued as 0123456789AB", "one\nS: 250 2.0.0 two")
        with Server(LHLO=ANSWERS["EHLO"], dot="250 2.0.0 one\r\n452 4.2.2 full") as server:
            status, lines, _ = replay(server, talk=talk)
        step = lines[0]["steps"][6]
        self.assertIn("kind", step, [(s["verb"], s.get("why")) for s in lines[0]["steps"]])
        self.assertEqual((status, lines[0]["protocol"], step["kind"]), (1, "lmtp", "recipient"))
        self.assertIn("c@example.test", step["why"])

    def test_auth_is_done_anew_and_its_secret_shown_nowhere(self):
        secret, challenge = "canary-77", base64.b64encode(b"<1.2@mx.example>").decode()
        talk = TALK.replace("C: MAIL", "C: AUTH CRAM-MD5\nS: 334 %s\nC: YSBi\nS: 235 2.7.0 Ok\nC: MAIL" % challenge)
        proof = base64.b64encode(b"me " + hmac.new(secret.encode(), b"<1.2@mx.example>", "md5").hexdigest().encode())
        answers = {"AUTH": "334 " + challenge, proof.decode().upper(): "235 2.7.0 in"}
        status, _, errors = run("smtp-replay", "-", octets=talk.encode())
        self.assertEqual(status, 4, errors)
        with Server(**answers) as server:
            done = records.execute("smtp-replay", "--to", server.to, "--auth-user", "me", "--json", "-", octets=talk.encode(),
                                   env=dict(os.environ, SMTP_REPLAY_PASSWORD=secret))
        self.assertEqual(done.returncode, 0, done.stdout)
        for word in (secret.encode(), proof):
            self.assertNotIn(word, done.stdout + done.stderr)

    def test_junit_and_tap(self):
        with Server(MAIL="451 4.3.0 <later> & \"so\"") as server, tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "junit.xml"
            done = records.execute("smtp-replay", "--to", server.to, "--tap", "--junit", file, "-", octets=TALK.encode())
            suites = xml.etree.ElementTree.parse(file).getroot()
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stdout.startswith(b"TAP version 13\n1..1\nnot ok 1 - "))
        self.assertEqual((suites[0].get("failures"), suites[0].get("tests")), ("1", "8"))


class Safety(unittest.TestCase):
    def refused(self, talk, *arguments):
        with Server() as server:
            status, lines, errors = replay(server, *arguments, talk=talk)
        self.assertEqual((status, lines, server.lines), (5, [], []), errors)
        return errors

    def test_a_real_domain_is_refused_before_the_first_octet(self):
        self.assertIn("c@gmail.com", self.refused(TALK.replace("c@example.test", "c@gmail.com")))

    def test_rewritten_recipients_are_sent(self):
        with Server() as server:
            status, _, _ = replay(server, "--rcpt-to", "x@example.test", talk=TALK.replace("c@example.test", "c@gmail.com"))
        self.assertEqual(status, 0)
        self.assertEqual([line for line in server.lines if line.startswith(b"RCPT")], [b"RCPT TO:<x@example.test>\r\n"] * 2)

    def test_routes_through_harmless_domains_are_refused(self):
        for address in ("c%gmail.com@example.test", "gmail.com!c@example.test", "postmaster", "c@notexample.test.com"):
            self.refused(TALK.replace("c@example.test", address))
        self.refused(TALK.replace("<c@example.test>", "<@gmail.com:c@example.test>"))

    def test_another_host_is_refused(self):
        status, lines, errors = run("smtp-replay", "--to", "192.0.2.1:25", "--json", "-", octets=TALK.encode())
        self.assertEqual((status, lines[0]["outcome"]), (5, "refused"), errors)
        status, lines, errors = run("smtp-replay", "--to", "192.0.2.1:25", "--allow-host", "192.0.2.1", "--json", "-", octets=TALK.encode())
        self.assertEqual(status, 5)
        self.assertIn("--allow-data", errors)


class Dry(unittest.TestCase):
    def test_nothing_is_sent_without_a_target(self):
        status, lines, errors = run("smtp-replay", "--json", "-", octets=TALK.encode())
        self.assertEqual((status, errors, lines[0]["record"]), (0, "", "plan"))
        self.assertEqual(lines[0]["steps"][6]["octets"], "Subject: x\r\n\r\n..dotted\r\n.\r\n")

    @unittest.skipUnless((SAMPLES / "captures-loopback").is_dir(), "no samples here")
    def test_a_capture_and_its_records_give_the_same_commands_in_the_same_groups(self):
        capture = SAMPLES / "captures-loopback" / "smtp-pipelining-postfix.pcap"
        sent = ["--rcpt-to", "x@example.test", "--json"]
        _, direct, _ = run("smtp-replay", *sent, capture)
        lines = subprocess.run([records.BIN / "trace-to-json", capture], capture_output=True, timeout=60).stdout
        _, piped, _ = run("smtp-replay", *sent, "-", octets=lines)
        self.assertTrue(any(step.get("joins") for step in direct[0]["steps"]))
        shape = lambda plan: [(s["verb"], s.get("joins"), s["expected"]) for s in plan["steps"]]
        self.assertEqual(shape(direct[0]), shape(piped[0]))

    def test_what_is_damaged_is_played_as_far_as_it_goes_and_the_damage_told(self):
        octets = (records.SOURCE / "corpus" / "captures" / "demo.pcap").read_bytes()[:3000]
        status, lines, errors = run("smtp-replay", "--json", "-", octets=octets)
        self.assertEqual((status, lines[0]["record"]), (0, "plan"))
        self.assertEqual(errors, "smtp-replay: -: octet 1939: capfile.truncated: the capture file breaks off in the middle of a record or block\n")

    def test_bounds(self):
        whole = run("smtp-replay", "--json", "-", octets=TALK.encode())[1][0]
        status, lines, _ = run("smtp-replay", "--json", "--limit", "replay-message-octets=8", "-", octets=TALK.encode())
        self.assertEqual(status, 0)
        self.assertEqual(whole["steps"][6]["octets"], "Subject: x\r\n\r\n..dotted\r\n.\r\n")
        self.assertNotEqual(lines[0]["steps"][6]["octets"], whole["steps"][6]["octets"])
        record = run("trace-to-json", "-", octets=TALK.encode())[1]
        text = "".join(json.dumps(line) + "\n" for line in record).encode()
        status, _, errors = run("smtp-replay", "--limit", "replay-record-octets=100", "-", octets=text)
        self.assertEqual((status, errors), (2, "smtp-replay: -: more than 100 octets of records (--limit replay-record-octets)\n"))
        self.assertEqual(run("smtp-replay", "--max-memory", "64K", "-", octets=TALK.encode())[0], 2)
        self.assertEqual(run("smtp-replay", "--limit", "no-such=1", "-", octets=TALK.encode())[0], 2)

    def test_usage_and_records_that_cannot_be_played(self):
        for arguments in (["--no-such"], ["--to", "nonsense"], ["--compare", "x"], ["--timeout", "nan"], ["/no/such/file"]):
            self.assertEqual(run("smtp-replay", *arguments)[0], 2, arguments)
        self.assertEqual(run("smtp-replay", "--session", "9", "-", octets=TALK.encode())[0], 4)


if __name__ == "__main__":
    unittest.main(verbosity=1)
