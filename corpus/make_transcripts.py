#!/usr/bin/env python3
"""Records what mail programs print of their conversations, beside what was on the wire.

usage: make_transcripts.py [NAME...]

Runs the programs against a small server on loopback and writes corpus/transcripts/NAME.log (what the program printed) and
NAME.wire (what the server heard and said, C: and S: lines, a conversation behind another). Ports, times, versions and
message ids differ from run to run, so that these files are recordings and no products: run it to add one or to renew it,
and look at the difference. A program that is absent is passed over. Lines of MANIFEST.tsv are renewed.
"""
import base64
import hashlib
import itertools
import os
import pathlib
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

CORPUS = pathlib.Path(__file__).resolve().parent
OUT = CORPUS / "transcripts"
MESSAGE = "From: alice@example.com\nTo: bob@example.com\nSubject: dots\n\nfirst\n.dot\n..\n250 no reply\nQUIT\nlast\n"
STORED = b"From: alice@example.com\r\nTo: bob@example.com\r\nSubject: stored\r\n\r\nHello\r\n.leading dot\r\nbye\r\n"
SECRET = "CANARY-7f3a"
HEADING = b"# trace-to-json: what the server heard and said\n"  # says that nothing is left out


class Wire(socketserver.StreamRequestHandler):
    """One conversation; every line of either side is written down."""
    timeout = 10

    def say(self, *lines):
        for line in lines:
            self.server.told[self.n].append(b"S: " + line)
        self.wfile.write(b"".join(line + b"\r\n" for line in lines))

    def hear(self):
        line = self.rfile.readline()
        if line:
            self.server.told[self.n].append(b"C: " + line.rstrip(b"\r\n"))
        return line.rstrip(b"\r\n") if line else None

    def setup(self):
        super().setup()
        self.n = next(self.server.numbers)
        self.server.told[self.n] = []


class Smtp(Wire):
    lmtp = False

    def handle(self):
        accepted = 0
        self.say(b"220 mx.example.com ESMTP ready")
        while (line := self.hear()) is not None:
            verb = line.split(b" ")[0].upper()
            if verb in (b"EHLO", b"LHLO"):
                self.say(b"250-mx.example.com", b"250-PIPELINING", b"250-SIZE 10485760", b"250-AUTH PLAIN LOGIN",
                         b"250-8BITMIME", b"250 ENHANCEDSTATUSCODES")
            elif verb == b"AUTH":
                self.authenticate(line.split(b" ")[1:])
            elif verb == b"RCPT" and b"nobody" in line:
                self.say(b"550-5.1.1 no such user here", b"550 5.1.1 sorry")
            elif verb == b"DATA" and accepted == 0:
                self.say(b"554 5.5.1 no valid recipients")
            elif verb == b"DATA":
                self.say(b"354 End data with <CR><LF>.<CR><LF>")
                while (body := self.hear()) not in (None, b"."):
                    pass
                self.say(*[b"250 2.0.0 Ok: queued as 4B7C1"] * (accepted if self.lmtp else 1))
                accepted = 0
            elif verb == b"QUIT":
                self.say(b"221 2.0.0 Bye")
                return
            else:
                accepted += verb == b"RCPT"
                self.say({b"MAIL": b"250 2.1.0 Ok", b"RCPT": b"250 2.1.5 Ok"}.get(verb, b"250 2.0.0 Ok"))

    def authenticate(self, words):
        response = words[1] if len(words) > 1 else None
        if words[0].upper() == b"LOGIN":
            if response is None:
                self.say(b"334 VXNlcm5hbWU6")
                self.hear()
            self.say(b"334 UGFzc3dvcmQ6")
            response = self.hear()
        elif response is None:
            self.say(b"334 ")
            response = self.hear()
        right = SECRET.encode() in base64.b64decode(response or b"")
        self.say(b"235 2.7.0 Authentication successful" if right else b"535 5.7.8 authentication failed")


class Lmtp(Smtp):
    lmtp = True


class Pop3(Wire):
    def handle(self):
        stuffed = [b"." + line if line.startswith(b".") else line for line in STORED.split(b"\r\n")[:-1]]
        self.say(b"+OK POP3 ready")
        while (line := self.hear()) is not None:
            verb = line.split(b" ")[0].upper()
            if verb == b"CAPA":
                self.say(b"+OK", b"TOP", b"UIDL", b"USER", b".")
            elif verb in (b"LIST", b"UIDL") and b" " not in line:
                self.say(b"+OK", b"1 91", b".")
            elif verb == b"RETR":
                self.say(b"+OK 91 octets", *stuffed, b".")
            elif verb == b"TOP":
                self.say(b"+OK", *stuffed[:stuffed.index(b"") + 1], b".")
            else:
                self.say(b"+OK 1 91" if verb == b"STAT" else b"+OK")
            if verb == b"QUIT":
                return


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.told, self.numbers = {}, itertools.count()
        threading.Thread(target=self.serve_forever, daemon=True).start()


def python(code):
    return ["/usr/bin/python3", "-c", code]


SMTPLIB = """
import smtplib
s = smtplib.%s(); s.set_debuglevel(%d); s.connect('127.0.0.1', {port}); s.ehlo('client.example.test')
%s
s.sendmail('alice@example.com', ['bob@example.com', 'nobody@example.com'], open('message').read()); s.quit()
"""
POPLIB = """
import poplib
p = poplib.POP3('127.0.0.1', {port}); p.set_debuglevel(%d)
p.user('bob'); p.pass_('CANARY-7f3a'); p.stat(); p.list(); p.retr(1); p.quit()
"""
NET_SMTP = """use Net::SMTP; my $s = Net::SMTP->new('127.0.0.1', Port => {port}, Hello => 'client.example.test', Debug => 1);
open my $f, '<', 'message'; my @m = <$f>;
$s->mail('alice@example.com'); $s->to('bob@example.com', 'nobody@example.com', { SkipBad => 1 }); $s->data(@m); $s->quit;"""
SWAKS = ["swaks", "--server", "127.0.0.1:{port}", "--ehlo", "client.example.test", "--from", "alice@example.com", "--to",
         "bob@example.com,nobody@example.com", "--data", "@message"]
