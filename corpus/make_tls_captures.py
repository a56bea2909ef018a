#!/usr/bin/env python3
"""Writes tls/: mail conversations inside TLS, and the same conversations in the clear.

usage: make_tls_captures.py        write the files and their lines in MANIFEST.tsv

TLS is OpenSSL's with itself, through memory. Keys are fresh in each run: the files differ from run to run, what they
carry does not.
"""
import base64
import hashlib
import pathlib
import ssl
import struct
import subprocess
import tempfile

from make_captures import CORPUS, Connection, MANIFEST_HEAD, BEGIN, block, enhanced, interface, pcap, section

RAW_IP = 101
HOST = "mail.example.org"

MESSAGE = ("From: Alice <alice@example.net>\r\nTo: Bob <bob@example.org>\r\nSubject: behind a curtain\r\n"
           "Date: Fri, 21 Nov 2025 10:00:00 +0000\r\nMessage-ID: <2@client.example.net>\r\n\r\n"
           "What was said in the open is said here too.\r\n..and this line began with a dot\r\n")
LONG_MESSAGE = MESSAGE + "".join(f"Line {n:05} of a message that spans several records.\r\n" for n in range(900))


def token(text):
    return base64.b64encode(text.encode()).decode()


def literal(text):
    return f"{{{len(text)}}}\r\n{text}"


# Dialogues: (side, text); a lone "TLS" is where the handshake of STARTTLS stands ---------------------------------

def smtp(start_tls, message=MESSAGE):
    hello = [("C", "EHLO client.example.net\r\n"),
             ("S", f"250-{HOST}\r\n250-PIPELINING\r\n250-8BITMIME\r\n" + ("250-STARTTLS\r\n" if start_tls else "") + "250 AUTH PLAIN\r\n")]
    yield "S", f"220 {HOST} ESMTP\r\n"
    yield from hello
    if start_tls:
        yield "C", "STARTTLS\r\n"
        yield "S", "220 2.0.0 Go ahead\r\n"
        yield "TLS", ""
        yield "C", "EHLO client.example.net\r\n"
        yield "S", f"250-{HOST}\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n"
    yield "C", "AUTH PLAIN " + token("\0alice\0correct horse") + "\r\n"
    yield "S", "235 2.7.0 Welcome\r\n"
    yield "C", "MAIL FROM:<alice@example.net>\r\nRCPT TO:<bob@example.org>\r\nRCPT TO:<nobody@example.org>\r\nDATA\r\n"
    yield "S", "250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n550 5.1.1 Unknown\r\n354 Go on\r\n"
    yield "C", message + ".\r\n"
    yield "S", "250 2.0.0 Queued\r\n"
    yield "C", "QUIT\r\n"
    yield "S", "221 2.0.0 Bye\r\n"


def pop3(start_tls):
    yield "S", "+OK POP3 ready\r\n"
    if start_tls:
        yield "C", "CAPA\r\n"
        yield "S", "+OK\r\nTOP\r\nUIDL\r\nSTLS\r\nUSER\r\n.\r\n"
        yield "C", "STLS\r\n"
        yield "S", "+OK Begin TLS\r\n"
        yield "TLS", ""
    yield "C", "USER alice\r\n"
    yield "S", "+OK\r\n"
    yield "C", "PASS correct horse\r\n"
    yield "S", "+OK Welcome\r\n"
    yield "C", "STAT\r\n"
    yield "S", f"+OK 1 {len(MESSAGE)}\r\n"
    yield "C", "TOP 1 0\r\n"
    yield "S", "+OK\r\n" + MESSAGE.split("\r\n\r\n")[0] + "\r\n\r\n.\r\n"
    yield "C", "RETR 1\r\n"
    yield "S", f"+OK {len(MESSAGE)} octets\r\n" + MESSAGE + ".\r\n"
    yield "C", "QUIT\r\n"
    yield "S", "+OK Bye\r\n"


