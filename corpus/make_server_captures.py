#!/usr/bin/env python3
"""Writes servers/: captures of Dovecot, Postfix and Exim on the loopback interface, and what their clients saw.

usage: make_server_captures.py [dovecot|postfix|exim]...      (root; tcpdump and the servers installed; default: all)

Each server runs in a folder of its own below the temporary one, listens on 127.0.0.1 only, and is ended by its process
number. EXIM names the program where it is not /usr/sbin/exim4: Postfix and Exim cannot be installed together, but
Exim runs from an unpacked package. Times and identifiers differ from run to run; servers/NAME.json holds what each client sent
and was told, so that tests compare with that.
"""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import zlib

from make_captures import CORPUS, MANIFEST_HEAD

SERVERS = CORPUS / "servers"
USER, PASSWORD = "alice", "correct horse"
MESSAGE = ("From: Alice <alice@example.net>\r\nTo: Bob <bob@example.org>\r\nSubject: {subject}\r\nDate: Fri, 21 Nov 2025 10:00:00 +0000\r\n"
           "Message-ID: <{subject}@client.example.net>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
           "Content-Transfer-Encoding: 8bit\r\n\r\nA line.\r\n.A line that begins with a dot\r\n.\r\nGr\u00fc\u00dfe\r\n")
LONG = MESSAGE + "".join(f"Line {n:04} of a message that is fetched in pieces.\r\n" for n in range(60))


def message(subject, text=MESSAGE):
    return text.format(subject=subject).encode()


def token(octets):
    return base64.b64encode(octets if isinstance(octets, bytes) else octets.encode()).decode()


def digest(octets):
    return hashlib.sha256(octets).hexdigest()


