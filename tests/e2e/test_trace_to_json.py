#!/usr/bin/env python3
"""trace-to-json from outside: records as their schemas say, every octet accounted for, exit statuses, streams."""
import array
import fcntl
import gzip
import os
import pathlib
import random
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

import records
from records import SAMPLES, SOURCE, add_up, run

TOOL = records.BIN / "trace-to-json"
CAPTURES = records.sample_captures()
SMTP = SAMPLES / "captures" / "zeek-smtp.pcap"

if not TOOL.exists():
    print("SKIP: trace-to-json was not built")
    sys.exit(77)


class Records(unittest.TestCase):
    def check(self, path, *arguments):
        status, lines, errors = run("trace-to-json", "--summary", *arguments, path)
        self.assertIn(status, (0, 2), errors)
        self.assertEqual(lines[-1]["record"], "summary")
        for what, whole, parts in add_up(lines[-1]):
            self.assertEqual(whole, parts, what)
        return lines

    def test_every_capture_gives_valid_records_that_add_up(self):
        for path in CAPTURES:
            with self.subTest(path.name):
                lines = self.check(path)
                sessions = [line for line in lines if line["record"] == "session"]
                self.assertEqual(len(sessions), lines[-1]["sessions"])

    def test_events_are_valid_and_complete(self):
        for path in CAPTURES:
            with self.subTest(path.name):
                events = self.check(path, "--emit", "events")
                sessions = self.check(path)
                commands = sum(1 for line in events if line.get("event") == "command")
                wanted = sum(1 for line in sessions for x in line.get("exchanges", []) if "command" in x)
                self.assertEqual(commands, wanted)

    def test_every_transcript_gives_valid_records(self):
        paths = sorted((SAMPLES / "transcripts").glob("*")) + sorted((SAMPLES / "dialects").glob("*.txt"))
        for path in paths:
            with self.subTest(path.name):
                self.check(path)

    def test_captures_cut_anywhere_still_add_up(self):
        chance = random.Random(2026)
        with tempfile.TemporaryDirectory() as folder:
            cut = pathlib.Path(folder) / "cut.pcap"
            for path in [path for path in CAPTURES if path.suffix in (".pcap", ".pcapng")][:40]:
                whole = path.read_bytes()
                for size in sorted(chance.randrange(len(whole) + 1) for _ in range(5)):
                    cut.write_bytes(whole[:size])
                    with self.subTest(path.name, size=size):
                        self.check(cut)


