#!/usr/bin/env python3
"""smtp-replay told to say things otherwise: rewrites, pace, groups, mutations, load, two servers, new records."""
import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

import records
from mail_servers import Aiosmtpd, Postfix, SmtpSink, find, needs
from records import SAMPLES, run

TOOL = records.BIN / "smtp-replay"
if not TOOL.exists():
    print("SKIP: smtp-replay was not built")
    sys.exit(77)

TALK = """S: 220 mx.real.com ESMTP
C: EHLO client.real.com
S: 250-mx.real.com
S: 250-SIZE 33554432
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250 HELP
C: MAIL FROM:<a@real.com> SIZE=%d
S: 250 2.1.0 OK
C: RCPT TO:<b@real.com>
S: 250 2.1.5 OK
C: RCPT TO:<c@sub.real.com>
S: 250 2.1.5 OK
C: DATA
S: 354 go on
%s
C: .
S: 250 2.0.0 OK
C: QUIT
S: 221 Bye
"""
MESSAGE = "Subject: words\r\nBcc: hidden@real.com\r\nDisposition-Notification-To: a@real.com\r\nMessage-ID: <1@real.com>\r\n\r\nwords\r\n"
RECORD = TALK % (len(MESSAGE), "\n".join("C: " + line for line in MESSAGE.split("\r\n")[:-1]))
SAFE = RECORD.replace("real.com", "example.test")


def plan(*arguments, talk=RECORD):
    status, lines, errors = run("smtp-replay", "--json", *arguments, "-", octets=talk.encode())
    return status, (lines[0] if lines else None), errors


def sent(record, verb):
    return [step["octets"] for step in record["steps"] if step["verb"] == verb]


class Rewrites(unittest.TestCase):
    def test_domains_below_the_one_named_too(self):
        status, record, errors = plan("--domain", "real.com=example.test")
        self.assertEqual(status, 0, errors)
        self.assertEqual(sent(record, "EHLO"), ["EHLO client.example.test\r\n"])
        self.assertEqual(sent(record, "RCPT"), ["RCPT TO:<b@example.test>\r\n", "RCPT TO:<c@sub.example.test>\r\n"])
        self.assertTrue(sent(record, "MAIL")[0].startswith("MAIL FROM:<a@example.test> SIZE="))

    def test_without_them_the_list_of_real_recipients_is_refused(self):
        status, _, errors = plan()
        self.assertEqual(status, 5)
        self.assertIn("b@real.com", errors)
        self.assertIn("c@sub.real.com", errors)

    def test_fields_that_reach_people_are_left_out_and_size_follows(self):
        _, record, _ = plan("--rcpt-to", "x@example.test")
        message = sent(record, ".")[0]
        self.assertNotIn("hidden@", message)
        self.assertNotIn("Disposition", message)
        self.assertEqual(sent(record, "MAIL"), ["MAIL FROM:<a@real.com> SIZE=%d\r\n" % (len(message) - 3)])
        notes = " ".join(record["notes"])
        for word in ("Bcc", "Disposition-Notification-To", "a@real.com"):
            self.assertIn(word, notes)

    def test_header_fields_are_set_and_ids_made_anew(self):
        _, record, _ = plan("--rcpt-to", "x@example.test", "--mail-from", "s@example.test", "--helo", "h.example.test", "--set-header", "Subject: other",
                            "--set-header", "X-Test:1", "--fresh-ids")
        message = sent(record, ".")[0]
        self.assertIn("Subject: other\r\n", message)
        self.assertIn("X-Test: 1\r\n", message)
        self.assertIn("@replay.invalid>", message)
        self.assertNotIn("<1@real.com>", message)
        self.assertIn("\r\nDate: ", "\r\n" + message)
        self.assertEqual(sent(record, "EHLO"), ["EHLO h.example.test\r\n"])

    def test_chunks_follow_the_message(self):
        talk = SAFE.replace("S: 250 HELP", "S: 250 CHUNKING").replace("C: DATA\nS: 354 go on\n", "")
        start, end = talk.index("C: Subject"), talk.index("S: 250 2.0.0 OK")
        talk = talk[:start] + "C: BDAT 16\nC: Subject: abcde\nS: 250 Ok\nC: BDAT 7 LAST\nC: words\n" + talk[end:]
        status, record, errors = plan("--set-header", "X-Test: 1", talk=talk)
        self.assertEqual((status, [octets.split("\r\n")[0] for octets in sent(record, "BDAT")]), (0, ["BDAT 16", "BDAT 18 LAST"]), errors)
        self.assertEqual("".join(octets.split("\r\n", 1)[1] for octets in sent(record, "BDAT")), "X-Test: 1\r\nSubject: abcde\r\nwords\r\n")

    def test_orders_that_make_no_sense(self):
        for order in (["--domain", "x"], ["--set-header", "no colon"], ["--set-header", "a b:c"], ["--pace", "soon"], ["--pace", "x0"], ["--serial", "--pipeline"],
                      ["--mutate", "nothing"], ["--compare-with", "127.0.0.1:25"], ["--json", "--tap"], ["--max-latency-ratio", "0.5"], ["--rate", "-1"]):
            self.assertEqual(plan(*order)[0], 2, order)


