#!/usr/bin/env python3
"""Writes corpus/seeds/signatures/: small messages with DKIM and ARC fields, and their lines in MANIFEST.tsv.

The key is a fixed one that nobody uses, so that the octets are the same on every machine. Needs python3-dkim and
python3-nacl; the files are kept in the corpus, so that only who changes them needs these.
"""
import base64
import hashlib
import pathlib

import dkim
import nacl.signing

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


def main():
    import time
    time.time = lambda: 1763719200  # dkimpy writes the time of signing
    made = {"relaxed": (signed((b"relaxed", b"relaxed")), "a DKIM signature, relaxed"),
            "simple-length": (signed((b"simple", b"simple"), length=True) + b"more\r\n", "a DKIM signature of a part of the body"),
            "arc": (SET + signed((b"relaxed", b"simple")), "an ARC set that was never signed, and a DKIM signature")}
    lines = (CORPUS / "MANIFEST.tsv").read_text("utf-8").splitlines()
    kept = {line.split("\t")[0]: line for line in lines[1:]}
    for name, (octets, shows) in made.items():
        path = CORPUS / "seeds" / "signatures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        file = "seeds/signatures/" + name
        kept[file] = "\t".join([file, "corpus/make_signed.py", "as the project", hashlib.sha256(octets).hexdigest(), shows])
    (CORPUS / "MANIFEST.tsv").write_text("\n".join([lines[0]] + [kept[name] for name in sorted(kept)]) + "\n", "utf-8")
    print("v=DKIM1; k=ed25519; p=" + base64.b64encode(nacl.signing.SigningKey(SEED).verify_key.encode()).decode())


if __name__ == "__main__":
    main()
