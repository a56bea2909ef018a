#!/usr/bin/env python3
"""Writes corpus/seeds/signatures/: small messages with DKIM and ARC fields, corpus/seeds/cms/: CMS containers, and their
lines in MANIFEST.tsv.

The keys are fixed ones that nobody uses. Needs python3-dkim, python3-nacl, python3-cryptography and openssl; the files are
kept in the corpus, so that only who changes them needs these. CMS signatures differ from run to run: fuzz_cms knows the
certificate that is printed.
"""
import base64
import datetime
import hashlib
import pathlib
import struct
import subprocess
import tempfile

import dkim
import nacl.signing
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

CORPUS = pathlib.Path(__file__).resolve().parent
SEED = hashlib.sha256(b"mailparse corpus key").digest()
MESSAGE = (b"From: Alice <alice@example.net>\r\nTo: Bob <bob@example.org>\r\nSubject: signed\r\n"
           b"Date: Fri, 21 Nov 2025 10:00:00 +0000\r\nMessage-ID: <1@example.net>\r\n\r\nHello  Bob, \r\n\r\nbye\r\n\r\n")
SET = (b"ARC-Seal: i=1; a=ed25519-sha256; cv=none; d=example.net; s=corpus; t=1763719200; b=AAAA\r\n"
       b"ARC-Message-Signature: i=1; a=ed25519-sha256; c=relaxed/simple; d=example.net; s=corpus; h=from:to; bh=AAAA; b=AAAA\r\n"
       b"ARC-Authentication-Results: i=1; mx.example.org; dkim=pass\r\n")


def signed(canonicalize, **more):
    mail = dkim.DKIM(MESSAGE, signature_algorithm=b"ed25519-sha256", linesep=b"\r\n")
    field = mail.sign(b"corpus", b"example.net", base64.b64encode(SEED), canonicalize=canonicalize,
                      include_headers=[b"From", b"To", b"Subject", b"Date"], **more)
    return field + MESSAGE


def cms_containers():
    """Octets of each seed, and the certificate that signed: fuzz_cms wants the length of the container in front, and
    what it may have signed behind it."""
    key = ec.derive_private_key(int.from_bytes(SEED, "big"), ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mailparse corpus")])
    certificate = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
                   .serial_number(4660).not_valid_before(datetime.datetime(2025, 1, 1))
                   .not_valid_after(datetime.datetime(2035, 1, 1))
                   .add_extension(x509.SubjectAlternativeName([x509.RFC822Name("alice@example.net")]), False)
                   .sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    content = b"Content-Type: text/plain\r\n\r\nsigned\r\n"
    made = {}
    with tempfile.TemporaryDirectory() as folder:
        signer = pathlib.Path(folder) / "signer.pem"
        signer.write_bytes(certificate + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))

        def cms(*arguments):
            return subprocess.run(["openssl", "cms", arguments[0], "-binary", "-outform", "DER", *arguments[1:]], input=content, check=True,
                                  capture_output=True).stdout

        detached = cms("-sign", "-signer", signer)
        opaque = cms("-sign", "-signer", signer, "-nodetach", "-noattr")
        encrypted = cms("-encrypt", "-aes-128-cbc", signer)
    for name, container, behind, shows in (
            ("detached", detached, content, "a detached CMS signature and what it signs"),
            ("opaque", opaque, b"", "CMS signed data"),
            ("encrypted", encrypted, b"", "CMS enveloped data"),
            ("certificate", opaque[:40], certificate, "CMS cut short, and a certificate")):
        made[name] = (struct.pack("<H", len(container)) + container + behind, shows)
    return made, certificate.decode()


def main():
    import time
    time.time = lambda: 1763719200  # dkimpy writes the time of signing
    containers, certificate = cms_containers()
    made = {"relaxed": (signed((b"relaxed", b"relaxed")), "a DKIM signature, relaxed"),
            "simple-length": (signed((b"simple", b"simple"), length=True) + b"more\r\n", "a DKIM signature of a part of the body"),
            "arc": (SET + signed((b"relaxed", b"simple")), "an ARC set that was never signed, and a DKIM signature")}
    made = {"signatures/" + name: seed for name, seed in made.items()} | {
        "cms/" + name: seed for name, seed in containers.items()}
    lines = (CORPUS / "MANIFEST.tsv").read_text("utf-8").splitlines()
    kept = {line.split("\t")[0]: line for line in lines[1:]}
    for name, (octets, shows) in made.items():
        file = "seeds/" + name
        path = CORPUS / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        kept[file] = "\t".join([file, "corpus/make_signed.py", "as the project", hashlib.sha256(octets).hexdigest(), shows])
    (CORPUS / "MANIFEST.tsv").write_text("\n".join([lines[0]] + [kept[name] for name in sorted(kept)]) + "\n", "utf-8")
    print("v=DKIM1; k=ed25519; p=" + base64.b64encode(nacl.signing.SigningKey(SEED).verify_key.encode()).decode())
    print(certificate)


if __name__ == "__main__":
    main()