CURL = ["curl", "-sS", "--crlf", "smtp://127.0.0.1:{port}/client.example.test", "--mail-from", "alice@example.com",
        "--mail-rcpt", "bob@example.com", "-T", "message"]
AUTH = ["--auth-user", "bob", "--auth-password", SECRET]

# name -> (server, command, what it shows)
RUNS = {
    "swaks": (Smtp, SWAKS, "swaks, a recipient refused, a message with dots"),
    "swaks-pipeline": (Smtp, SWAKS + ["--pipeline"], "swaks --pipeline"),
    "swaks-no-receive-hints": (Smtp, SWAKS + ["-nrh"], "swaks without marks on what the server says"),
    "swaks-no-send-hints": (Smtp, SWAKS + ["-nsh"], "swaks without marks on what it sends"),
    "swaks-no-hints": (Smtp, SWAKS + ["-nth"], "swaks without any marks"),
    "swaks-raw": (Smtp, SWAKS + ["--show-raw-text"], "swaks, each line as a dump again"),
    "swaks-no-data": (Smtp, SWAKS + ["-n"], "swaks -n, the message counted"),
    "swaks-auth-login": (Smtp, SWAKS + ["--auth", "LOGIN"] + AUTH, "swaks, AUTH LOGIN"),
    "swaks-auth-hidden": (Smtp, SWAKS + ["--auth", "PLAIN", "--auth-hide-password"] + AUTH, "swaks, the password hidden"),
    "swaks-lmtp": (Lmtp, SWAKS + ["--protocol", "LMTP"], "swaks, LMTP"),
    "curl-v": (Smtp, CURL + ["-v"], "curl -v, the message counted"),
    "curl-trace": (Smtp, CURL + ["--trace", "-"], "curl --trace"),
    "curl-trace-ascii": (Smtp, CURL + ["--trace-ascii", "-", "--trace-time"], "curl --trace-ascii with times"),
    "smtplib-1": (Smtp, python(SMTPLIB % ("SMTP", 1, "")), "Python smtplib, level 1"),
    "smtplib-2-auth": (Smtp, python(SMTPLIB % ("SMTP", 2, "s.login('bob', 'CANARY-7f3a')")), "Python smtplib, level 2, AUTH"),
    "smtplib-lmtp": (Lmtp, python(SMTPLIB % ("LMTP", 1, "")), "Python smtplib.LMTP"),
    "poplib-1": (Pop3, python(POPLIB % 1), "Python poplib, level 1: commands only"),
    "poplib-2": (Pop3, python(POPLIB % 2), "Python poplib, level 2"),
    "net-smtp": (Smtp, ["perl", "-e", NET_SMTP], "Perl Net::SMTP, the message before dot-stuffing"),
    "socat-v": (Smtp, ["sh", "-c", "(sleep 0.5; printf 'EHLO c\\r\\nQUIT\\r\\n') | socat -v -t2 - TCP:127.0.0.1:{port} >/dev/null"],
                "socat -v"),
    "socat-x": (Smtp, ["sh", "-c", "(sleep 0.5; printf 'EHLO c\\r\\nQUIT\\r\\n') | socat -x -t2 - TCP:127.0.0.1:{port} >/dev/null"],
                "socat -x"),
    "msmtp": (Smtp, ["sh", "-c", "msmtp --host=127.0.0.1 --port={port} --from=alice@example.com --domain=client.example.test "
                                 "-d bob@example.com < message"], "msmtp -d"),
}


def record(name):
    """Runs one program; what it printed and what was on the wire, or None where the program is absent."""
    handler, command, _ = RUNS[name]
    program = command[2].split()[0] if command[:2] == ["sh", "-c"] and command[2].startswith("msmtp") else command[0]
    if shutil.which(program) is None or (name.startswith("socat") and shutil.which("socat") is None):
        return None
    with tempfile.TemporaryDirectory() as folder, Server(handler) as server:
        pathlib.Path(folder, "message").write_text(MESSAGE)
        port = str(server.server_address[1])
        done = subprocess.run([word.replace("{port}", port) for word in command], cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, check=False,
                              env={"PATH": os.environ["PATH"], "HOME": folder, "TZ": "UTC"})
        time.sleep(0.2)
        wire = b"".join(HEADING + b"".join(line + b"\n" for line in server.told[n]) for n in sorted(server.told))
        server.shutdown()
    return done.stdout, wire


def renew_manifest(lines):
    path = CORPUS / "MANIFEST.tsv"
    head, *rows = path.read_text().splitlines()
    kept = {row.split("\t")[0]: row for row in rows}
    kept.update(lines)
    path.write_text("\n".join([head] + [kept[name] for name in sorted(kept)]) + "\n")


def main():
    OUT.mkdir(exist_ok=True)
    lines = {}
    for name in sys.argv[1:] or RUNS:
        made = record(name)
        if made is None:
            print("%s: the program is absent" % name)
            continue
        for ending, octets in zip((".log", ".wire"), made):
            path = OUT / (name + ending)
            path.write_bytes(octets)
            what = RUNS[name][2] + ("" if ending == ".log" else ": what was on the wire")
            file = "transcripts/" + path.name
            lines[file] = "\t".join([file, "corpus/make_transcripts.py", "as the project", hashlib.sha256(octets).hexdigest(), what])
    renew_manifest(lines)


if __name__ == "__main__":
    main()
