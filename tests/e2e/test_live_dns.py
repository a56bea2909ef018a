#!/usr/bin/env python3
"""--dns: keys and policies from a name server, here one on loopback; without the flag nobody is asked."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

from records import BIN, SOURCE, run
from signed_mail import KEYS, delivery, signed

from name_server import REFUSED, SERVFAIL, NameServer, made, strings

if not (BIN / "msg-inspect").exists() or not (BIN / "trace-to-json").exists():
    print("SKIP: msg-inspect or trace-to-json was not built")
    sys.exit(77)

KEY = ("%s._domainkey.example.net", made.TXT)
ED, RSA = (KEY[0] % "ed", KEY[1]), (KEY[0] % "rsa", KEY[1])
POLICY = ("_dmarc.example.net", made.TXT)
SENDER = ("example.net", made.TXT)


def children(process):
    return [int(one) for one in pathlib.Path("/proc/%d/task/%d/children" % (process.pid, process.pid)).read_text().split()]


def rights(pid):
    lines = pathlib.Path("/proc/%d/status" % pid).read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


class Case(unittest.TestCase):
    def serve(self, zone=()):
        """A server of the usual zone, changed by `zone`."""
        server = NameServer({**self.zone(), **dict(zone)})
        self.addCleanup(server.close)
        return server

    @staticmethod
    def zone():
        return {ED: [strings(KEYS.text["ed"])], RSA: [strings(KEYS.text["rsa"])], POLICY: [strings("v=DMARC1; p=reject")],
                SENDER: [strings("v=spf1 a:mx.example.net -all")], ("mx.example.net", made.A): [bytes([192, 0, 2, 10])]}

    def inspect(self, server, message, *more):
        status, found, errors = run("msg-inspect", "--json", "--dns", "--dns-server", server.address, *more, octets=message)
        self.assertEqual((status, len(found)), (0, 1), errors)
        return found[0]


class Keys(Case):
    def test_a_key_is_asked_for(self):
        server = self.serve()
        told = self.inspect(server, signed("ed"))
        self.assertEqual(told["signatures"][0]["result"], "pass")
        self.assertEqual(told["signatures"][0]["key"]["source"], "resolver")
        self.assertEqual((told["dmarc"]["result"], told["dmarc"]["policy"]), ("pass", "reject"))
        self.assertEqual(sorted(server.asked), sorted([(*ED, "udp"), (*POLICY, "udp")]))

    def test_a_file_goes_first(self):
        server = self.serve()
        with tempfile.TemporaryDirectory() as folder:
            told = self.inspect(server, signed("ed"), "--dns-file", KEYS.file(folder))
        self.assertEqual((told["signatures"][0]["result"], told["signatures"][0]["key"]["source"]), ("pass", "dns-file"))
        self.assertNotIn((*ED, "udp"), server.asked)

    def test_an_answer_too_long_for_udp_comes_over_tcp(self):
        long_key = KEYS.text["rsa"].replace("k=rsa;", "k=rsa; n=%s;" % ("x" * 600))
        server = self.serve(zone={RSA: [strings(long_key)]})
        self.assertEqual(self.inspect(server, signed("rsa"))["signatures"][0]["result"], "pass")
        self.assertEqual([road for name, _, road in server.asked if name == RSA[0]], ["udp", "tcp"])

    def test_no_key_is_a_permanent_error(self):
        for missing in ({ED: 3}, {ED: []}):
            told = self.inspect(self.serve(zone=missing), signed("ed"))
            self.assertEqual((told["signatures"][0]["result"], told["signatures"][0]["reason"]), ("permerror", "no key is published"))
            self.assertEqual(told["dmarc"]["result"], "unchecked")  # SPF is not known of a file

    def test_a_failure_is_a_temporary_error(self):
        cases = {SERVFAIL: "SERVFAIL", REFUSED: "REFUSED", "silent": "no name server answers", "garbage": "cannot be read",
                 "stuck over TCP": "none over TCP"}
        for fault, reason in cases.items():
            with self.subTest(fault):
                told = self.inspect(self.serve(zone={ED: fault}), signed("ed"))
                self.assertEqual(told["signatures"][0]["result"], "temperror")
                self.assertIn(reason, told["signatures"][0]["reason"])
                self.assertNotIn("header_verifies", told["signatures"][0])
                self.assertTrue(told["signatures"][0]["body_matches"])
                self.assertEqual(told["dmarc"]["result"], "temperror")

    def test_nobody_answers_at_all(self):
        server = self.serve()
        server.close()
        told = self.inspect(server, signed("ed"))
        self.assertEqual(told["signatures"][0]["result"], "temperror")

    def test_what_was_asked_once_is_remembered_whatever_the_jobs(self):
        server = self.serve()
        with tempfile.TemporaryDirectory() as folder:
            for number in range(20):
                (pathlib.Path(folder) / ("%d.eml" % number)).write_bytes(signed("ed"))
            status, found, errors = run("msg-inspect", "--json", "--jobs", "4", "--dns", "--dns-server", server.address, folder)
        self.assertEqual((status, {one["signatures"][0]["result"] for one in found}, len(found)), (0, {"pass"}, 20), errors)
        self.assertEqual(len(server.asked), 2)

    def test_names_that_cannot_be_are_not_asked_for(self):
        server = self.serve()
        for domain in ("example..net", "x" * 64 + ".example", "a\\.example.net", ".".join(["x" * 60] * 5)):
            message = signed("ed").replace(b"d=example.net;", b"d=%s;" % domain.encode())
            self.assertEqual(self.inspect(server, message)["signatures"][0]["result"], "permerror", domain)
        self.assertEqual({name for name, _, _ in server.asked}, {POLICY[0]})

    def test_wrong_servers_are_usage_errors(self):
        for flags in (["--dns-server", "127.0.0.1"], ["--dns", "--dns-server", "localhost"], ["--dns", "--dns-server", "127.0.0.1:0"],
                      ["--dns", "--dns-server", "[::1"], ["--dns", "--dns-server", "1.2.3.4:99999"]):
            done = subprocess.run([str(BIN / "msg-inspect"), *flags], input=b"", capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 2, flags)


class Policies(Case):
    """SPF with the client's address of a capture."""

    def deliver(self, server, client="192.0.2.10"):
        packets = delivery(made, client, "198.51.100.25")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "mail.pcap"
            path.write_bytes(made.pcap(packets, 1))
            status, found, errors = run("trace-to-json", "--emit", "messages", "--dns", "--dns-server", server.address, path)
        self.assertEqual((status, len(found)), (0, 1), errors)
        return found[0]

    def test_the_address_of_the_client_decides(self):
        for client, result in (("192.0.2.10", "pass"), ("192.0.2.66", "fail")):
            told = self.deliver(self.serve(), client)
            self.assertEqual((told["spf"]["result"], told["spf"]["ip"]), (result, client))
            self.assertEqual((told["dmarc"]["result"], told["dmarc"]["spf_aligned"], told["dmarc"]["dkim_aligned"]), ("pass", result == "pass", True))

    def test_what_is_missing_is_none_and_what_fails_is_temporary(self):
        cases = [({SENDER: 3}, "none"), ({SENDER: [strings("other=1")]}, "none"), ({SENDER: SERVFAIL}, "temperror"),
                 ({("mx.example.net", made.A): SERVFAIL}, "temperror"), ({("mx.example.net", made.A): 3}, "fail"),
                 ({SENDER: [strings("v=spf1 include:nowhere.example -all")]}, "permerror"),
                 ({SENDER: [strings("v=spf1 redirect=nowhere.example")]}, "permerror"),
                 ({SENDER: [strings("v=spf1 a:x1.example a:x2.example -all")]}, "fail"),
                 ({SENDER: [strings("v=spf1 a:x1.example a:x2.example exists:x3.example -all")]}, "permerror"),
                 ({SENDER: [strings("v=spf1 ptr -all")], ("10.2.0.192.in-addr.arpa", made.PTR): [made.dns_name("a.example.net")],
                   ("a.example.net", made.A): [bytes([192, 0, 2, 10])]}, "pass"),
                 ({SENDER: [strings("v=spf1 mx -all")], ("example.net", made.MX): [b"\0\5" + made.dns_name("mx.example.net")]}, "pass")]
        for zone, result in cases:
            with self.subTest(zone):
                self.assertEqual(self.deliver(self.serve(zone=zone))["spf"]["result"], result)