@needs(Aiosmtpd)
class Live(unittest.TestCase):
    def replay(self, server, *arguments, talk=SAFE):
        return run("smtp-replay", "--to", server.to, "--json", *arguments, "-", octets=talk.encode(), timeout=60)

    def test_the_pace(self):
        with Aiosmtpd() as server:
            begin = time.monotonic()
            self.assertEqual(self.replay(server)[0], 0)
            quick = time.monotonic() - begin
            begin = time.monotonic()
            self.assertEqual(self.replay(server, "--pace", "0.1")[0], 0)
            self.assertGreater(time.monotonic() - begin, 0.5)
            begin = time.monotonic()
            self.assertEqual(self.replay(server, "--pace", "10", "--max-gap", "0.01")[0], 0)
            self.assertLess(time.monotonic() - begin, quick + 5)

    def test_the_recorded_pace_and_a_faster_one(self):
        with Aiosmtpd(delay_s=0) as server:
            _, lines, _ = self.replay(server, "--pace", "0.1")
            record = json.dumps(lines[1]) + "\n"
            begin = time.monotonic()
            self.assertEqual(self.replay(server, "--pace", "recorded", talk=record)[0], 0)
            recorded = time.monotonic() - begin
            begin = time.monotonic()
            self.assertEqual(self.replay(server, "--pace", "x10", talk=record)[0], 0)
            self.assertGreater(recorded, time.monotonic() - begin + 0.3)
            self.assertGreater(recorded, 0.5)

    def test_rset_and_on_with_the_next_mail(self):
        one = SAFE[SAFE.index("C: MAIL"):SAFE.index("C: QUIT")]
        two = SAFE.replace("C: QUIT", one.replace("<b@", "<d@") + "C: QUIT")
        with Aiosmtpd(refuse="b@example.test") as server:
            for what, verdicts in (("stop", ["differs", "not-comparable", "not-comparable"]), ("rset", ["differs", "not-comparable", "same"]),
                                   ("continue", ["differs", "same", "same"])):
                status, lines, _ = self.replay(server, "--on-mismatch", what, talk=two)
                steps = lines[0]["steps"]
                self.assertEqual((status, [steps[at]["verdict"] for at in (3, 4, 8)]), (1, verdicts), what)

    def test_two_servers_are_compared_with_each_other(self):
        with Aiosmtpd() as one, Aiosmtpd(refuse="c@sub.example.test") as other:
            status, lines, _ = self.replay(one, "--compare-with", other.to)
            self.assertEqual((status, lines[0]["target"], lines[0]["compared_with"]), (1, other.to, one.to))
            self.assertEqual([step["recipient"] for step in lines[0]["steps"] if step["verdict"] == "differs"], ["c@sub.example.test"])
            self.assertEqual(self.replay(one, "--compare-with", one.to)[0], 0)

    def test_the_live_session_as_the_new_record(self):
        with tempfile.TemporaryDirectory() as folder, Aiosmtpd(refuse="c@sub.example.test") as server:
            for name in ("golden.jsonl", "golden.txt"):
                golden = pathlib.Path(folder) / name
                self.assertEqual(self.replay(server, "--update", golden)[0], 1)
                status, lines, errors = run("smtp-replay", "--to", server.to, "--json", golden)
                self.assertEqual(status, 0, (name, errors))
            self.assertFalse(any("made-up" in note for note in lines[0].get("notes", [])), "a transcript keeps the message")

    def test_output_goes_back_into_both_tools(self):
        with Aiosmtpd() as server:
            arguments = ["smtp-replay", "--to", server.to, "-"]
            spoken = records.execute(*arguments, "--transcript", octets=SAFE.encode()).stdout
            recorded = records.execute(*arguments, "--json", octets=SAFE.encode()).stdout
            for output in (spoken, recorded):
                status, lines, errors = run("smtp-replay", "--to", server.to, "--json", "-", octets=output)
                self.assertEqual((status, lines[0]["outcome"]), (0, "same"), errors)
        status, lines, errors = run("trace-to-json", octets=spoken)
        self.assertEqual((status, lines[0]["transactions"][0]["outcome"]), (0, "accepted"), errors)
        self.assertTrue(lines[0]["transactions"][0]["message"]["complete"])
        status, lines, errors = run("trace-to-json", octets=recorded)
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(json.dumps(lines[0]), json.dumps(json.loads(recorded.splitlines()[1])))

    def test_live_sessions_bear_the_ids_of_the_recorded_ones(self):
        with Aiosmtpd() as server:
            arguments = ("--to", server.to, "--rcpt-to", "x@example.test", "--compare", "class", "--json")
            _, lines, errors = run("smtp-replay", *arguments, records.SOURCE / "corpus/captures/demo.pcap")
            self.assertEqual([line["id"] for line in lines if line["record"] == "session"], ["s-1", "s-2"], errors)
            live = "".join(json.dumps(line) + "\n" for line in lines).encode()
            status, lines, errors = run("smtp-replay", *arguments, "--session", "s-2", "-", octets=live)
        self.assertEqual((status, lines[0]["session"], lines[1]["id"]), (0, "s-2", "s-2"), errors)

    @unittest.skipUnless((SAMPLES / "captures-loopback").is_dir(), "no samples here")
    def test_a_capture_through_a_pipe(self):
        capture = SAMPLES / "captures-loopback" / "smtp-plain-postfix.pcap"
        with Aiosmtpd() as server, tempfile.TemporaryDirectory() as folder:
            produced = subprocess.run([records.BIN / "trace-to-json", "--extract", folder, capture], capture_output=True, timeout=60).stdout
            status, lines, errors = run("smtp-replay", "--to", server.to, "--rcpt-to", "x@example.test", "--messages", folder, "--compare", "class", "--compare",
                                        "EHLO=class", "--json", "-", octets=produced)
            self.assertEqual(status, 0, (errors, [(s["verb"], s.get("why")) for s in lines[0]["steps"]]))
            self.assertFalse(any("made-up" in note for note in lines[0].get("notes", [])))

    @unittest.skipUnless((SAMPLES / "captures-loopback").is_dir(), "no samples here")
    def test_segments_of_a_capture_are_kept(self):
        capture = SAMPLES / "captures-loopback" / "smtp-plain-postfix.pcap"
        with Aiosmtpd() as server:
            status, _, errors = run("smtp-replay", "--to", server.to, "--rcpt-to", "x@example.test", "--preserve-segments", "--compare", "class", "--json", capture)
        self.assertEqual(status, 0, errors)