class Client:
    """One conversation, and what it has to become: `seen` is written for the tests."""

    def __init__(self, port, protocol, keys=None, implicit=False):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.seen = {"port": self.socket.getsockname()[1], "protocol": protocol, "commands": [], "auth": [], "messages": []}
        self.keys, self.buffer = keys, b""
        self.inflater = self.deflater = None
        if implicit:
            self.start_tls()

    def start_tls(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.keylog_filename = str(self.keys)
        self.socket = context.wrap_socket(self.socket, server_hostname="mail.example.org")
        self.seen["decrypted"] = True

    def start_deflate(self):
        self.inflater, self.deflater = zlib.decompressobj(-15), zlib.compressobj(wbits=-15)

    def send(self, octets):
        if isinstance(octets, str):
            octets = octets.encode()
        if self.deflater:
            octets = self.deflater.compress(octets) + self.deflater.flush(zlib.Z_SYNC_FLUSH)
        self.socket.sendall(octets)

    def more(self):
        octets = self.socket.recv(65536)
        if not octets:
            raise EOFError("the server closed the connection")
        self.buffer += self.inflater.decompress(octets) if self.inflater else octets

    def line(self):
        while b"\n" not in self.buffer:
            self.more()
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def exactly(self, size):
        while len(self.buffer) < size:
            self.more()
        octets, self.buffer = self.buffer[:size], self.buffer[size:]
        return octets

    def command(self, verb, status):
        self.seen["commands"].append([verb, status])
        return status

    def close(self):
        self.socket.close()
        return self.seen


class Smtp(Client):
    """SMTP and LMTP."""

    def reply(self):
        line = self.line()
        while line[3:4] == "-":
            line = self.line()
        return line[:3]

    def say(self, line, verb=None):
        self.send(line + "\r\n")
        return self.command(verb or line.split(":")[0].split(" ")[0].upper(), self.reply())

    def together(self, *lines):
        """Pipelined."""
        self.send("".join(line + "\r\n" for line in lines))
        return [self.command(line.split(":")[0].split(" ")[0].upper(), self.reply()) for line in lines]

    def data(self, octets, replies=1):
        stuffed = octets.replace(b"\r\n.", b"\r\n..")
        self.send(stuffed + b".\r\n")
        statuses = [self.reply() for _ in range(replies)]
        self.command(".", statuses[0])
        self.seen["messages"].append(digest(octets))
        return statuses

    def chunk(self, octets, last=False):
        self.send(b"BDAT %d%s\r\n" % (len(octets), b" LAST" if last else b"") + octets)
        self.command("BDAT", self.reply())


class Pop3(Client):
    def say(self, line, many=False, verb=None):
        self.send(line + "\r\n")
        status = self.line()
        self.command(verb or line.split(" ")[0].upper(), status.split(" ")[0])
        lines = []
        while many and status.startswith("+OK"):
            lines.append(self.line())
            if lines[-1] == ".":
                break
        return status, lines[:-1]

    def take(self, line, whole=True):
        """RETR or TOP."""
        self.send(line + "\r\n")
        self.command(line.split(" ")[0], self.line().split(" ")[0])
        while not self.buffer.endswith(b"\r\n.\r\n"):
            self.more()
        octets, self.buffer = (b"\r\n" + self.buffer[:-3]).replace(b"\r\n.", b"\r\n")[2:], b""
        if whole:
            self.seen["messages"].append(digest(octets))


class Imap(Client):
    tags = 0

    def response(self):
        """One response with its literals, as octets."""
        text = b""
        while True:
            line = self.line().encode()
            text += line
            if not line.endswith(b"}"):
                return text
            octets = self.exactly(int(line[line.rindex(b"{") + 1:-1]))
            self.literals.append(octets)
            text += b"\r\n" + octets

    def finish(self, verb, tag):
        while True:
            text = self.response()
            if text.startswith(tag.encode() + b" "):
                self.command(verb, text.split(b" ")[1].decode())
                return text

    def say(self, line, verb=None, *literals):
        Imap.tags += 1
        tag = f"a{Imap.tags}"
        self.literals = []
        words = line.split(" ")
        verb = verb or (" ".join(words[:2]) if words[0] == "UID" else words[0]).upper()
        self.send(f"{tag} {line}")
        for announcement, octets, behind in literals:
            self.send(f"{announcement}\r\n")
            if not announcement.endswith("+}"):
                assert self.line().startswith("+")
            self.send(octets if isinstance(octets, bytes) else octets.encode())
            self.send(behind)
        self.send("\r\n")
        return self.finish(verb, tag)


# Running a server ------------------------------------------------------------------------------------------------

def wait_for(port, seconds=20):
    until = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


class Capture:
    """tcpdump on the loopback interface, from before the first packet to after the last one."""

    def __init__(self, file, ports):
        self.file = file
        expression = " or ".join(f"tcp port {port}" for port in ports)
        self.process = subprocess.Popen(["timeout", "120", "tcpdump", "-i", "lo", "-U", "-s", "0", "-w", str(file), expression],
                                        stderr=subprocess.PIPE)
        assert b"listening" in self.process.stderr.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        time.sleep(1.0)  # for what is on its way to the file
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def certificate(folder):
    key, chain = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "36500", "-subj",
                    "/CN=mail.example.org", "-addext", "subjectAltName=DNS:mail.example.org", "-keyout", str(key), "-out", str(chain)],
                   check=True, capture_output=True, timeout=60)
    key.chmod(0o644)
    return key, chain


# Dovecot ---------------------------------------------------------------------------------------------------------

