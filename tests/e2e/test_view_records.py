#!/usr/bin/env python3
"""The outputs for other programs from outside: every line as its schema says, nothing else on standard output."""
import csv
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import records
from captures import TRACE_TO_JSON, run as run_unchecked
from records import SAMPLES

CAPTURES = records.sample_captures()
TEXTS = sorted((SAMPLES / "transcripts").glob("*")) + sorted((SAMPLES / "dialects").glob("*.txt"))
csv.field_size_limit(sys.maxsize)  # one transcript says more in a subject than Python takes for a cell
SECRET = b"cHVuamFiQDEyMw=="
NATURE = SAMPLES / "captures" / "zeek-smtp.pcap"

if not TRACE_TO_JSON.exists():
    print("SKIP: trace-to-json was not built")
    sys.exit(77)


def output(*arguments, octets=b""):
    done = subprocess.run([TRACE_TO_JSON, *map(str, arguments)], input=octets, capture_output=True, timeout=120)
    return done.stdout, done.stderr


class Lines(unittest.TestCase):
    def check(self, view):
        """Lines of all inputs, each valid."""
        schema, count = records.validator(view), 0
        for path in CAPTURES + TEXTS:
            with self.subTest(path.name):
                for line in run_unchecked(TRACE_TO_JSON, "--emit", view, path)[1]:
                    count += 1
                    for error in schema.iter_errors(line):
                        self.fail("%s: %s" % ("/".join(map(str, error.absolute_path)), error.message[:300]))
        return count

    def test_zeek_lines_are_as_their_schema_says(self):
        self.assertGreater(self.check("zeek"), 0)

    def test_eve_events_are_as_their_schema_says(self):
        self.assertGreater(self.check("eve"), 0)

    def test_ecs_documents_are_as_their_schema_says(self):
        self.assertGreater(self.check("ecs"), 0)

    def test_nothing_of_ours_stands_between_the_lines(self):
        whole = CAPTURES[0].read_bytes() if CAPTURES[0].suffix == ".pcap" else NATURE.read_bytes()
        for view in ("zeek", "eve", "ecs", "csv"):
            out, errors = output("--emit", view, "--summary", octets=whole[:-10])
            self.assertNotIn(b'"record"', out)
            self.assertIn(b'"record":"summary"', errors)
            self.assertIn(b"findings in the input itself", errors)

    def test_one_document_for_each_mail_of_the_sessions(self):
        for path in CAPTURES:
            sessions = [one for one in run_unchecked(TRACE_TO_JSON, path)[1] if one["record"] == "session"]
            wanted = sum(max(1, len(one.get("transactions", [])) + len(one.get("retrievals", []))) for one in sessions)
            with self.subTest(path.name):
                self.assertEqual(len(run_unchecked(TRACE_TO_JSON, "--emit", "ecs", path)[1]), wanted)

    @unittest.skipUnless(NATURE.exists(), "no samples here")
    def test_identifiers_are_the_same_in_every_run_and_beside_other_inputs(self):
        alone = run_unchecked(TRACE_TO_JSON, "--emit", "zeek", NATURE)[1]
        others = [SAMPLES / "captures" / "zeek-pop3_pop3.pcap", NATURE]
        beside = run_unchecked(TRACE_TO_JSON, "--emit", "zeek", *others)[1]
        self.assertEqual({line["uid"] for line in alone}, {line["uid"] for line in beside})

    @unittest.skipUnless(NATURE.exists(), "no samples here")
    def test_no_view_shows_a_secret(self):
        for view in ("zeek", "eve", "ecs", "csv"):
            self.assertNotIn(SECRET, output("--emit", view, NATURE)[0])

    def test_a_refused_and_an_aborted_mail_have_lines_too(self):
        talk = (b"S: 220 mail.example ESMTP\nC: EHLO c.example\nS: 250 mail.example\n"
                b"C: MAIL FROM:<a@example.org> SIZE=10\nS: 250 ok\nC: RCPT TO:<no@example.com>\nS: 550 no such user\n"
                b"C: RSET\nS: 250 ok\nC: MAIL FROM:<>\nS: 250 ok\nC: RCPT TO:<b@example.com>\nS: 250 ok\n"
                b"C: DATA\nS: 354 go\nC: Subject: x\nC: \nC: text\nC: .\nS: 250 2.0.0 queued\nC: QUIT\nS: 221 bye\n")
        zeek = [json.loads(line) for line in output("--emit", "zeek", octets=talk)[0].splitlines()]
        self.assertEqual([line["mailfrom"] for line in zeek], ["a@example.org", ""])
        self.assertEqual([line["last_reply"] for line in zeek], ["250 ok", "250 2.0.0 queued"])
        self.assertEqual([line["trans_depth"] for line in zeek], [1, 1])
        eve = [json.loads(line) for line in output("--emit", "eve", octets=talk)[0].splitlines()]
        self.assertEqual([event["smtp"]["mail_from"] for event in eve], ["<a@example.org>", "<>"])
        self.assertEqual([event["smtp"]["rcpt_to"] for event in eve], [["<no@example.com>"], ["<b@example.com>"]])
        self.assertEqual([event["tx_id"] for event in eve], [0, 1])
        self.assertNotIn("email", eve[0])
        self.assertEqual(eve[1]["email"]["subject"], "x")
        ecs = [json.loads(line) for line in output("--emit", "ecs", octets=talk)[0].splitlines()]
        self.assertEqual([document["event"]["outcome"] for document in ecs], ["failure", "success"])


