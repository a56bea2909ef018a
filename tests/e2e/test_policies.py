#!/usr/bin/env python3
"""SPF, DKIM and DMARC of a capture alone: corpus/captures/policies.pcap has the records in its DNS answers and the clients' addresses."""
import sys
import tempfile
import unittest

import records
from records import run

CAPTURE = records.SOURCE / "corpus" / "captures" / "policies.pcap"

if not (records.BIN / "trace-to-json").exists():
    print("SKIP: trace-to-json was not built")
    sys.exit(77)


def judged(record):
    """What the record says of its sender; None where it says nothing."""
    spf, dmarc = record.get("spf", {}), record.get("dmarc", {})
    return {"spf": (spf.get("result"), spf.get("identity"), spf.get("domain"), spf.get("ip"), spf.get("mechanism")),
            "dkim": [(one["result"], one.get("key", {}).get("source")) for one in record.get("signatures", [])],
            "dmarc": (dmarc.get("result"), dmarc.get("policy"), dmarc.get("spf_aligned"), dmarc.get("dkim_aligned"))}


class Policies(unittest.TestCase):
    def read(self, *arguments):
        status, found, errors = run("trace-to-json", "--emit", "messages", *arguments)
        self.assertEqual(status, 0, errors)
        return [judged(one) for one in found if one["record"] == "message"]

    def test_each_delivery_is_judged_by_its_client(self):
        news, signed = "news.example.net", [("pass", "capture")]
        self.assertEqual(self.read(CAPTURE), [
            {"spf": ("pass", "mail_from", news, "192.0.2.10", "include:_spf.example.net"), "dkim": signed, "dmarc": ("pass", "reject", True, True)},
            {"spf": ("fail", "mail_from", news, "203.0.113.9", "-all"), "dkim": signed, "dmarc": ("pass", "reject", False, True)},
            {"spf": ("pass", "mail_from", "bulk.example", "203.0.113.66", "ip4:203.0.113.0/24"), "dkim": [], "dmarc": ("fail", "reject", False, False)},
            {"spf": ("pass", "helo", "mail.example.net", "2001:db8:66::25", "ip6:2001:db8:66::/48"), "dkim": [],
             "dmarc": ("pass", "quarantine", True, False)},
        ])

    def test_a_file_overrules_the_capture(self):
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write('_spf.example.net IN TXT "v=spf1 -all"\n_dmarc.example.net IN TXT "v=DMARC1; p=none; aspf=s; adkim=s"\n')
            file.flush()
            first = self.read("--dns-file", file.name, CAPTURE)[0]
        self.assertEqual(first["spf"][0], "fail")
        self.assertEqual(first["dmarc"], ("pass", "none", False, True))

    def test_without_its_answers_nothing_is_judged(self):
        for delivery in self.read("--filter", "tcp", CAPTURE):
            self.assertEqual(delivery["spf"][0], None)
            self.assertEqual(delivery["dmarc"][0], None)


if __name__ == "__main__":
    unittest.main(verbosity=1)