IMAP, IMAPS, POP3, LMTP = 14143, 14993, 14110, 14024

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap pop3 lmtp
listen = 127.0.0.1
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 digest-md5 scram-sha-1 scram-sha-256 apop anonymous
auth_anonymous_username = guest
auth_username_format = %Ln
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/home/%n allow_all_users=yes
}}
mail_location = maildir:{folder}/home/%n/Maildir
first_valid_uid = 1
ssl = yes
ssl_cert = <{chain}
ssl_key = <{key}
login_greeting = mail.example.org ready.
hostname = mail.example.org
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
protocol imap {{
  mail_plugins = imap_zlib
}}
namespace inbox {{
  inbox = yes
}}
protocol lmtp {{
  postmaster_address = postmaster@example.org
}}
"""


def dovecot_lmtp(keys):
    c = Smtp(LMTP, "lmtp")
    c.command("", c.reply())
    c.say("LHLO client.example.net")
    c.together("MAIL FROM:<alice@example.net>", f"RCPT TO:<{USER}@example.org>", "RCPT TO:<bob@example.org>", "DATA")
    c.data(message("delivered"), replies=2)
    c.say("RSET")
    c.say("NOOP")
    c.together("MAIL FROM:<>", f"RCPT TO:<{USER}@example.org>")
    c.chunk(message("in-chunks")[:100])
    c.chunk(message("in-chunks")[100:], last=True)
    c.seen["messages"].append(digest(message("in-chunks")))
    c.say("VRFY alice")
    c.say("QUIT")
    yield c.close()


def pop3_login(c):
    c.command("", c.line().split(" ")[0])
    c.say("USER " + USER)
    c.say("PASS " + PASSWORD)
    c.seen["auth"].append(["USER", USER, "accepted"])


def dovecot_pop3(keys):
    c = Pop3(POP3, "pop3", keys)
    greeting = c.line()
    c.command("", greeting.split(" ")[0])
    c.say("CAPA", many=True)
    c.say(f"APOP {USER} " + hashlib.md5((greeting[greeting.index("<"):] + "wrong").encode()).hexdigest())
    c.seen["auth"].append(["APOP", USER, "rejected"])
    yield c.close()
    c = Pop3(POP3, "pop3", keys)
    greeting = c.line()
    c.command("", greeting.split(" ")[0])
    c.say(f"APOP {USER} " + hashlib.md5((greeting[greeting.index("<"):] + PASSWORD).encode()).hexdigest())
    c.seen["auth"].append(["APOP", USER, "accepted"])
    c.say("STAT")
    c.say("LIST", many=True)
    c.say("LIST 1")
    c.say("UIDL", many=True)
    c.say("UIDL 1")
    c.take("TOP 1 1", whole=False)
    c.take("RETR 1")
    c.say("RETR 99")
    c.say("DELE 1")
    c.say("RSET")
    c.say("NOOP")
    c.say("LAST")
    c.say("XTND")
    c.say("QUIT")
    yield c.close()
    c = Pop3(POP3, "pop3", keys)
    c.command("", c.line().split(" ")[0])
    c.say("AUTH", many=True)
    c.say("STLS")
    c.start_tls()
    c.say("CAPA", many=True)
    c.say("AUTH PLAIN " + token(f"\0{USER}\0{PASSWORD}"))
    c.seen["auth"].append(["PLAIN", USER, "accepted"])
    c.send("STAT\r\nNOOP\r\n")
    for verb in ("STAT", "NOOP"):
        c.command(verb, c.line().split(" ")[0])
    c.take("RETR 2")
    c.say("QUIT")
    yield c.close()
    for mechanism, answers, outcome in sasl_dialogues():
        c = Pop3(POP3, "pop3", keys)
        c.command("", c.line().split(" ")[0])
        status, _ = c.say("AUTH " + mechanism)
        for answer in answers:
            status, _ = c.say(answer(status[2:]), verb="+")
        c.seen["auth"].append([mechanism, None if mechanism == "ANONYMOUS" or outcome == "aborted" else USER, outcome])
        c.say("QUIT")
        yield c.close()


def sasl_dialogues():
    """(mechanism, functions from the challenge to the response, outcome)"""
    def cram(challenge):
        return token(USER + " " + hmac.new(PASSWORD.encode(), base64.b64decode(challenge), "md5").hexdigest())

    def digest_md5(challenge):
        items = dict(item.split("=", 1) for item in base64.b64decode(challenge).decode().replace('"', "").split(","))
        realm, nonce, uri = items.get("realm", ""), items["nonce"], "imap/mail.example.org"
        a1 = hashlib.md5(f"{USER}:{realm}:{PASSWORD}".encode()).digest() + f":{nonce}:cn".encode()
        proof = hashlib.md5(f"{hashlib.md5(a1).hexdigest()}:{nonce}:00000001:cn:auth:{hashlib.md5(f'AUTHENTICATE:{uri}'.encode()).hexdigest()}".encode())
        return token(f'username="{USER}",realm="{realm}",nonce="{nonce}",cnonce="cn",nc=00000001,qop=auth,digest-uri="{uri}",response={proof.hexdigest()},charset=utf-8')

    scram = {}

    def scram_first(_):
        return token(f"n,,n={USER},r=clientnonce")

    def scram_final(challenge):
        server_first = base64.b64decode(challenge).decode()
        items = dict(item.split("=", 1) for item in server_first.split(","))
        salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), base64.b64decode(items["s"]), int(items["i"]))
        client_key = hmac.new(salted, b"Client Key", "sha256").digest()
        without = f"c=biws,r={items['r']}"
        signature = hmac.new(hashlib.sha256(client_key).digest(), f"n={USER},r=clientnonce,{server_first},{without}".encode(), "sha256").digest()
        return token(f"{without},p=" + token(bytes(a ^ b for a, b in zip(client_key, signature))))

    yield "PLAIN", [lambda _: token(f"\0{USER}\0wrong horse")], "rejected"
    yield "LOGIN", [lambda _: token(USER), lambda _: token(PASSWORD)], "accepted"
    yield "CRAM-MD5", [cram], "accepted"
    yield "DIGEST-MD5", [digest_md5, lambda _: ""], "accepted"
    yield "SCRAM-SHA-256", [scram_first, scram_final, lambda _: ""], "accepted"
    yield "ANONYMOUS", [lambda _: token("trace@example.net")], "accepted"
    yield "PLAIN", [lambda _: "*"], "aborted"


def imap_greeting(c):
    c.literals = []
    c.command("", c.response().split(b" ")[1].decode())


def dovecot_imap(keys):
    c = Imap(IMAP, "imap", keys)
    imap_greeting(c)
    c.say("CAPABILITY")
    c.say('ID ("name" "client" "version" "1")')
    c.say(f"LOGIN {USER} wrong-horse")
    c.seen["auth"].append(["LOGIN", USER, "rejected"])
    c.say("LOGIN ", "LOGIN", (f"{{{len(USER)}}}", USER, " "), (f"{{{len(PASSWORD)}+}}", PASSWORD, ""))
    c.seen["auth"].append(["LOGIN", USER, "accepted"])
    for line in ('NAMESPACE', 'LIST "" "*"', 'LSUB "" "*"', "STATUS INBOX (MESSAGES UIDNEXT UNSEEN)", "ENABLE CONDSTORE QRESYNC", "CREATE Sent",
                 "SUBSCRIBE Sent", "RENAME Sent Archive", "SELECT INBOX", "CHECK"):
        c.say(line)
    c.say("FETCH 1:* (FLAGS UID INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)")
    c.say("UID FETCH 1 (UID BODY.PEEK[])")
    c.seen["messages"].append(digest(c.literals[0]))
    c.say("FETCH 1 (BODY.PEEK[HEADER] BODY.PEEK[TEXT] BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[1])")
    for line in ("SEARCH ALL", "UID SEARCH SUBJECT delivered", "STORE 1 +FLAGS (\\Seen)", "COPY 1 Archive", "UID MOVE 2 Archive", "EXPUNGE"):
        c.say(line)
    sent = message("kept", LONG)
    c.say("APPEND Archive (\\Seen) ", "APPEND", (f"{{{len(sent)}}}", sent, ""))
    c.seen["messages"].append(digest(sent))
    one, two = message("one"), message("two")
    c.say("APPEND Archive ", "APPEND", (f"{{{len(one)}+}}", one, " "), (f"{{{len(two)}+}}", two, ""))
    c.seen["messages"] += [digest(one), digest(two)]
    c.say("APPEND ", "APPEND", ("{7+}", "Archive", " "), (f"{{{len(one)}+}}", one, ""))
    c.seen["messages"].append(digest(one))
    c.say('APPEND Archive CATENATE (TEXT ', "APPEND", (f"{{{len(one)}+}}", one, " TEXT "), ("{4+}", "end\n", ")"))
    c.say("SELECT Archive (CONDSTORE)")
    c.say("UID SEARCH SUBJECT kept")
    pieces = [sent[at:at + 1000] for at in range(0, len(sent), 1000)]
    for number, piece in enumerate(pieces):
        c.say(f"FETCH 3 (BODY.PEEK[]<{number * 1000}.1000>)")
        assert c.literals[0] == piece, (len(c.literals[0]), len(piece))
    c.seen["joined"] = digest(sent)
    c.say("FETCH 3 BINARY.PEEK[1]")
    Imap.tags += 1
    c.send(f"a{Imap.tags} IDLE\r\n")
    assert c.line().startswith("+")
    c.send("DONE\r\n")
    c.finish("IDLE", f"a{Imap.tags}")
    c.command("DONE", None)
    c.say("UNSELECT")
    c.say("NOSUCHCOMMAND")
    c.say("LOGOUT")
    yield c.close()

    c = Imap(IMAP, "imap", keys)
    imap_greeting(c)
    c.say("STARTTLS")
    c.start_tls()
    c.say("CAPABILITY")
    c.say("AUTHENTICATE PLAIN " + token(f"\0{USER}\0{PASSWORD}"))
    c.seen["auth"].append(["PLAIN", USER, "accepted"])
    c.say("COMPRESS DEFLATE")
    c.start_deflate()
    c.say("SELECT Archive")
    c.say("FETCH 3 BODY.PEEK[]")
    c.seen["messages"].append(digest(c.literals[0]))
    c.say("LOGOUT")
    yield c.close()

    c = Imap(IMAP, "imap", keys)
    imap_greeting(c)
    c.say(f'LOGIN {USER} "{PASSWORD}"')
    c.seen["auth"].append(["LOGIN", USER, "accepted"])
    c.say("COMPRESS DEFLATE")
    c.start_deflate()
    c.say("EXAMINE Archive")
    c.say("FETCH 3 BODY.PEEK[]")
    c.seen["messages"].append(digest(c.literals[0]))
    one = message("squeezed")
    c.say("APPEND Archive ", "APPEND", (f"{{{len(one)}}}", one, ""))
    c.seen["messages"].append(digest(one))
    c.say("LOGOUT")
    yield c.close()

    c = Imap(IMAPS, "imap", keys, implicit=True)
    imap_greeting(c)
    c.say(f"LOGIN {USER} \"{PASSWORD}\"")
    c.seen["auth"].append(["LOGIN", USER, "accepted"])
    c.say("LOGOUT")
    yield c.close()

    for mechanism, answers, outcome in sasl_dialogues():
        c = Imap(IMAP, "imap", keys)
        imap_greeting(c)
        Imap.tags += 1
        c.send(f"a{Imap.tags} AUTHENTICATE {mechanism}\r\n")
        line = c.line()
        place = len(c.seen["commands"])
        for answer in answers:
            c.send(answer(line[2:]) + "\r\n")
            c.command("+", None)
            line = c.line()
        while not line.startswith("a"):
            line = c.line()
        c.seen["commands"].insert(place, ["AUTHENTICATE", line.split(" ")[1]])
        c.seen["auth"].append([mechanism, None if mechanism == "ANONYMOUS" or outcome == "aborted" else USER, outcome])
        c.say("LOGOUT")
        yield c.close()


def dovecot(folder):
    key, chain = certificate(folder)
    (folder / "home").mkdir()
    shutil.chown(folder / "home", "mail", "mail")
    (folder / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    configuration = folder / "dovecot.conf"
    configuration.write_text(DOVECOT.format(folder=folder, key=key, chain=chain, imap=IMAP, imaps=IMAPS, pop3=POP3, lmtp=LMTP))
    process = subprocess.Popen(["timeout", "-s", "TERM", "120", "dovecot", "-F", "-c", str(configuration)])
    try:
        for port in (IMAP, IMAPS, POP3, LMTP):
            wait_for(port)
        time.sleep(0.5)
        keys = folder / "keys"
        for name, ports, dialogues, shows in (
                ("dovecot-lmtp", [LMTP], dovecot_lmtp, "LMTP: two recipients, DATA and BDAT"),
                ("dovecot-pop3", [POP3], dovecot_pop3, "POP3: APOP, STLS, seven SASL exchanges, all commands"),
                ("dovecot-imap", [IMAP, IMAPS], dovecot_imap, "IMAP: literals, APPEND in all forms, partial FETCH, COMPRESS, STARTTLS, SASL")):
            keys.write_text("")
            with Capture(folder / (name + ".pcap"), ports) as capture:
                seen = list(dialogues(keys))
            keep(name, capture.file, seen, keys.read_bytes(), "Dovecot, " + shows)
    except Exception:
        print((folder / "log").read_text()[-3000:], file=sys.stderr)
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


# Postfix and Exim ------------------------------------------------------------------------------------------------

POSTFIX_PORT, EXIM_PORT = 14025, 14026


def deliveries(port, keys, bdat=True):
    c = Smtp(port, "smtp", keys)
    c.command("", c.reply())
    c.say("EHLO client.example.net")
    c.together("MAIL FROM:<alice@example.net> SIZE=1000", "RCPT TO:<bob@example.org>", "RCPT TO:<carol@elsewhere.example.com>", "DATA")
    c.data(message("pipelined"))
    c.say("NOOP")
    c.say("VRFY bob")
    c.say("HELP")
    c.say("MAIL FROM:<>")
    c.say("RSET")
    c.say("RCPT TO:<bob@example.org>")
    c.say("BOGUS command")
    if bdat:
        c.together("MAIL FROM:<alice@example.net>", "RCPT TO:<bob@example.org>")
        c.chunk(message("chunks")[:120])
        c.chunk(message("chunks")[120:], last=True)
        c.seen["messages"].append(digest(message("chunks")))
    c.say("QUIT")
    yield c.close()
    c = Smtp(port, "smtp", keys)
    c.command("", c.reply())
    c.say("EHLO client.example.net")
    c.say("STARTTLS")
    c.start_tls()
    c.say("EHLO client.example.net")
    c.say("MAIL FROM:<alice@example.net> BODY=8BITMIME")
    c.say("RCPT TO:<bob@example.org>")
    c.say("DATA")
    c.data(message("encrypted", LONG))
    c.say("QUIT")
    yield c.close()
    c = Smtp(port, "smtp", keys)
    c.command("", c.reply())
    c.say("HELO client.example.net")
    c.say("MAIL FROM:<alice@example.net>")
    c.say("DATA")
    yield c.close()


def postfix_only(port, keys):
    yield from deliveries(port, keys)
    c = Smtp(port, "smtp", keys)
    c.command("", c.reply())
    c.say("EHLO relay.example.net")
    c.say("XFORWARD NAME=client.example.net ADDR=192.0.2.77 PROTO=ESMTP HELO=client.example.net")
    c.say("XCLIENT NAME=client.example.net ADDR=192.0.2.99 PORT=4711")
    c.say("EHLO client.example.net")
    c.say("QUIT")
    c.seen["original_client"] = "192.0.2.99"
    yield c.close()


def postfix(folder):
    key, chain = certificate(folder)
    etc, queue, data = folder / "etc", folder / "queue", folder / "data"
    for path in (etc, queue, data):
        path.mkdir()
    shutil.chown(data, "postfix")
    (etc / "main.cf").write_text(f"""compatibility_level = 3.6
