#!/usr/bin/env python3
"""DKIM and ARC against another implementation: what dkimpy signs verifies here, and what it refuses fails here.

Keys are made for the run. Every octet of a signed message's header and body is altered once; the verdict must be
dkimpy's, and body and header must be told apart. A capture with the key in its DNS answers verifies without a file.
"""
import base64
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import records
from records import BIN, run
from signed_mail import KEYS, MESSAGE, delivery, dkim, serialization, signed

if not (BIN / "msg-inspect").exists():
    print("SKIP: msg-inspect was not built")
    sys.exit(77)


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.keys = KEYS.file(folder.name)

    def inspect(self, *messages, keys=True):
        """Records of the messages, each read from a file of its own."""
        mails = self.folder / "mails"
        mails.mkdir(exist_ok=True)
        for old in mails.iterdir():
            old.unlink()
        for number, octets in enumerate(messages):
            (mails / ("%06d.eml" % number)).write_bytes(octets)
        status, found, errors = run("msg-inspect", "--json", *(["--dns-file", self.keys] if keys else []), mails)
        self.assertEqual((status, len(found)), (0, len(messages)), errors)
        return found

    def one(self, message, **more):
        return self.inspect(message, **more)[0]["signatures"][0]


class Dkim(Case):
    def test_every_form_and_algorithm_verifies(self):
        for selector in ("rsa", "ed"):
            for head in (b"simple", b"relaxed"):
                for body in (b"simple", b"relaxed"):
                    told = self.one(signed(selector, canonicalize=(head, body)))
                    with self.subTest(selector, head=head, body=body):
                        self.assertEqual((told["result"], told["body_matches"], told["header_verifies"]), ("pass", True, True))
                        self.assertEqual(told["canonicalization"], "%s/%s" % (head.decode(), body.decode()))
                        self.assertEqual(told["key"]["source"], "dns-file")

    def test_odd_bodies_verify(self):
        head = MESSAGE[:MESSAGE.index(b"\r\n\r\n") + 4]
        bodies = [b"", b"\r\n", b"\r\n\r\n", b"x", b"x\r\n", b"x  \r\n \t\r\n", b" x", b"\t\r\nx", b"a\r\n\r\n\r\nb", b"x \t y \r\n"]
        for canonicalize in ((b"relaxed", b"relaxed"), (b"simple", b"simple")):
            for body, found in zip(bodies, self.inspect(*[signed(message=head + body, canonicalize=canonicalize) for body in bodies])):
                with self.subTest(body, canonicalize=canonicalize):
                    self.assertEqual(found["signatures"][0]["result"], "pass")

    def test_lines_that_end_in_lf_or_cr_verify(self):
        for canonicalize in ((b"relaxed", b"relaxed"), (b"simple", b"simple")):
            for line_end in (b"\n", b"\r"):
                with self.subTest(canonicalize=canonicalize, line_end=line_end):
                    self.assertEqual(self.one(signed(canonicalize=canonicalize).replace(b"\r\n", line_end))["result"], "pass")

    def test_body_without_an_empty_line_before_it(self):
        """The body's first line is known as such by the lines behind it: it counts."""
        whole = signed(canonicalize=(b"relaxed", b"simple"))
        head, _, body = whole.partition(b"\r\n\r\n")
        self.assertTrue(self.one(head + b"\r\n" + body)["body_matches"])

    def test_every_altered_octet_fails_where_it_is(self):
        for canonicalize in ((b"relaxed", b"relaxed"), (b"simple", b"simple")):
            whole = signed("ed", canonicalize=canonicalize)
            body = whole.index(b"\r\n\r\n") + 4
            altered, places = [], []
            for place in range(len(whole)):
                other = b"Q" if whole[place:place + 1] != b"Q" else b"R"
                altered.append(whole[:place] + other + whole[place + 1:])
                places.append(place)
            passed = 0
            for place, octets, found in zip(places, altered, self.inspect(*altered)):
                try:
                    theirs = dkim.verify(octets, dnsfunc=KEYS.lookup)
                except dkim.MessageFormatError:
                    # dkimpy reads no header with a line that is no field; one that was not signed breaks nothing.
                    theirs = whole.rfind(b"\r\n", 0, place) + 2 == whole.index(b"Received:")
                except Exception:  # errors of the libraries below it come through, too
                    theirs = False
                ours = [one for one in found.get("signatures", []) if one["result"] == "pass"]
                passed += bool(ours)
                with self.subTest(place, octet=whole[place:place + 1], canonicalize=canonicalize):
                    self.assertEqual(bool(ours), theirs)
                    if place >= body and found.get("signatures"):
                        told = found["signatures"][0]
                        self.assertEqual((told["result"], told["body_matches"], told["header_verifies"]), ("fail", False, True))
            self.assertGreater(passed, 0)  # fields that are not signed may change
            self.assertLess(passed, len(altered) // 2)

    def test_a_length_leaves_the_rest_unsigned(self):
        whole = signed(length=True)
        told = self.inspect(whole, whole + b"<b>appended</b>\r\n")
        self.assertEqual([one["signatures"][0]["result"] for one in told], ["pass", "pass"])
        codes = [[finding["code"] for finding in one["findings"]] for one in told]
        self.assertNotIn("dkim.l-tag-unsigned-body", codes[0])
        self.assertIn("dkim.l-tag-unsigned-body", codes[1])
        finding = [one for one in told[1]["findings"] if one["code"] == "dkim.l-tag-unsigned-body"][0]
        end = finding["offset"] + finding["length"]
        self.assertEqual((whole + b"<b>appended</b>\r\n")[finding["offset"]:end].lstrip(b"\r\n"), b"<b>appended</b>\r\n")
        self.assertGreater(told[1]["signatures"][0]["unsigned_octets"], len(b"<b>appended</b>"))

    def test_without_a_key_the_body_is_judged_alone(self):
        good, bad = signed(), signed().replace(b"last line", b"lost line")
        told = [one["signatures"][0] for one in self.inspect(good, bad, keys=False)]
        self.assertEqual([one["result"] for one in told], ["unchecked", "fail"])
        self.assertEqual([one["body_matches"] for one in told], [True, False])
        self.assertNotIn("header_verifies", told[0])

    def test_weak_and_unusable_keys(self):
        cases = {"short": ("policy", True), "revoked": ("permerror", None), "sha1only": ("permerror", None)}
        for selector, (result, verifies) in cases.items():
            told = self.inspect(signed(selector))[0]
            with self.subTest(selector):
                self.assertEqual(told["signatures"][0]["result"], result)
                self.assertEqual(told["signatures"][0].get("header_verifies"), verifies)
                weak = "dkim.weak-algorithm" in [finding["code"] for finding in told["findings"]]
                self.assertEqual(weak, selector == "short")

    def test_expiry_is_judged_as_of_the_time_received(self):
        # x= lies before and behind the Received field, whatever the clock says now.
        for expires, result in ((b"1763719000", "policy"), (b"1763720000", "pass")):
            mail = dkim.DKIM(MESSAGE)
            field = mail.sign(b"rsa", b"example.net", KEYS.private["rsa"], include_headers=[b"From"])
            del field
            told = self.one(self.signed_with(b" x=" + expires + b";"))
            with self.subTest(expires):
                self.assertEqual(told["result"], result)

    def signed_with(self, tag):
        """A signature with one more tag, made with our own hands: relaxed header, body hash of dkimpy."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding
        body = MESSAGE[MESSAGE.index(b"\r\n\r\n") + 4:]
        canonical = dkim.canonicalization.Relaxed.canonicalize_body(body)
        import hashlib
        bh = base64.b64encode(hashlib.sha256(canonical).digest())
        field = b" v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=rsa;" + tag + b" h=from; bh=" + bh + b"; b="
        text = b"from:Alice <alice@example.net>\r\ndkim-signature:" + field.strip()
        key = serialization.load_pem_private_key(KEYS.private["rsa"], None)
        value = key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        return b"DKIM-Signature:" + field + base64.b64encode(value) + b"\r\n" + MESSAGE

    def test_several_signatures_are_all_told(self):
        both = signed("rsa", message=signed("ed"))
        told = self.inspect(both)[0]["signatures"]
        self.assertEqual([one["result"] for one in told], ["pass", "pass"])
        self.assertEqual([one["selector"] for one in told], ["rsa", "ed"])

    def test_oversigning_and_what_is_not_signed(self):
        codes = [finding["code"] for finding in self.inspect(signed())[0]["findings"]]
        self.assertNotIn("dkim.not-oversigned", codes)
        told = self.inspect(self.signed_with(b""))[0]
        self.assertIn("dkim.not-oversigned", [finding["code"] for finding in told["findings"]])


class Arc(Case):
    def sealed(self, times=1):
        message = signed()
        for number in range(times):
            results = b"Authentication-Results: b.example; arc=%s; dkim=pass header.d=example.net\r\n" % (b"pass" if number else b"none")
            fields = dkim.arc_sign(results + message, b"arc", b"example.net", KEYS.private["arc"], b"b.example",
                                   include_headers=[b"From", b"To", b"Subject", b"Date", b"Message-ID"])
            message = b"".join(fields) + message
        return message

    def test_chains_verify(self):
        for times in (1, 2, 3):
            told = self.inspect(self.sealed(times))[0]
            with self.subTest(times):
                self.assertEqual(told["arc"], {"instances": times, "result": "pass"})
                kinds = [one["kind"] for one in told["signatures"]]
                self.assertEqual(kinds.count("arc-seal"), times)

    def test_a_chain_breaks_with_its_body_and_its_sets(self):
        whole = self.sealed(2)
        cases = {"body": whole.replace(b"last line", b"lost line"),
                 "results": whole.replace(b"dkim=pass header.d", b"dkim=fail header.d", 1),
                 "no seal": whole.replace(b"ARC-Seal: i=1", b"X-ARC-Seal: i=1")}
        for name, octets in cases.items():
            told = self.inspect(octets)[0]["arc"]
            with self.subTest(name):
                self.assertNotEqual(octets, whole)
                self.assertEqual(told["result"], "permerror" if name == "no seal" else "fail")

    def test_without_keys_a_chain_is_unchecked(self):
        self.assertEqual(self.inspect(self.sealed(2), keys=False)[0]["arc"]["result"], "unchecked")


class Capture(Case):
    """The key stands in the DNS answers of the capture that has the mail."""

    def test_a_capture_brings_its_own_key(self):
        sys.path.insert(0, str(records.SOURCE / "corpus"))
        import make_captures as made
        name, text = "ed._domainkey.example.net", KEYS.text["ed"].encode()
        answer = made.dns(name, made.TXT, (name, made.TXT, bytes([len(text)]) + text))
        packets = [(made.BEGIN - 10**9, made.ethernet(made.ip("192.0.2.53", made.V4[1], 17, made.udp((53, 5353 + 1), answer))))]
        packets += delivery(made, *made.V4)
        for order, result in ((packets, "pass"), (packets[1:], "unchecked")):
            path = self.folder / "mail.pcap"
            path.write_bytes(made.pcap(order, 1))
            told = [one for one in run("trace-to-json", "--emit", "messages", path)[1] if one["record"] == "message"]
            self.assertEqual(told[0]["signatures"][0]["result"], result)


if __name__ == "__main__":
    unittest.main(verbosity=1)
