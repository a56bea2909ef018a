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
import socket
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


class Imap(Wire):
    """One mailbox with STORED in it; the message goes and comes as a literal."""

    def handle(self):
        self.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] IMAP ready")
        while (line := self.hear()) is not None:
            tag, _, command = line.partition(b" ")
            verb = command.split(b" ")[0].upper()
            if verb == b"UID":
                verb = command.split(b" ")[1].upper()
            if line.endswith(b"}"):
                self.literals(line)
            if verb == b"CAPABILITY":
                self.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN")
            elif verb in (b"SELECT", b"EXAMINE") and b"Missing" not in command:
                self.say(b"* FLAGS (\\Answered \\Seen)", b"* 1 EXISTS", b"* 0 RECENT", b"* OK [UIDVALIDITY 7] stays", b"* OK [UIDNEXT 2] next")
            elif verb == b"LIST":
                self.say(b'* LIST (\\HasNoChildren) "/" INBOX')
            elif verb == b"STATUS":
                self.say(b"* STATUS INBOX (MESSAGES 1)")
            elif verb == b"SEARCH":
                self.say(b"* SEARCH 1")
            elif verb == b"FETCH":
                self.fetch(command)
            elif verb == b"AUTHENTICATE":
                self.say(b"+ ")
                self.hear()
            elif verb == b"LOGOUT":
                self.say(b"* BYE see you")
            self.say(tag + (b" NO no such mailbox" if b"Missing" in command else b" OK done"))
            if verb == b"LOGOUT":
                return

    def literals(self, line):
        """Reads the literals of a command up to its end."""
        while line is not None and line.endswith(b"}"):
            size = int(line[line.rindex(b"{") + 1:-1].rstrip(b"+"))
            if not line.endswith(b"+}"):
                self.say(b"+ go on")
            while size > 0:
                size -= len(self.hear()) + 2
            line = self.hear()

    def fetch(self, command):
        head, _, body = STORED.partition(b"\r\n\r\n")
        wanted = head + b"\r\n\r\n" if b"HEADER" in command.upper() else STORED
        if b"BODY" not in command.upper() and b"RFC822" not in command.upper().replace(b"RFC822.SIZE", b""):
            self.say(b"* 1 FETCH (UID 1 FLAGS (\\Seen) RFC822.SIZE %d)" % len(STORED))
            return
        items = (b"RFC822.HEADER", b"BODY[HEADER]", b"BODY.PEEK[HEADER]", b"RFC822.TEXT", b"BODY[TEXT]", b"BODY.PEEK[TEXT]", b"BODY")
        asked = next((item for item in items if item in command.upper()), b"RFC822")
        part = b"BODY[]" if asked == b"BODY" else asked.replace(b".PEEK", b"")
        if b"TEXT" in part:
            wanted = body
        # Only what was asked for: mbsync breaks off where there is more.
        sizes = b" FLAGS (\\Seen) RFC822.SIZE %d" % len(STORED) if b"(BODY.PEEK[])" not in command.upper() else b""
        self.say(b"* 1 FETCH (UID 1%s %s {%d}" % (sizes, part, len(wanted)), *wanted.split(b"\r\n")[:-1], b")")


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

IMAPLIB = """
import imaplib
m = imaplib.IMAP4('127.0.0.1', {port}); m.debug = %d
m.login('bob', 'CANARY-7f3a'); m.select(); m.fetch('1', '(RFC822)'); m.fetch('1', '(FLAGS)'); m.status('Missing', '(MESSAGES)')
m.append('INBOX', None, None, open('message', 'rb').read().replace(b'\\n', b'\\r\\n')); m.logout()
"""
NET_POP3 = """use Net::POP3; my $p = Net::POP3->new('127.0.0.1', Port => {port}, Debug => 1); $p->login('bob', 'CANARY-7f3a');
$p->list; $p->uidl; $p->top(1, 0); $p->get(1); $p->delete(1); $p->quit;"""
IMAP_CLIENT = """use Mail::IMAPClient; my $m = Mail::IMAPClient->new(Server => '127.0.0.1', Port => {port}, User => 'bob',
Password => 'CANARY-7f3a', Debug => 1, Uid => 0); $m->select('INBOX'); $m->message_string(1); $m->select('Missing');
$m->append_string('INBOX', "Subject: x\\r\\n\\r\\nhello\\r\\n"); $m->logout;"""
RUBY_POP = """require 'net/pop'; p = Net::POP3.new('127.0.0.1', {port}); p.set_debug_output($stderr)
p.start('bob', 'CANARY-7f3a'); p.each_mail { |m| m.pop }; p.finish"""
RUBY_IMAP = """require 'net/imap'; Net::IMAP.debug = true; m = Net::IMAP.new('127.0.0.1', port: {port})
m.login('bob', 'CANARY-7f3a'); m.select('INBOX'); m.fetch(1, 'RFC822'); m.append('INBOX', "Subject: x\\r\\n\\r\\nhello\\r\\n"); m.logout"""
RUBY_SMTP = """require 'net/smtp'; s = Net::SMTP.new('127.0.0.1', {port}); s.set_debug_output($stderr)
s.start('client.example.test') { |x| x.send_message(File.read('message'), 'alice@example.com', 'bob@example.com') }"""
FETCHMAIL = "printf 'poll 127.0.0.1 proto %s port {port} auth password user bob password CANARY-7f3a %s\\n' > rc; chmod 600 rc; " \
            "fetchmail -vv -f rc --mda /bin/true --nosslcertck --sslproto '' --nosyslog %s"