queue_directory = {queue}
data_directory = {data}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.org
mydestination =
relay_domains = example.org
default_transport = discard:
relay_transport = discard:
smtpd_tls_cert_file = {chain}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_relay_restrictions = reject_unauth_destination
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_authorized_xforward_hosts = 127.0.0.1
""")
    (etc / "master.cf").write_text(f"""127.0.0.1:{POSTFIX_PORT} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
trace unix - - n - 0 bounce
defer unix - - n - 0 bounce
verify unix - - n - 1 verify
discard unix - - n - - discard
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
error unix - - n - - error
retry unix - - n - - error
""")
    control = ["timeout", "60", "postfix", "-c", str(etc)]
    subprocess.run(control + ["start"], check=True)
    try:
        wait_for(POSTFIX_PORT)
        time.sleep(0.5)
        keys = folder / "keys"
        keys.write_text("")
        with Capture(folder / "postfix-smtp.pcap", [POSTFIX_PORT]) as capture:
            seen = list(postfix_only(POSTFIX_PORT, keys))
        keep("postfix-smtp", capture.file, seen, keys.read_bytes(), "Postfix: pipelined, BDAT, STARTTLS, XCLIENT and XFORWARD")
    finally:
        subprocess.run(control + ["stop"], check=False)


def exim(folder):
    key, chain = certificate(folder)
    program = os.environ.get("EXIM", "/usr/sbin/exim4")
    configuration = folder / "exim.conf"
    (folder / "spool").mkdir()
    shutil.chown(folder / "spool", "mail", "mail")
    configuration.write_text(f"""exim_user = mail