def imap(start_tls):
    yield "S", "* OK [CAPABILITY IMAP4rev1 LITERAL+" + (" STARTTLS LOGINDISABLED" if start_tls else " AUTH=PLAIN") + "] ready\r\n"
    if start_tls:
        yield "C", "a0 STARTTLS\r\n"
        yield "S", "a0 OK Begin TLS\r\n"
        yield "TLS", ""
        yield "C", "a1 CAPABILITY\r\n"
        yield "S", "* CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN\r\na1 OK Done\r\n"
    yield "C", "a2 LOGIN alice {13}\r\n"
    yield "S", "+ OK\r\n"
    yield "C", "correct horse\r\n"
    yield "S", "a2 OK Welcome\r\n"
    yield "C", "a3 SELECT INBOX\r\n"
    yield "S", "* 1 EXISTS\r\n* OK [UIDVALIDITY 1] UIDs valid\r\na3 OK [READ-WRITE] Done\r\n"
    yield "C", "a4 UID FETCH 1 (UID BODY.PEEK[])\r\n"
    yield "S", f"* 1 FETCH (UID 17 BODY[] {literal(MESSAGE)})\r\na4 OK Done\r\n"
    yield "C", f"a5 APPEND Sent {literal(MESSAGE).replace('}', '+}', 1)}\r\n"
    yield "S", "a5 OK [APPENDUID 1 18] Done\r\n"
    yield "C", "a6 LOGOUT\r\n"
    yield "S", "* BYE Bye\r\na6 OK Done\r\n"


# TLS -------------------------------------------------------------------------------------------------------------

def make_certificate(folder):
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "36500",
                    "-subj", f"/O=Example/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST},DNS:imap.example.org,IP:192.0.2.25",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True, timeout=60)
    return key, certificate


class Tls:
    """Both ends of a TLS connection, written to a Connection."""

    def __init__(self, connection, certificate, version, cipher, key_log, alpn):
        self.connection = connection
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(certificate[1], certificate[0])
        client.load_verify_locations(certificate[1])
        client.keylog_filename = str(key_log)
        for context in (client, server):
            context.minimum_version = context.maximum_version = version
            if cipher:
                context.set_ciphers(cipher)
            if alpn:
                context.set_alpn_protocols([alpn])
        self.inbound = {"C": ssl.MemoryBIO(), "S": ssl.MemoryBIO()}
        self.outbound = {"C": ssl.MemoryBIO(), "S": ssl.MemoryBIO()}
        self.ends = {"C": client.wrap_bio(self.inbound["C"], self.outbound["C"], server_hostname=HOST),
                     "S": server.wrap_bio(self.inbound["S"], self.outbound["S"], server_side=True)}
        done = set()
        while len(done) < 2:
            for side in "CS":
                try:
                    self.ends[side].do_handshake()
                    done.add(side)
                except ssl.SSLWantReadError:
                    pass
                self.carry(side)

    def carry(self, side, lose=()):
        octets = self.outbound[side].read()
        if octets:
            self.connection.send(side, octets, lose=lose)
            self.inbound["S" if side == "C" else "C"].write(octets)

    def say(self, side, text, lose=()):
        octets = text.encode()
        self.ends[side].write(octets)
        self.carry(side, lose)
        heard = b""
        while len(heard) < len(octets):
            heard += self.ends["S" if side == "C" else "C"].read(65536)
        assert heard == octets


# What is written: name, server port, dialogue, STARTTLS, version, cipher, ALPN -------------------------------------

TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
GCM128, CHACHA = "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"
CONVERSATIONS = [
    (25, smtp, True, TLS12, GCM128, None),
    (465, smtp, False, TLS13, None, None),
    (110, pop3, True, TLS13, None, None),
    (995, pop3, False, TLS12, CHACHA, "pop3"),
    (143, imap, True, TLS12, "ECDHE-ECDSA-AES256-GCM-SHA384", None),
    (993, imap, False, TLS13, None, "imap"),
    (587, lambda start_tls: smtp(start_tls, LONG_MESSAGE), True, TLS13, None, None),
]


