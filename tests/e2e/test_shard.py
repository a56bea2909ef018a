#!/usr/bin/env python3
"""--shard K/N: N runs over the same inputs have each conversation exactly once, and each accounts for everything."""
import collections
import subprocess
import sys
import unittest

import records
from captures import TRACE_TO_JSON
from records import SAMPLES, SOURCE, add_up, run

if not TRACE_TO_JSON.exists():
    print("SKIP: trace-to-json was not built")
    sys.exit(77)

CORPUS = [SOURCE / "corpus" / "captures" / name for name in (
    "demo.pcap", "ipv4-fragments.pcap", "teredo.pcap", "vxlan.pcap", "ipv6-in-ipv4.pcap", "dns-names.pcap")]
SAMPLE_CAPTURES = [SAMPLES / "captures" / name for name in (
    "zeek-pop3_redis-50-pings.pcap", "zeek-smtp.pcap", "arkime-pcap_socks5-smtp-503.pcap", "zeek-pop3_pop3.pcap",
    "zeek-smtp_smtp-bdat-cmd-invalid.pcapng")] + [SAMPLES / "captures-loopback" / "smtp-parallel5.pcap"]
TEXTS = sorted((SAMPLES / "dialects").glob("*.txt"))
PARTS = (1, 2, 3, 7)


def lines(*arguments):
    return subprocess.run([TRACE_TO_JSON, *map(str, arguments)], capture_output=True, timeout=120).stdout.splitlines()


class Shards(unittest.TestCase):
    def check(self, *inputs, emit="sessions"):
        whole = lines("--emit", emit, *inputs)
        for parts in PARTS:
            dealt = [lines("--emit", emit, "--shard", "%d/%d" % (part, parts), *inputs) for part in range(1, parts + 1)]
            with self.subTest("%d parts of %s" % (parts, [path.name for path in inputs][:3]), emit=emit):
                together = collections.Counter(line for part in dealt for line in part)
                self.assertEqual(together, collections.Counter(whole))

    def test_parts_together_are_the_whole(self):
        for path in CORPUS + [path for path in SAMPLE_CAPTURES if path.exists()]:
            self.check(path)

    def test_other_outputs_are_dealt_alike(self):
        for emit in ("messages", "zeek", "eve", "ecs"):
            self.check(CORPUS[0], emit=emit)

    def test_several_captures_are_dealt_as_one(self):
        self.check(*CORPUS)
        self.check(*[path for path in SAMPLE_CAPTURES if path.exists()])

    @unittest.skipUnless(TEXTS, "no samples here")
    def test_transcripts_are_dealt_by_file_and_place(self):
        self.check(*TEXTS)

    def test_sessions_are_spread(self):
        inputs = sorted((SOURCE / "corpus" / "captures").glob("*.pcap"))
        counts = [len(lines("--emit", "csv", "--shard", "%d/2" % part, *inputs)) - 1 for part in (1, 2)]
        self.assertTrue(all(counts), counts)

    def test_each_part_accounts_for_everything(self):
        for parts in PARTS:
            sums = collections.Counter()
            for part in range(1, parts + 1):
                status, told, errors = run("trace-to-json", "--summary", "--shard", "%d/%d" % (part, parts), *CORPUS)
                self.assertEqual(status, 0, errors)
                for what, one, other in add_up(told[-1]):
                    self.assertEqual(one, other, what)
                flows = told[-1]["flows"]
                sums["sessions"] += told[-1]["sessions"]
                sums["flows"] += sum(flow["count"] for kind, flow in flows.items() if kind != "other_shard")
                sums["all"] += sum(flow["count"] for flow in flows.values())
            status, whole, _ = run("trace-to-json", "--summary", *CORPUS)
            self.assertEqual(sums["sessions"], whole[-1]["sessions"])
            self.assertEqual(sums["flows"] * parts, sums["all"])

    def test_what_is_no_part_is_refused(self):
        for text in ("0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3", ""):
            done = subprocess.run([TRACE_TO_JSON, "--shard", text, str(CORPUS[0])], capture_output=True, timeout=20)
            self.assertEqual(done.returncode, 2, text)


class Names(unittest.TestCase):
    """What DNS answers in the capture say of both ends."""

    def test_ends_are_named_by_answers_before_the_session(self):
        session = [one for one in run("trace-to-json", CORPUS[-1])[1] if one["record"] == "session"][0]
        self.assertEqual(session["client"]["names"], ["client.example.net"])
        self.assertEqual(session["server"]["names"], ["mx.example.org", "host7.example.org"])
        self.assertEqual(session["server"]["mx_for"], ["example.org"])

    def test_without_answers_there_are_no_names(self):
        for session in run("trace-to-json", CORPUS[0])[1]:
            self.assertNotIn("names", session.get("server", {}))


if __name__ == "__main__":
    unittest.main(verbosity=1)