exim_group = mail
never_users =
spool_directory = {folder}/spool
log_file_path = {folder}/spool/%slog
pid_file_path = {folder}/spool/pid
primary_hostname = mail.example.org
domainlist relay_to = example.org
daemon_smtp_ports = {EXIM_PORT}
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {chain}
tls_privatekey = {key}
chunking_advertise_hosts = *
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
acl_smtp_vrfy = accept
queue_only = true
begin acl
rcpt:
  accept domains = +relay_to
  deny message = relay not permitted
begin routers
hole:
  driver = redirect
  allow_fail = true
  data = :blackhole:
begin transports
""")
    process = subprocess.Popen(["timeout", "-s", "TERM", "120", program, "-C", str(configuration), "-bdf"])
    try:
        wait_for(EXIM_PORT)
        time.sleep(0.5)  # the probe's last segments are none of the capture's
        keys = folder / "keys"
        keys.write_text("")
        with Capture(folder / "exim-smtp.pcap", [EXIM_PORT]) as capture:
            seen = list(deliveries(EXIM_PORT, keys))
        keep("exim-smtp", capture.file, seen, keys.read_bytes(), "Exim: pipelined, BDAT, STARTTLS")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


# What is kept ----------------------------------------------------------------------------------------------------

def keep(name, capture, seen, keys, shows):
    SERVERS.mkdir(exist_ok=True)
    files = {f"servers/{name}.pcap": (capture.read_bytes(), shows),
             f"servers/{name}.json": ((json.dumps(seen, indent=1) + "\n").encode(), f"what the clients of servers/{name}.pcap saw"),
             f"servers/{name}.keys": (keys, f"the secrets of servers/{name}.pcap")}
    manifest = CORPUS / "MANIFEST.tsv"
    lines = {line.split("\t")[0]: line for line in manifest.read_text(encoding="utf-8").splitlines()[1:] if line}
    for file, (octets, what) in files.items():
        if not octets:
            continue
        (CORPUS / file).write_bytes(octets)
        lines[file] = f"{file}\tcorpus/make_server_captures.py\tas the project\t{hashlib.sha256(octets).hexdigest()}\t{what}"
    manifest.write_text("\n".join([MANIFEST_HEAD] + [lines[file] for file in sorted(lines)]) + "\n", encoding="utf-8")


def main(names):
    for name in names or ("dovecot", "postfix", "exim"):
        with tempfile.TemporaryDirectory(prefix="mailparse-") as folder:
            os.chmod(folder, 0o755)
            {"dovecot": dovecot, "postfix": postfix, "exim": exim}[name](pathlib.Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