@unittest.skipUnless(SMTP.exists(), "no samples here")
class Sample(unittest.TestCase):
    def test_the_message_of_zeek_smtp(self):
        status, lines, _ = run("trace-to-json", SMTP)
        self.assertEqual(status, 0)
        message = lines[0]["transactions"][0]["message"]
        self.assertEqual(message["size"], 14545)
        self.assertTrue(message["complete"])
        self.assertEqual(lines[0]["ending"], "quit")

    def test_extracted_octets_have_the_size_and_digest_told(self):
        import hashlib
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(2):  # the second time everything is there already
                _, lines, _ = run("trace-to-json", "--extract", folder, SMTP)
                told = {t["message"]["sha256"] for line in lines for t in line.get("transactions", [])}
                files = sorted(os.listdir(folder))
                self.assertEqual({hashlib.sha256((pathlib.Path(folder) / name).read_bytes()).hexdigest() for name in files}, told)
                self.assertTrue(all(name.startswith("m-") and name.endswith(".eml") for name in files), files)

    def test_extraction_overwrites_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            _, lines, _ = run("trace-to-json", SMTP)
            name = pathlib.Path(folder) / (lines[0]["transactions"][0]["message"]["id"] + ".eml")
            name.write_text("mine")
            run("trace-to-json", "--extract", folder, SMTP)
            self.assertEqual(name.read_text(), "mine")
            self.assertTrue(name.with_name(name.stem + "-2.eml").exists())

    def test_extraction_follows_no_link(self):
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as outside:
            _, lines, _ = run("trace-to-json", SMTP)
            name = pathlib.Path(folder) / (lines[0]["transactions"][0]["message"]["id"] + ".eml")
            name.symlink_to(outside.name)
            run("trace-to-json", "--extract", folder, SMTP)
            self.assertEqual(os.path.getsize(outside.name), 0)

    def test_standard_input_in_any_cut_gives_the_same(self):
        whole = SMTP.read_bytes()
        want = subprocess.run([TOOL], input=whole, capture_output=True, timeout=60).stdout
        self.assertTrue(want)
        for size in (1000, 4096, 7919):
            tool = subprocess.Popen([TOOL, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for at in range(0, len(whole), size):
                tool.stdin.write(whole[at:at + size])
                tool.stdin.flush()
            have = tool.communicate(timeout=60)[0]
            self.assertEqual(have, want)

    def test_secrets_are_masked_unless_asked_for(self):
        masked = subprocess.run([TOOL, SMTP], capture_output=True, timeout=60).stdout
        shown = subprocess.run([TOOL, "--show-secrets", SMTP], capture_output=True, timeout=60).stdout
        self.assertNotIn(b"cHVuamFiQDEyMw==", masked)
        self.assertIn(b"cHVuamFiQDEyMw==", shown)

    def test_a_session_appears_when_it_ends_and_not_when_the_input_does(self):
        whole = SMTP.read_bytes()
        tool = subprocess.Popen([TOOL], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        tool.stdin.write(whole[:-100])
        tool.stdin.flush()
        line = tool.stdout.readline()  # waits for ever where nothing comes; ctest ends it then
        self.assertIn(b'"id":"s-1"', line)
        tool.stdin.write(whole[-100:])
        tool.communicate(timeout=60)
        self.assertEqual(tool.returncode, 0)

    def test_the_last_session_appears_although_nothing_follows_and_nobody_closes_the_input(self):
        tool = subprocess.Popen([TOOL], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        tool.stdin.write((SOURCE / "corpus/captures/ethernet.pcap").read_bytes())
        tool.stdin.flush()
        self.assertIn(b'"id":"s-1"', tool.stdout.readline())  # waits for ever where nothing comes; ctest ends it then
        tool.communicate(timeout=60)
        self.assertEqual(tool.returncode, 0)

    def wait_until_read(self, pipe):
        """Returns when nothing written to `pipe` waits in it any more."""
        left, until = array.array("i", [1]), time.monotonic() + 60
        while left[0] != 0 and time.monotonic() < until:
            fcntl.ioctl(pipe, termios.FIONREAD, left)
            time.sleep(0.001)
        self.assertEqual(left[0], 0)

    def test_an_interrupt_finishes_what_is_open(self):
        tool = subprocess.Popen([TOOL, "--summary"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        tool.stdin.write(SMTP.read_bytes()[:12000])
        tool.stdin.flush()
        self.wait_until_read(tool.stdin)
        tool.send_signal(signal.SIGINT)
        lines = records.parse(tool.communicate(timeout=60)[0])
        self.assertEqual([line["record"] for line in lines], ["session", "input", "summary"])  # the input ends in a record
        self.assertEqual(tool.returncode, 0)

    def test_rotated_pieces_in_any_order_are_one_capture(self):
        whole = SMTP.read_bytes()
        header, at, place = whole[:24], 24, []
        while at < len(whole):
            place.append(at)
            at += 16 + int.from_bytes(whole[at + 8:at + 12], "little")
        middle = place[30]
        with tempfile.TemporaryDirectory() as folder:
            first, second = pathlib.Path(folder) / "b.pcap", pathlib.Path(folder) / "a.pcap"
            first.write_bytes(whole[:middle])
            second.write_bytes(header + whole[middle:])
            _, lines, _ = run("trace-to-json", second, first)
            digests = [t["message"]["sha256"] for line in lines for t in line.get("transactions", [])]
            _, want, _ = run("trace-to-json", SMTP)
            self.assertEqual(digests, [t["message"]["sha256"] for line in want for t in line.get("transactions", [])])


class Jobs(unittest.TestCase):
    """With --jobs 2 another thread decompresses and digests: what comes out is the same."""

    def setUp(self):
        capture = (SOURCE / "corpus" / "captures" / "demo.pcap").read_bytes()
        noise = random.Random(1)
        packets = b"".join(struct.pack("<IIII", 1, 0, 1400, 1400) + noise.randbytes(1400) for _ in range(2000))
        self.capture = capture + packets + capture[24:]

    def both(self, octets, *arguments):
        with tempfile.NamedTemporaryFile() as file:
            file.write(octets)
            file.flush()
            one, two = (records.execute("trace-to-json", *arguments, "--jobs", jobs, file.name) for jobs in (1, 2))
        self.assertEqual((one.returncode, one.stdout, one.stderr), (two.returncode, two.stdout, two.stderr))
        return records.parse(one.stdout)

    def test_whole_and_damaged_inputs_compressed_or_not(self):
        packed = gzip.compress(self.capture, 1)
        damaged = bytearray(packed)
        damaged[-6] ^= 1  # of the CRC
        for octets, code in ((self.capture, None), (packed, None), (packed[:-20_000], "capfile.gzip-truncated"),
                             (bytes(damaged), "capfile.gzip-crc")):
            for arguments in ((), ("--summary",)):
                told = self.both(octets, *arguments)
                self.assertGreater(sum(record["record"] == "session" for record in told), 0)
                findings = [finding["code"] for record in told if record["record"] == "input" for finding in record["findings"]]
                self.assertEqual(code in findings, code is not None, findings)

    def test_without_a_thread_it_is_done_by_one(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(gzip.compress(self.capture, 1))
            file.flush()
            # The stack of a thread alone is larger.
            done = records.execute("trace-to-json", "--jobs", "2", "--summary", file.name, "--max-memory", "40M",
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (2 ** 26, 2 ** 26)))
            whole = records.execute("trace-to-json", "--summary", file.name)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, whole.stdout, b""))

    def test_a_reader_that_goes_away_ends_it(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(gzip.compress(self.capture, 1) * 20)
            file.flush()
            tool = subprocess.Popen([TOOL, "--emit", "events", "--jobs", "2", file.name], stdout=subprocess.PIPE)
            tool.stdout.read(100)
            tool.stdout.close()
            self.assertIn(tool.wait(timeout=60), (0, 2))


class Ends(unittest.TestCase):
    """Exit statuses and broken outputs."""

    def test_usage(self):
        for arguments in (["--emit", "nonsense"], ["--no-such-flag"], ["--protocol", "http"], ["--dialect", "no-such"]):
            status, lines, errors = run("trace-to-json", *arguments)
            self.assertEqual((status, lines), (2, []), arguments)
            self.assertTrue(errors, arguments)
        for arguments in (["--help"], ["--version"]):
            done = subprocess.run([TOOL, *arguments], capture_output=True, timeout=20)
            self.assertEqual(done.returncode, 0)
            self.assertTrue(done.stdout)

    def test_libpcap_is_wanted_for_filters_only(self):
        capture = SOURCE / "corpus" / "captures" / "demo.pcap"
        with tempfile.TemporaryDirectory() as folder:
            for soname in ("libpcap.so.0.8", "libpcap.so.1"):
                (pathlib.Path(folder) / soname).write_bytes(b"")
            without = {**os.environ, "LD_LIBRARY_PATH": folder}
            read = records.execute("trace-to-json", capture, env=without)
            filtered = records.execute("trace-to-json", "--filter", "tcp", capture, env=without)
        self.assertEqual((read.returncode, read.stderr), (0, b""))
        self.assertEqual((filtered.returncode, filtered.stdout), (2, b""))
        self.assertIn(b"--filter: libpcap cannot be loaded: ", filtered.stderr)

    def test_a_bad_input_among_several_stops_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            talk = pathlib.Path(folder) / "talk.txt"
            talk.write_text("S: 220 mail.example ESMTP\nC: EHLO c.example\nS: 250 mail.example\nC: QUIT\nS: 221 bye\n")
            status, lines, errors = run("trace-to-json", "/no/such/file", talk)
            self.assertEqual(status, 2)
            self.assertIn("/no/such/file", errors)
            self.assertEqual([line["protocol"] for line in lines if line["record"] == "session"], ["smtp"])

    def test_what_is_neither_capture_nor_conversation_is_an_error(self):
        for octets in (b"", b"\x7fELF" + bytes(100), b"plain words\n" * 10):
            status, lines, errors = run("trace-to-json", octets=octets)
            self.assertEqual(status, 2, octets[:10])
            self.assertTrue(errors)
            self.assertFalse([line for line in lines if line["record"] == "session"])

    def test_names_are_shown_without_their_control_octets(self):
        _, _, errors = run("trace-to-json", "/no/such/\x1b[31mfile")
        self.assertNotIn("\x1b", errors)

    @unittest.skipUnless(SMTP.exists(), "no samples here")
    def test_a_full_disk_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, SMTP], stdout=full, stderr=subprocess.PIPE, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"No space left", done.stderr)

    @unittest.skipUnless(SMTP.exists(), "no samples here")
    def test_a_reader_that_goes_away_is_no_error(self):
        tool = subprocess.Popen([TOOL, *[SMTP] * 50], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        tool.stdout.close()
        with tool.stderr:
            errors = tool.stderr.read()
        self.assertEqual((tool.wait(60), errors), (0, b""))


if __name__ == "__main__":
    if not SMTP.exists():
        print("no samples at %s: the tests that need them are skipped" % SAMPLES)
    unittest.main(verbosity=1)
