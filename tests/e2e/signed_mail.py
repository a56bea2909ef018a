"""What the tests of signatures share: keys made for the run, and messages that dkimpy signs with them."""
import base64
import pathlib
import subprocess
import sys

try:
    import authres  # noqa: F401 dkimpy needs it to seal
    import dkim
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
except ImportError as absent:
    print("SKIP: %s (python3-dkim, python3-authres, python3-cryptography)" % absent)
    sys.exit(77)

MESSAGE = (b"Received: from a.example by b.example with SMTP id 1; Fri, 21 Nov 2025 10:00:02 +0000\r\n"
           b"From: Alice <alice@example.net>\r\nTo: Bob <bob@example.org>,\r\n\t\"C, D\" <cd@example.org>\r\n"
           b"Subject:  signed \t mail \r\nDate: Fri, 21 Nov 2025 10:00:00 +0000\r\nMessage-ID: <1@example.net>\r\n"
           b"Content-Type: text/plain\r\n\r\n"
           b"Hello  Bob,  \r\n\r\n.dots and\ttabs \r\n \r\nlast line\r\n\r\n\r\n")
PEM = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


class Keys:
    """Key pairs, their records, and look-ups for dkimpy."""

    def __init__(self):
        self.private, self.text = {}, {}
        for selector, bits in (("rsa", 2048), ("short", 768), ("arc", 1024)):
            try:
                key = rsa.generate_private_key(65537, bits)
            except ValueError:  # the library refuses short keys: openssl makes it
                made = subprocess.run(["openssl", "genrsa", "-traditional", str(bits)], capture_output=True, timeout=60)
                key = serialization.load_pem_private_key(made.stdout, None)
            self.private[selector] = key.private_bytes(*PEM)
            self.text[selector] = "v=DKIM1; k=rsa; p=" + base64.b64encode(key.public_key().public_bytes(*SPKI)).decode()
        key = ed25519.Ed25519PrivateKey.generate()
        raw = key.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
        self.private["ed"] = base64.b64encode(raw)
        public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.text["ed"] = "v=DKIM1; k=ed25519; p=" + base64.b64encode(public).decode()
        self.text["revoked"] = "v=DKIM1; p="
        self.text["sha1only"] = self.text["rsa"].replace("k=rsa", "h=sha1; k=rsa")
        self.private["revoked"] = self.private["sha1only"] = self.private["rsa"]

    def lookup(self, name, timeout=5):
        selector = name.decode().split(".")[0]
        return self.text[selector].encode() if selector in self.text else None

    def file(self, folder):
        path = pathlib.Path(folder) / "keys.txt"
        lines = ["; keys of this run"]
        for selector, text in self.text.items():
            half = len(text) // 2
            lines.append('%s._domainkey.example.net. 3600 IN TXT ( "%s"\n  "%s" ) ; split' % (selector, text[:half], text[half:]))
        path.write_text("\n".join(lines) + "\n")
        return path


KEYS = Keys()


def signed(selector="rsa", message=MESSAGE, canonicalize=(b"relaxed", b"relaxed"), algorithm=None, **more):
    algorithm = algorithm or (b"ed25519-sha256" if selector == "ed" else b"rsa-sha256")
    headers = [b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Content-Type", b"From", b"Subject", b"To", b"Date"]
    return dkim.sign(message, selector.encode(), b"example.net", KEYS.private[selector], canonicalize=canonicalize,
                     signature_algorithm=algorithm, include_headers=headers, **more) + message


def delivery(made, client, server):
    """The packets, with their times, of a conversation that brings a signed message; `made` is corpus/make_captures.py."""
    talk = made.Connection(client, server)
    talk.send("S", "220 mx.example.org ESMTP\r\n")
    talk.send("C", "HELO c\r\nMAIL FROM:<alice@example.net>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n")
    talk.send("S", "250 a\r\n250 b\r\n250 c\r\n354 go\r\n")
    talk.send("C", signed("ed").replace(b"\r\n.", b"\r\n..") + b".\r\n")
    talk.send("S", "250 taken\r\n")
    talk.close()
    return [(time, made.ethernet(made.ip(source, to, 6, segment))) for time, source, to, segment in talk.packets]
