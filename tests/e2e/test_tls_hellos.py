#!/usr/bin/env python3
"""What TLS says in clear, compared with what tshark and OpenSSL read from the same captures."""
import hashlib
import shutil
import subprocess
import sys
import unittest

import records
from records import run

if not (records.BIN / "trace-to-json").exists() or shutil.which("tshark") is None:
    print("SKIP: trace-to-json was not built, or tshark is not installed")
    sys.exit(77)

# tshark goes by ports where conversations begin in the clear.
PORTS = {"smtp": (2535, 14025, 14026), "imap": (14143,), "pop": (14110,), "tls": (14993,)}
FIELDS = ("tcp.srcport", "tcp.dstport", "tls.handshake.type", "tls.handshake.ja3", "tls.handshake.extensions_server_name", "tls.handshake.ciphersuite",
          "tls.handshake.certificate")


def by_tshark(path):
    """Client port -> what the first hellos and the first certificate of that connection say."""
    arguments = ["tshark", "-r", str(path), "-Y", "tls.handshake", "-T", "fields"]
    for protocol, ports in PORTS.items():
        for port in ports:
            arguments += ["-d", f"tcp.port=={port},{protocol}"]
    for field in FIELDS:
        arguments += ["-e", field]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=True)
    found = {}
    for line in done.stdout.splitlines():
        source, destination, types, ja3, server_name, ciphers, certificates = (line.split("\t") + [""] * len(FIELDS))[:len(FIELDS)]
        kinds = types.split(",")
        if "1" in kinds:
            found.setdefault(int(source), {}).setdefault("client", (ja3, server_name))
        if "2" in kinds:
            found.setdefault(int(destination), {}).setdefault("cipher", ciphers.split(",")[0])
        if certificates:
            found.setdefault(int(destination), {}).setdefault("certificate", bytes.fromhex(certificates.split(",")[0].replace(":", "")))
    return found


def by_openssl(der, *what):
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", *what], input=der, capture_output=True, timeout=20, check=True)
    return done.stdout.decode().strip()


class Hellos(unittest.TestCase):
    def test_hellos_and_certificates_are_what_others_read(self):
        hellos = certificates = 0
        for path in records.sample_captures():
            _, lines, _ = run("trace-to-json", path)
            ours = {line["client"]["port"]: line["tls"] for line in lines if line["record"] == "session" and "ja3" in line.get("tls", {})}
            if not ours:
                continue
            theirs = by_tshark(path)
            for port, tls in ours.items():
                with self.subTest(path.name, port=port):
                    self.assertEqual((tls["ja3"], tls.get("sni", "")), theirs[port]["client"])
                    hellos += 1
                    if "certificate" in tls:
                        der = theirs[port]["certificate"]
                        self.assertEqual(tls["certificate"]["sha256"], hashlib.sha256(der).hexdigest())
                        self.assertEqual("subject=" + tls["certificate"]["subject"], by_openssl(der, "-subject", "-nameopt", "RFC2253"))
                        certificates += 1
        self.assertGreaterEqual(hellos, 10)
        self.assertGreaterEqual(certificates, 2)


if __name__ == "__main__":
    unittest.main()