def connect(number, port):
    return Connection("198.51.100.7", "192.0.2.25", client_port=50000 + number, server_port=port, start=BEGIN + number * 5_000_000_000, seed=number)


def in_the_clear():
    packets = []
    for number, (port, dialogue, start_tls, *_) in enumerate(CONVERSATIONS):
        connection = connect(number, port)
        for side, text in dialogue(start_tls):
            if side != "TLS":
                connection.send(side, text)
        connection.close()
        packets += connection.packets
    return packets


def encrypted(certificate, key_log):
    packets = []
    for number, (port, dialogue, start_tls, version, cipher, alpn) in enumerate(CONVERSATIONS):
        connection = connect(number, port)
        tls = None if start_tls else Tls(connection, certificate, version, cipher, key_log, alpn)
        for side, text in dialogue(start_tls):
            if side == "TLS":
                tls = Tls(connection, certificate, version, cipher, key_log, alpn)
            else:
                (tls.say if tls else connection.send)(side, text)
        connection.close()
        packets += connection.packets
    return packets


def unreadable(certificate, folder, key_log):
    """Conversations for which the log has no secrets, whose suite is not read, and that lose a segment."""
    packets = []
    for number, (cipher, log, lose) in enumerate([(GCM128, folder / "unused.keys", ()), ("ECDHE-ECDSA-AES128-SHA", key_log, ()), (GCM128, key_log, (1,))]):
        connection = connect(number, 465)
        tls = Tls(connection, certificate, TLS12, cipher, log, None)
        for side, text in smtp(False, LONG_MESSAGE if lose else MESSAGE):
            tls.say(side, text, lose if text.startswith("From:") else ())
        connection.close()
        packets += connection.packets
    return packets


def records(packets):
    """Packets as raw IP with their times."""
    import make_captures
    return [(time, make_captures.ip(source, destination, 6, segment)) for time, source, destination, segment in packets]


def pcapng(packets, key_log):
    secrets = key_log.read_bytes()
    return b"".join([section("<"), interface("<", RAW_IP, "lo", 9), block("<", 10, struct.pack("<II", 0x544C534B, len(secrets)) + secrets)]
                    + [enhanced("<", 0, time, octets) for time, octets in records(packets)])


def write(files):
    manifest = CORPUS / "MANIFEST.tsv"
    lines = {line.split("\t")[0]: line for line in manifest.read_text(encoding="utf-8").splitlines()[1:] if line}
    lines = {name: line for name, line in lines.items() if line.split("\t")[1] != "corpus/make_tls_captures.py"}
    (CORPUS / "tls").mkdir(exist_ok=True)
    for name, (octets, shows) in files.items():
        (CORPUS / name).write_bytes(octets)
        lines[name] = f"{name}\tcorpus/make_tls_captures.py\tas the project\t{hashlib.sha256(octets).hexdigest()}\t{shows}"
    manifest.write_text("\n".join([MANIFEST_HEAD] + [lines[name] for name in sorted(lines)]) + "\n", encoding="utf-8")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        certificate = make_certificate(folder)
        key_log, other_log = folder / "keys", folder / "other-keys"
        packets = encrypted(certificate, key_log)
        broken = unreadable(certificate, folder, other_log)
        write({
            "tls/plain.pcap": (pcap(records(in_the_clear()), RAW_IP), "what tls/encrypted.pcap carries, without TLS"),
            "tls/encrypted.keys": (key_log.read_bytes(), "the secrets of tls/encrypted.pcap"),
            "tls/encrypted.pcap": (pcap(records(packets), RAW_IP), "SMTP, POP3 and IMAP in TLS 1.2 and 1.3, from the start and behind STARTTLS"),
            "tls/encrypted.pcapng": (pcapng(packets, key_log), "tls/encrypted.pcap with its secrets inside"),
            "tls/unreadable.keys": (other_log.read_bytes(), "secrets of tls/unreadable.pcap"),
            "tls/unreadable.pcap": (pcap(records(broken), RAW_IP), "TLS without its secrets, with a suite in CBC mode, with a lost segment"),
        })


if __name__ == "__main__":
    main()
