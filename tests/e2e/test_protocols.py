#!/usr/bin/env python3
"""docs/protocols.md refers to what exists; sessions as introductions print them read alike as text and on every port."""
import hashlib
import re
import sys
import unittest

import records
import tls_fingerprints as tls
from finding_inputs import Capture
from records import SAMPLES, SOURCE, run

if not (records.BIN / "trace-to-json").exists():
    print("SKIP: trace-to-json was not built")
    sys.exit(77)

SMTP = """S: 220 smtp.example.ru ESMTP Postfix
C: HELO client.example.ru
S: 250 smtp.example.ru
C: MAIL FROM: andrew@client.example.ru
S: 250 2.1.0 Ok
C: RCPT TO: someone@example.ru
S: 250 2.1.5 Ok
C: DATA
S: 354 End data with <CR><LF>.<CR><LF>
C: From: Andrew <andrew@client.example.ru>
C: Subject: An example
C: 
C: Hello!
C: ..
C: .
S: 250 2.0.0 Ok: queued as 7FD9DC2E0060
C: QUIT
S: 221 2.0.0 Bye
"""
LMTP = SMTP.replace("ESMTP Postfix", "LMTP Dovecot ready").replace("HELO", "LHLO")
POP3 = """S: +OK Microsoft Exchange 2000 POP3 server ready.
C: user user1
S: +OK
C: pass 1111
S: +OK User successfully logged on.
C: stat
S: +OK 3 7138
C: retr 1
S: +OK
S: Received: from w2kas ([192.0.2.1]) by w2kas.example
S: Subject: An example
S: 
S: ..
S: .
C: dele 1
S: +OK
C: quit
S: +OK signing off.
"""
IMAP = """S: * OK [CAPABILITY IMAP4rev1] ready
C: a1 LOGIN user1 1111
S: a1 OK done
C: a2 SELECT INBOX
S: * 3 EXISTS
S: a2 OK [READ-WRITE] done
C: a3 FETCH 1 (FLAGS)
S: * 1 FETCH (FLAGS (\\Seen))
S: a3 OK done
C: a4 LOGOUT
S: * BYE
S: a4 OK done
"""
PORTS = {"smtp": (SMTP, (25, 587, 2525, 31337)), "lmtp": (LMTP, (24, 31024)), "pop3": (POP3, (110, 31110)), "imap": (IMAP, (143, 31143))}
MESSAGE = b"From: Andrew <andrew@client.example.ru>\r\nSubject: An example\r\n\r\nHello!\r\n.\r\n"


def capture(text, port):
    packets = Capture(port)
    packets.handshake()
    for line in text.splitlines():
        packets.send(line[0], line[3:].encode() + b"\r\n")
    packets.end("C", "FIN")
    packets.end("S", "FIN")
    return packets.octets


def said(session):
    """What a session record says, without times and places."""
    def bare(reply):
        return reply and {key: reply.get(key) for key in ("code", "status", "enhanced", "text", "tag")}
    dialogue = [(exchange.get("command", {}).get("verb"), exchange.get("command", {}).get("text"), bare(exchange.get("reply")),
                 [bare(reply) for reply in exchange.get("more_replies", [])]) for exchange in session["exchanges"]]
    mail = [(one.get("mail_from"), [each["address"] for each in one["recipients"]], one["outcome"], one["message"]["sha256"])
            for one in session.get("transactions", [])]
    found = [(one["command"], one["message"]["sha256"]) for one in session.get("retrievals", [])]
    return session["protocol"], bare(session["greeting"]["reply"]), dialogue, mail, found, session.get("auth"), session.get("maildrop")


def headings(path):
    return [line[3:].strip() for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]