MBSYNC = "mkdir -p m; printf 'IMAPStore r\\nHost 127.0.0.1\\nPort {port}\\nSSLType None\\nUser bob\\nPass CANARY-7f3a\\nAuthMechs LOGIN\\n\\n" \
         "MaildirStore l\\nPath m/\\nInbox m/in\\n\\nChannel c\\nFar :r:\\nNear :l:\\nCreate Near\\nSyncState *\\n' > rc; mbsync -c rc %s c"
RELAYED = "socat -v %s TCP-LISTEN:{free},reuseaddr TCP:127.0.0.1:{port} & sleep 0.4; %s >/dev/null 2>&1; wait"

# name -> (server, command, what it shows)
RUNS = {
    "imaplib-4": (Imap, python(IMAPLIB % 4), "Python imaplib, level 4: a message fetched and one appended"),
    "imaplib-5": (Imap, python(IMAPLIB % 5), "Python imaplib, level 5"),
    "net-pop3": (Pop3, ["perl", "-e", NET_POP3], "Perl Net::POP3"),
    "imapclient": (Imap, ["perl", "-e", IMAP_CLIENT], "Perl Mail::IMAPClient with Debug"),
    "ruby-pop": (Pop3, ["ruby", "-e", RUBY_POP], "Ruby Net::POP3"),
    "ruby-imap": (Imap, ["ruby", "-e", RUBY_IMAP], "Ruby Net::IMAP.debug"),
    "ruby-smtp": (Smtp, ["ruby", "-e", RUBY_SMTP], "Ruby Net::SMTP"),
    "curl-pop3-v": (Pop3, ["curl", "-sSv", "-o", "/dev/null", "pop3://bob:%s@127.0.0.1:{port}/1" % SECRET], "curl -v, POP3"),
    "curl-pop3-trace": (Pop3, ["curl", "-sS", "--trace-ascii", "-", "-o", "/dev/null", "pop3://bob:%s@127.0.0.1:{port}/1" % SECRET],
                        "curl --trace-ascii, POP3"),
    "curl-pop3-trace-list": (Pop3, ["curl", "-sS", "--trace", "-", "--trace-time", "-o", "/dev/null",
                                    "pop3://bob:%s@127.0.0.1:{port}/" % SECRET], "curl --trace with times, a POP3 list"),
    "curl-imap-v": (Imap, ["curl", "-sSv", "-o", "/dev/null", "imap://bob:%s@127.0.0.1:{port}/INBOX;MAILINDEX=1" % SECRET],
                    "curl -v, IMAP"),
    "curl-imap-trace": (Imap, ["curl", "-sS", "--trace-ascii", "-", "-o", "/dev/null",
                               "imap://bob:%s@127.0.0.1:{port}/INBOX;MAILINDEX=1" % SECRET], "curl --trace-ascii, IMAP"),
    "curl-imap-append": (Imap, ["curl", "-sS", "--trace-ascii", "-", "--crlf", "-T", "message",
                                "imap://bob:%s@127.0.0.1:{port}/INBOX" % SECRET], "curl --trace-ascii, APPEND"),
    "curl-refused": (Smtp, ["curl", "-sSv", "--crlf", "smtp://127.0.0.1:{port}/client.example.test", "--mail-from", "a@example.com",
                            "--mail-rcpt", "nobody@example.com", "-T", "message"], "curl -v, its recipient refused"),
    "fetchmail-pop3": (Pop3, ["sh", "-c", FETCHMAIL % ("pop3", "fetchall", "")], "fetchmail -vv, POP3"),
    "fetchmail-imap": (Imap, ["sh", "-c", FETCHMAIL % ("imap", "keep fetchall", "")], "fetchmail -vv, IMAP"),
    "mpop": (Pop3, ["sh", "-c", "mpop --host=127.0.0.1 --port={port} --tls=off --auth=user --user=bob --passwordeval='echo CANARY-7f3a' "
                                "--delivery=mbox,box --uidls-file=u -d"], "mpop -d"),
    "msmtp-auth": (Smtp, ["sh", "-c", "msmtp --host=127.0.0.1 --port={port} --from=alice@example.com --domain=client.example.test --auth=plain "
                                      "--tls=off --user=bob --passwordeval='echo CANARY-7f3a' -d bob@example.com nobody@example.com < message"],
                   "msmtp -d, AUTH PLAIN, a recipient refused"),
    "msmtp-lmtp": (Lmtp, ["sh", "-c", "msmtp --protocol=lmtp --host=127.0.0.1 --port={port} --from=alice@example.com "
                                      "--domain=client.example.test -d bob@example.com < message"], "msmtp -d, LMTP"),
    "s-nail-smtp": (Smtp, ["sh", "-c", "s-nail -:/ -vv -Snosave -Sv15-compat -Smta=smtp://bob:CANARY-7f3a@127.0.0.1:{port} -Ssmtp-auth=login "
                                       "-Shostname=client.example.test -r alice@example.com -s x bob@example.com < message"], "s-nail -vv, AUTH LOGIN"),
    "s-nail-pop3": (Pop3, ["sh", "-c", "printf 'type 1\\nq\\n' | s-nail -:/ -vv -Snosave -Sv15-compat -Spop3-auth=plain -f "
                                       "pop3://bob:CANARY-7f3a@127.0.0.1:{port}"], "s-nail -vv, POP3"),
    "s-nail-imap": (Imap, ["sh", "-c", "printf 'type 1\\nq\\n' | s-nail -:/ -vv -Snosave -Sv15-compat -Simap-auth=login -f "
                                       "imap://bob:CANARY-7f3a@127.0.0.1:{port}/INBOX"], "s-nail -vv, IMAP"),
    "mbsync": (Imap, ["sh", "-c", MBSYNC % "-D"], "mbsync -D"),
    "mbsync-content": (Imap, ["sh", "-c", MBSYNC % "-DN"], "mbsync -DN, which shows the messages"),
    "socat-v-pop3": (Pop3, ["sh", "-c", RELAYED % ("", "curl -sS pop3://bob:CANARY-7f3a@127.0.0.1:{free}/1")], "socat -v between, POP3"),
    "socat-x-imap": (Imap, ["sh", "-c", (RELAYED % ("", "curl -sS 'imap://bob:CANARY-7f3a@127.0.0.1:{free}/INBOX;MAILINDEX=1'")).replace("-v", "-x", 1)],
                     "socat -x between, IMAP"),
    "socat-vx-smtp": (Smtp, ["sh", "-c", RELAYED % ("-x", "curl -sS --crlf smtp://127.0.0.1:{free}/c --mail-from a@example.com "
                                                          "--mail-rcpt bob@example.com -T message")], "socat -v -x between, SMTP"),
    "strace-imap": (Imap, ["sh", "-c", "strace -f -s 65535 -e trace=network -o s curl -sS -o /dev/null "
                                       "'imap://bob:CANARY-7f3a@127.0.0.1:{port}/INBOX;MAILINDEX=1'; cat s"], "strace of curl, IMAP"),
    "strace-pop3": (Pop3, ["sh", "-c", "strace -f -tt -yy -s 65535 -e trace=network -o s curl -sS -o /dev/null "
                                       "pop3://bob:CANARY-7f3a@127.0.0.1:{port}/1; cat s"], "strace -tt -yy of curl, POP3"),
    "telnet-pop3": (Pop3, ["sh", "-c", "(sleep 0.5; for l in 'USER bob' 'PASS CANARY-7f3a' LIST 'RETR 1' QUIT; do echo \"$l\"; sleep 0.2; done) | "
                                       "script -qc 'telnet 127.0.0.1 {port}' /dev/null"], "telnet on a terminal, POP3"),
    "telnet-imap": (Imap, ["sh", "-c", "(sleep 0.5; for l in 'a LOGIN bob CANARY-7f3a' 'b SELECT INBOX' 'c FETCH 1 BODY[]' 'd LOGOUT'; do "
                                       "echo \"$l\"; sleep 0.2; done) | script -qc 'telnet 127.0.0.1 {port}' /dev/null"], "telnet on a terminal, IMAP"),
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


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def record(name):
    """Runs one program; what it printed and what was on the wire, or None where the program is absent."""
    handler, command, _ = RUNS[name]
    program = command[2].split()[0] if command[:2] == ["sh", "-c"] and command[2].startswith("msmtp") else command[0]
    if shutil.which(program) is None or (name.startswith("socat") and shutil.which("socat") is None):
        return None
    with tempfile.TemporaryDirectory() as folder, Server(handler) as server:
        pathlib.Path(folder, "message").write_text(MESSAGE)
        port, free = str(server.server_address[1]), str(free_port())
        done = subprocess.run([word.replace("{port}", port).replace("{free}", free) for word in command], cwd=folder, stdin=subprocess.DEVNULL,
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
