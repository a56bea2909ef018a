#!/usr/bin/env python3
"""Files that are no transcripts are not taken for any: 2,000 and more of this computer, of the samples, and made here.

A file that quotes a mail session, commands and their replies line by line, may be read; it is listed. Any other one that
reaches the threshold (0.5, below which a dialect is not taken) is a fault. docs/dialects.md has the figures.
"""
import collections
import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "trace-to-json"
SOURCE = pathlib.Path(os.environ["MAILPARSE_SOURCE"])
SAMPLES = pathlib.Path(os.environ.get("MAILPARSE_SAMPLES", "/nonexistent"))
SHARE = int(os.environ.get("MAILPARSE_FILES_OF_A_PLACE", "300"))
WANTED = 2000
LARGEST = 2_000_000
OF_A_FOLDER = 40
AT_A_TIME = 50
MARKS = rb"^[\s>*#|$:.\w-]{0,12}?"
ASKS = re.compile(MARKS + rb"(?:EHLO \S|HELO \S|LHLO \S|MAIL FROM:|RCPT TO:|USER \S+\s*$|\w+ LOGIN \S|\w+ AUTHENTICATE)", re.M | re.I)
ANSWERS = re.compile(MARKS + rb"(?:220[ -]\S|250[ -]\S|\+OK|\* OK)", re.M)
PLACES = [("source code", "/usr/include"), ("source code", "/usr/lib/python3"), ("source code", "/usr/lib/python3.11"),
          ("source code", "/usr/share/perl"), ("source code", "/usr/share/perl5"), ("source code", "/usr/lib/ruby"),
          ("source code", str(SOURCE / "libmailparse")), ("documents", "/usr/share/doc"), ("manuals", "/usr/share/man"),
          ("data", "/usr/share/misc"), ("data", "/usr/share/zoneinfo"), ("data", "/usr/share/mime"), ("data", "/etc"),
          ("programs", "/usr/bin"), ("programs", "/usr/lib/x86_64-linux-gnu"), ("logs", "/var/log"),
          ("mail", str(SAMPLES / "messages")), ("mail", str(SOURCE / "corpus/messages"))]

# Other protocols, logs and tables that share words, codes or marks with mail dialogues. Each is repeated with numbers of its own.
MADE = {
    "ftp client": "Connected to ftp.example.test.\n220 (vsFTPd 3.0.3)\nName: anonymous\n331 Please specify the password.\n230 Login successful.\nftp> ls\n200 PORT command successful.\n150 Here comes the directory listing.\n226 Directory send OK.\n221 Goodbye.\n",
    "ftp log": "Status: Connecting\nResponse: 220 ready\nCommand: USER bob\nResponse: 331 Password required\nCommand: PASS ****\nResponse: 230 Logged on\nCommand: PASV\nResponse: 227 Entering Passive Mode (127,0,0,1,4,{n})\nCommand: QUIT\nResponse: 221 Bye\n",
    "ftp unmarked": "220 ready\nUSER bob\n331 Password required\nPASS x\n230 Logged on\nSTAT\n211 End\nLIST\n150 Opening\n226 Transfer complete\nQUIT\n221 Bye\n",
    "ftp curl": "* Connected to ftp.example.test (127.0.0.1) port 21 (#0)\n< 220 ready\n> USER anonymous\n< 331 Password required\n> PASS x\n< 230 Logged on\n> PWD\n< 257 \"/\"\n> RETR {n}.txt\n< 550 no such file\n> QUIT\n< 221 Bye\n",
    "http curl": "* Connected to www.example.test (127.0.0.1) port 80 (#0)\n> GET /{n} HTTP/1.1\n> Host: www.example.test\n>\n< HTTP/1.1 200 OK\n< Content-Length: {n}\n<\n",
    "nntp": "200 news.example.test ready\nGROUP misc.test\n211 {n} 1 {n} misc.test\nARTICLE {n}\n220 {n} <a@b> article\nQUIT\n205 closing\n",
    "irc": "NICK bob\nUSER bob 0 * :Bob\n:irc.test 001 bob :Welcome\nJOIN #test\nPRIVMSG #test :hello\nQUIT :bye\n",
    "redis": "SET k{n} v\n+OK\nGET k{n}\n$1\nv\nDEL k{n}\n:1\nQUIT\n+OK\n",
    "web combined": "127.0.0.1 - - [22/Nov/2026:10:00:00 +0000] \"GET /{n} HTTP/1.1\" 200 {n} \"-\" \"curl/7.88.1\"\n",
    "web json": "{{\"time\":\"2026-11-22T10:00:00Z\",\"status\":250,\"method\":\"GET\",\"path\":\"/{n}\",\"bytes\":{n}}}\n",
    "delivery log": "Nov 22 10:00:00 mx postfix/smtpd[{n}]: connect from localhost[127.0.0.1]\nNov 22 10:00:00 mx postfix/qmgr[812]: {n}A: from=<a@example.test>, size={n}, nrcpt=1 (queue active)\nNov 22 10:00:01 mx postfix/smtp[{n}]: {n}A: to=<b@example.test>, relay=mx[127.0.0.1]:25, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {n})\nNov 22 10:00:01 mx postfix/qmgr[812]: {n}A: removed\n",
    "table of codes": "211 System status, or system help reply\n214 Help message\n220 <domain> Service ready\n221 <domain> Service closing transmission channel\n250 Requested mail action okay, completed\n251 User not local; will forward to <forward-path>\n354 Start mail input; end with <CRLF>.<CRLF>\n421 <domain> Service not available\n450 Requested mail action not taken\n550 No such user {n}\n",
    "prose of the field": "The client says HELO or EHLO, and the server answers 250.\n   HELO <SP> <domain> <CRLF>\n   MAIL <SP> FROM:<reverse-path> <CRLF>\n   RCPT <SP> TO:<forward-path> <CRLF>\n   DATA <CRLF>\nA reply of 354 lets the text follow; see section {n}.\n",
    "numbers": "250 {n}\n354 {n}\n220 {n}\n221 {n}\n",
    "list of changes": "* No change in {n}.\n* OK, the parser is faster.\n+ list of options is sorted\n- noop is gone\n* 12 FETCH was wrong\nquit\ndata\n",
    "commands of a shell": "$ curl -v https://www.example.test/{n}\n$ nc -l {n}\nhelp\nlist\nquit\n",
    "csv": "id,code,text\n{n},250,ok\n{n},550,no\n",
    "arrows": "{n} -> 250\n{n} <- 220\na => b\nx <= 354\n",
    "diff": "--- a/mail.c\n+++ b/mail.c\n@@ -{n},3 +{n},4 @@\n-  250\n+  220 ready\n > data\n < quit\n",
    "questions": "Q: list the files of {n}\nA: 250 of them\nS: help\nC: none\n",
}