class Rights(Case):
    """The reader of messages has no network, and the process that has one has nothing else."""

    def waiting(self, tool, *flags):
        process = subprocess.Popen([str(BIN / tool), *flags], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait, 60)
        self.addCleanup(process.stdin.close)
        for _ in range(1000):
            if all(rights(pid)["Seccomp"] == "2" for pid in [process.pid, *children(process)]):
                break
            time.sleep(0.01)
        return process

    def setUp(self):
        support = subprocess.run([str(BIN / "msg-inspect"), "--version"], capture_output=True, text=True, timeout=60).stdout
        if not support.splitlines()[1].endswith(", seccomp"):
            self.skipTest(support)

    def test_nobody_can_ask_without_the_flag(self):
        for tool in ("msg-inspect", "trace-to-json"):
            process = self.waiting(tool)
            self.assertEqual((children(process), rights(process.pid)["Seccomp"]), ([], "2"))
            sockets = [os.readlink(one) for one in pathlib.Path("/proc/%d/fd" % process.pid).iterdir()]
            self.assertFalse([one for one in sockets if one.startswith("socket")])

    def test_the_process_that_asks_has_one_socket_and_ends_with_the_tool(self):
        for tool in ("msg-inspect", "trace-to-json"):
            process = self.waiting(tool, "--dns", "--dns-server", "127.0.0.1:9")
            (child,) = children(process)
            for pid in (process.pid, child):
                self.assertEqual((rights(pid)["Seccomp"], rights(pid)["NoNewPrivs"]), ("2", "1"))
            held = sorted(os.readlink(one).split(":")[0] for one in pathlib.Path("/proc/%d/fd" % child).iterdir())
            self.assertEqual(held, ["/dev/null"] * 3 + ["socket"])
            process.kill()
            process.wait(60)
            gone = pathlib.Path("/proc/%d/stat" % child)
            for _ in range(1000):
                if not gone.exists() or gone.read_text().split()[2] == "Z":
                    break
                time.sleep(0.01)
            self.assertTrue(not gone.exists() or gone.read_text().split()[2] == "Z")


if __name__ == "__main__":
    unittest.main(verbosity=1)