class Table(unittest.TestCase):
    """--emit csv."""

    def rows(self, *arguments, octets=b""):
        out = output("--emit", "csv", *arguments, octets=octets)[0].decode("utf-8")
        self.assertTrue(out.endswith("\r\n"))
        return list(csv.DictReader(io.StringIO(out, newline=""), strict=True))

    def test_a_row_for_each_session_with_the_same_columns(self):
        columns = None
        for path in CAPTURES + TEXTS:
            sessions = [one for one in run_unchecked(TRACE_TO_JSON, path)[1] if one["record"] == "session"]
            rows = self.rows(path)
            with self.subTest(path.name):
                self.assertEqual([row["session"] for row in rows], [one["id"] for one in sessions])
                for row, session in zip(rows, sessions):
                    columns = columns or list(row)
                    self.assertEqual(list(row), columns)
                    self.assertEqual(row["client_ip"], session.get("client", {}).get("ip", ""))
                    self.assertEqual(int(row["client_octets"]), session["octets"]["client"])
                    self.assertEqual(int(row["transactions"]), len(session.get("transactions", [])))

    def test_formulas_are_defused(self):
        for name in ("=1+2", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1", '=HYPERLINK("http://x","y")'):
            talk = "S: 220 mail.example\nC: EHLO %s\nS: 250 mail.example\nC: QUIT\nS: 221 bye\n" % name
            row = self.rows(octets=talk.encode())[0]
            with self.subTest(name):
                self.assertEqual(row["helo"].lstrip("'"), name.strip("\t"))
                self.assertTrue(row["helo"].startswith("'"), row["helo"])

    def test_quotes_commas_and_control_octets(self):
        talk = b'S: 220 mail.example\nC: EHLO a"b,c\x1b[31m\xff\nS: 250 mail.example\nC: QUIT\nS: 221 bye\n'
        row = self.rows(octets=talk)[0]
        self.assertEqual(row["helo"], 'a"b,c\\u001b[31m\\xff')

    def test_an_input_without_sessions_has_the_header_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            empty = pathlib.Path(folder) / "empty.pcap"
            empty.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
            self.assertEqual(self.rows(empty), [])
            self.assertTrue(output("--emit", "csv", empty)[0].startswith(b"session,protocol,file,"))


if __name__ == "__main__":
    unittest.main(verbosity=1)