def on_this_computer():
    for kind, place in PLACES:
        taken = 0
        for folder, folders, names in os.walk(place):
            folders.sort()
            for name in sorted(names)[:OF_A_FOLDER]:
                path = pathlib.Path(folder, name)
                if taken < SHARE and path.is_file() and not path.is_symlink() and 0 < path.stat().st_size < LARGEST:
                    taken += 1
                    yield kind, str(path)


def made(folder):
    rng = random.Random(9)
    for name, text in MADE.items():
        for times in (1, 3, 40):
            path = folder / ("%s %d.txt" % (name, times))
            path.write_text("".join(text.replace("{n}", str(rng.randrange(200, 9000))).replace("{{", "{").replace("}}", "}")
                                    for _ in range(times)))
            yield "made: " + name, str(path)


def quotes_a_session(path):
    octets = pathlib.Path(path).read_bytes()
    if octets.startswith(b"\x1f\x8b"):
        octets = gzip.decompress(octets)
    return bool(ASKS.search(octets) and ANSWERS.search(octets))


def taken_of(paths):
    """{path: the dialect that it is taken for, its confidence and the exchanges}."""
    done = subprocess.run([BIN, "--no-sandbox", *paths], capture_output=True, timeout=300)
    assert done.returncode in (0, 2), done.stderr[-300:]
    found = {}
    for line in done.stdout.splitlines():
        record = json.loads(line)
        if record["record"] == "session" and record["source"].get("format") == "text":
            source = record["source"]
            known = found.setdefault(source["file"], [source["dialect"], source["dialect_confidence"], 0, 0])
            known[2] += 1
            known[3] += len(record["exchanges"])
    return found


def main():
    with tempfile.TemporaryDirectory() as name:
        chosen = list(on_this_computer()) + list(made(pathlib.Path(name)))
        if len(chosen) < WANTED:
            print("SKIP: only %d files to be found" % len(chosen))
            return 77
        kinds = dict((path, kind) for kind, path in chosen)
        faults, quoting = [], []
        for at in range(0, len(chosen), AT_A_TIME):
            for path, (dialect, confidence, sessions, exchanges) in taken_of([path for _, path in chosen[at:at + AT_A_TIME]]).items():
                quoted = not kinds[path].startswith("made") and exchanges > 0 and quotes_a_session(path)
                (quoting if quoted else faults).append("%s: %s, %.2f, %d sessions, %d exchanges" % (path, dialect, confidence, sessions, exchanges))
    for kind, count in sorted(collections.Counter(kinds.values()).items()):
        print("%6d %s" % (count, kind))
    print("%d files: %d taken for transcripts without cause, %d quote sessions" % (len(chosen), len(faults), len(quoting)))
    for line in faults:
        print("FAULT", line)
    for line in quoting:
        print("quotes", line)
    return 1 if faults else 0


sys.exit(main())