class Protocols(unittest.TestCase):
    def test_every_reference_of_the_page_exists(self):
        page = (SOURCE / "docs/protocols.md").read_text(encoding="utf-8")
        units = "".join(path.read_text(encoding="utf-8") for path in sorted((SOURCE / "tests/unit").rglob("*_test.cpp")))
        cases = re.findall(r"`((?:smtp|pop3|imap|transcript)/\w+): ([^`]+)`", page)
        for name, heading in cases:
            self.assertIn(heading, headings(SOURCE / "tests/conformance" / (name + ".md")), name)
        for subject, claim in re.findall(r"`([A-Z]\w+)\.([A-Z]\w+|\*)`", page):
            self.assertRegex(units, r"TEST(_[PF])?\(%s, %s\)" % (subject, r"\w+" if claim == "*" else claim))
        for name in re.findall(r"`(e2e/)?(test_\w+\.py)`", page):
            self.assertTrue((SOURCE / "tests/e2e" / name[1]).exists(), name[1])
        self.assertGreater(len(cases), 50)

    def test_sessions_read_alike_as_text_and_on_every_port(self):
        for protocol, (text, ports) in PORTS.items():
            _, (as_text,), _ = run("trace-to-json", "-", octets=text.encode())
            self.assertEqual(as_text["protocol"], protocol)
            for port in ports:
                with self.subTest(protocol=protocol, port=port):
                    _, (on_wire,), _ = run("trace-to-json", "-", octets=capture(text, port))
                    self.assertEqual(said(on_wire), said(as_text))
                    self.assertTrue(on_wire["complete"])
                    self.assertEqual(on_wire["ending"], "quit")

    def test_the_message_inside_is_what_was_sent(self):
        _, (message,), _ = run("trace-to-json", "--emit", "messages", "-", octets=capture(SMTP, 25))
        self.assertEqual((message["size"], message["subject"], message["from"][0]["address"]), (len(MESSAGE), "An example", "andrew@client.example.ru"))

    def test_a_mailbox_loses_what_was_deleted(self):
        _, (session,), _ = run("trace-to-json", "-", octets=capture(POP3, 110))
        self.assertEqual(session["maildrop"], {"messages": 3, "octets": 7138, "marks": [{"message": 1, "mark": "expunged"}]})

    def test_pieces_of_a_message_are_joined_in_any_order_and_where_the_last_one_is_the_rest(self):
        first = "C: a1 FETCH 1 BODY[]<0.12>\nS: * 1 FETCH (BODY[]<0> {12}\nS: Subject: x\nS: )\nS: a1 OK\n"
        rest = "C: a2 FETCH 1 BODY[]<12.%d>\nS: * 1 FETCH (BODY[]<12> {9}\nS: \nS: Hello\nS: )\nS: a2 OK\n"
        size = "C: a0 FETCH 1 RFC822.SIZE\nS: * 1 FETCH (RFC822.SIZE 21)\nS: a0 OK\n"
        ready, bye = "S: * OK ready\n", "C: a9 LOGOUT\nS: * BYE\nS: a9 OK\n"
        whole = hashlib.sha256(b"Subject: x\r\n\r\nHello\r\n").hexdigest()
        for pieces, joined in ((first + rest % 20, 1), (rest % 20 + first, 1), (size + first + rest % 9, 1), (first + rest % 9, 0)):
            with self.subTest(pieces=pieces):
                _, (session,), _ = run("trace-to-json", "-", octets=capture(ready + pieces + bye, 143))
                found = [one["message"]["sha256"] for one in session["retrievals"] if one.get("pieces") == 2]
                self.assertEqual(found, [whole] * joined)

    def test_a_quoted_body_behind_a_literal_is_a_body(self):
        text = "S: * OK ready\nC: a1 FETCH 1 (BODY[HEADER] BODY[TEXT])\nS: * 1 FETCH (BODY[HEADER] {14}\nS: Subject: x\nS: \n" \
               "S:  BODY[TEXT] \"Hello\")\nS: a1 OK\nC: a9 LOGOUT\nS: * BYE\nS: a9 OK\n"
        _, (session,), _ = run("trace-to-json", "-", octets=capture(text, 143))
        self.assertEqual([one["message"]["size"] for one in session["retrievals"]], [14, 5])

    def test_tls_from_the_start_on_its_ports(self):
        for port in (465, 993, 995):
            packets = Capture(port)
            packets.handshake()
            packets.send("C", b"\x16\3\1" + tls.counted(2, b"\1" + tls.counted(3, tls.build(extensions=[tls.name_extension(b"mx.example.ru")]))))
            packets.end("C", "FIN")
            packets.end("S", "FIN")
            _, (session,), _ = run("trace-to-json", "-", octets=packets.octets)
            self.assertEqual((session["protocol"], session["ending"], session["tls"]["implicit"], session["tls"]["sni"]),
                             ("unknown", "tls", True, "mx.example.ru"))

    def test_printed_sessions(self):
        """Those of the collection, as books and slides print them: protocol, verbs, and the code of each reply."""
        folder = SAMPLES / "transcripts"
        if not folder.is_dir():
            self.skipTest("the collection of samples is not here")
        transfer = [("HELO", 250), ("MAIL", 250), ("RCPT", 250), ("DATA", 354), (".", 250), ("QUIT", 221)]
        mailbox = [(verb, "+OK") for verb in ("USER", "PASS", "STAT", "RETR", "QUIT")]
        expected = {"client-server-ru-esmtp.txt": [("EHLO", 250)], "client-server-ru.txt": transfer, "lecture-ehlo.txt": [("EHLO", 250)],
                    "lecture-session.txt": transfer, "pop3-exchange.txt": mailbox, "telnet-listing-5.1.txt": [("QUIT", 221)]}
        self.assertEqual(sorted(expected), sorted(path.name for path in folder.glob("*.txt")))
        for name, dialogue in expected.items():
            with self.subTest(name):
                _, (session,), _ = run("trace-to-json", folder / name)
                told = [(one["command"]["verb"], one["reply"].get("code", one["reply"].get("status"))) for one in session["exchanges"]]
                self.assertEqual(told, dialogue)
        self.assertTrue(session["complete"])


if __name__ == "__main__":
    unittest.main()
