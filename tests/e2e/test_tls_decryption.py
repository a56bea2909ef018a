#!/usr/bin/env python3
"""What TLS carries, read with a key log, is the same as what was said in the clear; what cannot be read is told why."""
import shutil
import subprocess
import sys
import tempfile
import unittest

import records
from records import SAMPLES, SOURCE, run

CAPTURES = SOURCE / "corpus" / "tls"
LOOPBACK = SAMPLES / "captures-loopback"

if not (records.BIN / "trace-to-json").exists():
    print("SKIP: trace-to-json was not built")
    sys.exit(77)


def sessions(capture, *arguments):
    status, lines, errors = run("trace-to-json", *arguments, capture)
    assert status == 0, errors
    return sorted((line for line in lines if line["record"] == "session"), key=lambda s: s["client"]["port"])


def said(session):
    """What does not depend on where and when it was said."""
    def bare(value):
        if isinstance(value, dict):
            return {key: bare(item) for key, item in value.items() if key not in ("at", "frame", "offset", "latency_s")}
        return [bare(item) for item in value] if isinstance(value, list) else value
    kept = ("protocol", "ending", "complete", "greeting", "hello", "extensions", "auth", "exchanges", "transactions", "retrievals")
    return {key: bare(session[key]) for key in kept if key in session}


class Decryption(unittest.TestCase):
    maxDiff = 4000

    def check_equal(self, decrypted):
        plain = sessions(CAPTURES / "plain.pcap")
        self.assertEqual(len(plain), 7)
        for ours, theirs in zip(decrypted, plain, strict=True):
            with self.subTest(ours["server"]["port"]):
                self.assertEqual(said(ours), said(theirs))
                self.assertTrue(ours["tls"]["decrypted"])
                self.assertNotIn("undecrypted", ours["tls"])
                self.assertEqual(ours["tls"].get("implicit", False), ours["server"]["port"] in (465, 993, 995))
                codes = {finding["code"] for finding in ours["findings"]}
                self.assertFalse({code for code in codes if code.startswith(("auth.", "starttls."))}, codes)

    def test_a_key_log_opens_every_conversation(self):
        self.check_equal(sessions(CAPTURES / "encrypted.pcap", "--keylog", CAPTURES / "encrypted.keys"))

    def test_secrets_in_the_capture_need_no_file(self):
        self.check_equal(sessions(CAPTURES / "encrypted.pcapng"))

    def test_messages_are_extracted_octet_for_octet(self):
        def extracted(capture, *arguments):
            with tempfile.TemporaryDirectory() as folder:
                run("trace-to-json", "--extract", folder, *arguments, capture)
                return {path.name: path.read_bytes() for path in records.pathlib.Path(folder).iterdir()}
        plain = extracted(CAPTURES / "plain.pcap")
        self.assertGreaterEqual(len(plain), 2)
        self.assertEqual(extracted(CAPTURES / "encrypted.pcap", "--keylog", CAPTURES / "encrypted.keys"), plain)

    def test_secrets_stay_hidden(self):
        for arguments in (["--keylog", CAPTURES / "encrypted.keys"], ["--keylog", CAPTURES / "encrypted.keys", "--emit", "events"]):
            done = subprocess.run([str(records.BIN / "trace-to-json"), *map(str, arguments), str(CAPTURES / "encrypted.pcap")],
                                  capture_output=True, timeout=60, check=True)
            self.assertIn(b"alice", done.stdout)
            self.assertNotIn(b"correct horse", done.stdout)
            self.assertNotIn(b"AGFsaWNlAGNvcnJlY3QgaG9yc2U", done.stdout)

    def test_without_a_key_log_nothing_is_claimed(self):
        for session in sessions(CAPTURES / "encrypted.pcap"):
            self.assertNotIn("decrypted", session["tls"])
            self.assertEqual(session["ending"], "tls" if session["protocol"] != "unknown" else session["ending"])

    def test_what_cannot_be_read_is_told_why(self):
        found = sessions(CAPTURES / "unreadable.pcap", "--keylog", CAPTURES / "unreadable.keys")
        self.assertEqual([s["tls"]["undecrypted"] for s in found], ["no-secrets", "cipher", "octets-missing"])
        self.assertEqual([s["tls"]["decrypted"] for s in found], [False, False, True])
        self.assertEqual([s["ending"] for s in found], ["tls", "tls", "tls"])
        lossy = found[2]
        self.assertEqual((lossy["protocol"], lossy["complete"]), ("smtp", False))
        message = lossy["transactions"][0]["message"]
        self.assertEqual((message["complete"], message["end_of_data"]), (False, "cut"))

    def test_a_key_log_that_is_none_is_told(self):
        with tempfile.NamedTemporaryFile(suffix=".keys") as empty:
            status, _, errors = run("trace-to-json", "--keylog", empty.name, SOURCE / "corpus" / "captures" / "demo.pcap")
            self.assertEqual(status, 0)
            self.assertIn("no secrets in it", errors)
        status, lines, errors = run("trace-to-json", "--keylog", "/nowhere/keys", SOURCE / "corpus" / "captures" / "demo.pcap")
        self.assertEqual((status, lines), (2, []))
        self.assertIn("--keylog", errors)

    def test_a_real_client_and_server(self):
        capture = LOOPBACK / "smtp-starttls-curl-keylog.pcap"
        if not capture.exists():
            self.skipTest("no samples")
        [session] = sessions(capture, "--keylog", LOOPBACK / "smtp-starttls-curl-keylog.keys")
        verbs = [x["command"]["verb"] for x in session["exchanges"]]
        self.assertEqual(verbs, ["EHLO", "STARTTLS", "EHLO", "AUTH", "+", "MAIL", "RCPT", "DATA", ".", "QUIT"])
        self.assertEqual(session["transactions"][0]["message"]["sha256"], self.digest_by_tshark(capture))

    def digest_by_tshark(self, capture):
        """Of the message as another program decrypts it."""
        import hashlib
        if shutil.which("tshark") is None:
            self.skipTest("tshark is not installed")
        done = subprocess.run(["tshark", "-r", str(capture), "-o", f"tls.keylog_file:{capture.with_suffix('.keys')}", "-d", "tcp.port==2535,smtp",
                               "-q", "-z", "follow,tls,raw,0"], capture_output=True, timeout=120, check=True)
        lines = [line for line in done.stdout.decode().splitlines() if line.strip() and all(c in "0123456789abcdef\t" for c in line)]
        sides = [b"".join(bytes.fromhex(line) for line in lines if line.startswith("\t") == tab) for tab in (False, True)]
        [client] = [side for side in sides if b"DATA\r\n" in side]
        begin = client.index(b"DATA\r\n") + 6
        message = client[begin:client.index(b"\r\n.\r\n", begin) + 2]
        return hashlib.sha256(message.replace(b"\r\n..", b"\r\n.")).hexdigest()


if __name__ == "__main__":
    unittest.main()