@needs(Postfix)
class Mutations(unittest.TestCase):
    """All of them with a strict Postfix, and the hidden mails with one that takes bare newlines, at the same time."""

    @staticmethod
    def played(forbid, mutations):
        """{name: (outcome, what became of the hidden mail)}, in the order told."""
        with Postfix(smtpd_forbid_bare_newline=forbid, smtpd_forbid_bare_newline_exclusions="") as server:
            _, lines, _ = run("smtp-replay", "--to", server.to, "--rcpt-to", "x@example.test", "--mutate", mutations, "--compare", "class", "--json", "-",
                              octets=SAFE.encode())
        return {line.get("mutation"): (line["outcome"], line.get("smuggled")) for line in lines if line["record"] == "comparison"}

    def test_each_is_told_and_the_odd_ends_tell_the_two_apart(self):
        listed = subprocess.run([TOOL, "--mutate", "list"], capture_output=True, timeout=20, stdin=subprocess.DEVNULL)
        names = [line.split()[0] for line in listed.stdout.decode().splitlines()]
        self.assertEqual((listed.returncode, len(names)), (0, 18))
        endings = {name for name in names if name.startswith("smuggle-")}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            strict, lax = pool.map(self.played, ("yes", "no"), ("all", "smuggle"))
        self.assertEqual(list(strict), [None, *names])
        self.assertEqual({strict[name] for name in endings}, {("same", "not-accepted")}, strict)
        self.assertNotIn("broken-off", [outcome for outcome, _ in strict.values()], "none waits in vain")
        self.assertEqual(lax.keys(), {None, *endings})
        taken = {"smuggle-lf-dot-lf", "smuggle-lf-dot-crlf", "smuggle-crlf-dot-lf"}
        self.assertEqual({name for name in endings if lax[name] == ("differs", "succeeded")}, taken, lax)
        self.assertEqual({lax[name] for name in endings - taken}, {("same", "not-accepted")}, lax)


@needs(SmtpSink)
class Load(unittest.TestCase):
    def test_many_sessions_at_once(self):
        with SmtpSink() as server:
            _, lines, _ = run("smtp-replay", "--to", server.to, "--json", "-", octets=SAFE.encode())
            record = json.dumps(lines[1]) + "\n"
            status, lines, errors = run("smtp-replay", "--to", server.to, "--connections", "10", "--repeat", "100", "--json", "-", octets=record.encode())
            self.assertEqual((status, lines[0]["sessions"], lines[0]["same"]), (0, 100, 100), errors)
            count = {one["verb"]: one["count"] for one in lines[0]["latencies"]}
            self.assertEqual((count["RCPT"], count["session"]), (200, 100))
            for one in lines[0]["latencies"]:
                values = [one[key] for key in ("least_s", "p50_s", "p90_s", "p95_s", "p99_s", "most_s")]
                self.assertEqual(values, sorted(values))
            begin = time.monotonic()
            status, lines, _ = run("smtp-replay", "--to", server.to, "--connections", "2", "--repeat", "100000", "--rate", "50", "--duration", "1", "--json", "-",
                                   octets=record.encode())
            self.assertLess(time.monotonic() - begin, 15)
            self.assertEqual((status, lines[0]["sessions"] <= 50), (0, True))
        status, lines, _ = run("smtp-replay", "--to", server.to, "--connections", "2", "--repeat", "4", "--json", "-", octets=record.encode())
        self.assertEqual((status, lines[0]["differences"]), (3, {"no-connection": 4}))


if __name__ == "__main__":
    unittest.main(verbosity=1)
