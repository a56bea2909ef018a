#!/usr/bin/env python3
"""Captures of real servers give what their clients saw: commands, replies, logins and messages."""
import json
import sys
import unittest

import records
from records import SOURCE, run

SERVERS = SOURCE / "corpus" / "servers"

if not (records.BIN / "trace-to-json").exists():
    print("SKIP: trace-to-json was not built")
    sys.exit(77)


def status_of(reply):
    return str(reply["code"]) if "code" in reply else reply["status"]


def commands_of(session):
    """[verb, status] in the order sent, the greeting first; what has no reply of its own has None."""
    found = [["", status_of(session["greeting"]["reply"])]] if "greeting" in session else []
    for exchange in session["exchanges"]:
        if "command" in exchange:
            found.append([exchange["command"]["verb"], status_of(exchange["reply"]) if "reply" in exchange else None])
    return found


def messages_of(session):
    moved = session.get("transactions", []) + session.get("retrievals", [])
    return [moving["message"]["sha256"] for moving in moved
            if "message" in moving and not moving["message"].get("partial") and "pieces" not in moving]


class Servers(unittest.TestCase):
    maxDiff = 6000

    def check(self, name):
        keys = SERVERS / (name + ".keys")
        arguments = ["--keylog", keys] if keys.exists() else []
        status, lines, errors = run("trace-to-json", "--summary", *arguments, SERVERS / (name + ".pcap"))
        self.assertEqual(status, 0, errors)
        sessions = {line["client"]["port"]: line for line in lines if line["record"] == "session"}
        seen = json.loads((SERVERS / (name + ".json")).read_text())
        self.assertEqual(sorted(sessions), sorted(client["port"] for client in seen))
        for client in seen:
            session = sessions[client["port"]]
            with self.subTest(client["port"], commands=client["commands"][1:3]):
                self.assertEqual(session["protocol"], client["protocol"])
                self.assertEqual(commands_of(session), client["commands"])
                self.assertEqual(messages_of(session), client["messages"])
                self.assertEqual([[a["mechanism"], a.get("identity"), a["outcome"]] for a in session.get("auth", [])], client["auth"])
                self.assertTrue(session["complete"])
                self.assertEqual(session["octets"]["missing"], 0)
                self.assertEqual(session.get("tls", {}).get("decrypted", False), client.get("decrypted", False))
                self.assertEqual([f for f in session["findings"] if f["severity"] == "critical"], [])
                if "joined" in client:
                    joined = [r["message"] for r in session["retrievals"] if "pieces" in r]
                    self.assertEqual([m["sha256"] for m in joined], [client["joined"]])
                    self.assertTrue(joined[0]["complete"])
                if "original_client" in client:
                    self.assertEqual(session["client"]["original"]["ip"], client["original_client"])

    def test_secrets_of_no_login_are_shown(self):
        for name in ("dovecot-pop3", "dovecot-imap"):
            for emit in ("sessions", "events"):
                done = records.subprocess.run([str(records.BIN / "trace-to-json"), "--emit", emit, "--keylog", str(SERVERS / (name + ".keys")),
                                               str(SERVERS / (name + ".pcap"))], capture_output=True, timeout=120, check=True)
                for secret in (b"correct horse", b"wrong horse", b"wrong-horse", b"AGFsaWNl", b"Y29ycmVjdC", b"clientnonce", b"Y2xpZW50bm9uY2"):
                    self.assertNotIn(secret, done.stdout, (name, emit))


def add(name):
    setattr(Servers, "test_" + name.replace("-", "_"), lambda self: self.check(name))


for path in sorted(SERVERS.glob("*.json")):
    add(path.stem)

if __name__ == "__main__":
    unittest.main()
