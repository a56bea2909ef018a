#!/usr/bin/env python3
"""A live interface: the record of a session stands there soon after it ended, although the interface is silent."""
import json
import os
import signal
import smtplib
import subprocess
import sys
import threading
import unittest

from captures import TRACE_TO_JSON, need
from mail_servers import free_port

need(TRACE_TO_JSON)
try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink
except ImportError:
    print("SKIP: python3-aiosmtpd is not here")
    sys.exit(77)
if os.geteuid() != 0:
    print("SKIP: only root may capture from an interface")
    sys.exit(77)


class Live(unittest.TestCase):
    def setUp(self):
        self.port = free_port()
        self.server = Controller(Sink(), hostname="127.0.0.1", port=self.port, ready_timeout=60)
        self.server.start()

    def tearDown(self):
        self.server.stop()

    def deliver(self):
        with smtplib.SMTP("127.0.0.1", self.port, timeout=10) as client:
            client.sendmail("ann@example.org", ["bob@example.net"], "Subject: live\r\n\r\nhello\r\n")

    def test_a_session_is_told_while_nothing_else_happens(self):
        tool = subprocess.Popen([TRACE_TO_JSON, "-i", "lo", "--filter", "tcp port %d" % self.port], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)
        lines = []
        reader = threading.Thread(target=lambda: lines.append(tool.stdout.readline()))
        reader.start()
        for _ in range(10):  # the first ones may come before the tool listens
            self.deliver()
            reader.join(5)
            if lines or tool.poll() is not None:
                break
        tool.send_signal(signal.SIGINT)
        _, errors = tool.communicate(timeout=30)
        if b"permission" in errors.lower() or b"permitted" in errors.lower():
            self.skipTest("no right to capture: %s" % errors.decode())
        reader.join(5)
        session = json.loads(lines[0])
        self.assertEqual((session["record"], session["source"]["format"], session["server"]["port"]), ("session", "live", self.port))
        self.assertEqual((session["complete"], session["ending"]), (True, "quit"))
        self.assertEqual(session["transactions"][0]["outcome"], "accepted")
        self.assertEqual(tool.returncode, 0)


if __name__ == "__main__":
    unittest.main()
