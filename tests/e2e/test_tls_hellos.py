#!/usr/bin/env python3
"""What TLS says in clear, compared with what tshark and OpenSSL read from the same captures."""
import datetime
import hashlib
import ipaddress
import re
import shutil
import subprocess
import sys
import unittest
from xml.etree import ElementTree

import records
from records import run

if not (records.BIN / "trace-to-json").exists() or shutil.which("tshark") is None:
    print("SKIP: trace-to-json was not built, or tshark is not installed")
    sys.exit(77)

# tshark goes by ports where conversations begin in the clear.
PORTS = {"smtp": (2535, 14025, 14026), "imap": (14143,), "pop": (14110,), "tls": (14993,)}


def names_of(fields):
    """"Cipher Suite: TLS_AES_256_GCM_SHA384 (0x1302)" -> the name; GREASE is left out, as in the records."""
    names = [re.sub(r"^[^:]*: (.*) \(0x[0-9a-f]+\)$", r"\1", field.get("showname")) for field in fields]
    return [name for name in names if not name.startswith("Reserved (GREASE)")]


class Connection:
    """What tshark shows of one connection's hellos and of the server's certificate, the first of each."""

    def __init__(self):
        self.client = self.server = self.certificate = None

    def take(self, handshake):
        find = lambda name: [field for field in handshake.iter("field") if field.get("name") == "tls.handshake." + name]
        text = lambda name: [field.get("show") for field in find(name)]
        kind = text("type")[0]
        if kind == "1" and self.client is None:
            self.client = {"ja3": text("ja3")[0], "sni": (text("extensions_server_name") or [None])[0], "alpn": text("extensions_alpn_str"),
                           "ciphers": names_of(find("ciphersuite"))}
        if kind == "2" and self.server is None:
            self.server = {"cipher": names_of(find("ciphersuite"))[0], "alpn": (text("extensions_alpn_str") or [None])[0],
                           "version": (text("extensions.supported_version") or text("version"))[0]}
        if kind == "11" and self.certificate is None and find("certificate"):
            self.certificate = bytes.fromhex(find("certificate")[0].get("value"))


def by_tshark(path):
    """(client address, client port) -> its Connection."""
    arguments = ["tshark", "-r", str(path), "-Y", "tls.handshake.type", "-T", "pdml"]
    for protocol, ports in PORTS.items():
        for port in ports:
            arguments += ["-d", f"tcp.port=={port},{protocol}"]
    done = subprocess.run(arguments, capture_output=True, timeout=120, check=True)
    found = {}
    for packet in ElementTree.fromstring(done.stdout).iter("packet"):
        show = {field.get("name"): field.get("show") for field in packet.iter("field")}
        ends = [(show.get("ip." + way) or show.get("ipv6." + way), int(show["tcp." + way + "port"])) for way in ("src", "dst")]
        for handshake in packet.iter("field"):
            kinds = [field.get("show") for field in handshake if field.get("name") == "tls.handshake.type"]
            if kinds:
                found.setdefault(ends[0 if kinds[0] == "1" else 1], Connection()).take(handshake)
    return found


def by_openssl(der):
    """The certificate as OpenSSL prints it, in the form of our records."""
    what = ["-subject", "-issuer", "-startdate", "-enddate", "-ext", "subjectAltName", "-nameopt", "RFC2253"]
    done = subprocess.run(["openssl", "x509", "-inform", "DER", "-noout", *what], input=der, capture_output=True, timeout=20, check=True)
    text = done.stdout.decode()
    value = lambda name: (re.search("^%s=(.*)$" % name, text, re.MULTILINE) or [None, ""])[1]
    time = lambda name: datetime.datetime.strptime(value(name), "%b %d %H:%M:%S %Y GMT").strftime("%Y-%m-%dT%H:%M:%S")
    names = re.findall(r"DNS:([^,\n]+)|IP Address:([^,\n]+)", text)
    sans = sorted(dns or str(ipaddress.ip_address(address)) for dns, address in names)
    return {"subject": value("subject"), "issuer": value("issuer"), "sans": sans, "not_before": time("notBefore"), "not_after": time("notAfter"),
            "sha256": hashlib.sha256(der).hexdigest()}


VERSIONS = {"0x0304": "TLSv1.3", "0x0303": "TLSv1.2", "0x0302": "TLSv1.1", "0x0301": "TLSv1.0", "0x0300": "SSLv3"}


class Hellos(unittest.TestCase):
    maxDiff = None

    def compare(self, tls, theirs):
        compared = {"hellos": 0, "server hellos": 0, "certificates": 0}
        if "ja3" in tls:
            ours = {"ja3": tls["ja3"], "sni": tls.get("sni"), "alpn": tls.get("alpn_offered", []), "ciphers": tls["ciphers_offered"]}
            self.assertEqual(ours, theirs.client)
            compared["hellos"] = 1
        if "cipher" in tls:
            version = next(name for number, name in VERSIONS.items() if number == theirs.server["version"])
            self.assertEqual((tls["cipher"], tls["version"], tls.get("alpn")), (theirs.server["cipher"], version, theirs.server["alpn"]))
            compared["server hellos"] = 1
        if "certificate" in tls and theirs.certificate:
            mine = dict(tls["certificate"])
            mine.update({name: mine[name][:19] for name in ("not_before", "not_after")}, sans=sorted(mine["sans"]), issuer=mine.get("issuer", ""))
            self.assertEqual(mine, by_openssl(theirs.certificate))
            compared["certificates"] = 1
        return compared

    def test_hellos_and_certificates_are_what_others_read(self):
        compared = {"captures": 0}
        for path in records.sample_captures():
            _, lines, _ = run("trace-to-json", path)
            ours = {(line["client"]["ip"], line["client"]["port"]): line["tls"] for line in lines
                    if line["record"] == "session" and {"ja3", "cipher", "certificate"} & line.get("tls", {}).keys()}
            if not ours:
                continue
            theirs = by_tshark(path)
            compared["captures"] += 1
            for client, tls in ours.items():
                with self.subTest(path.name, client=client):
                    for what, number in self.compare(tls, theirs[client]).items():
                        compared[what] = compared.get(what, 0) + number
        print("compared:", ", ".join("%d %s" % (number, what) for what, number in compared.items()), file=sys.stderr)
        self.assertGreaterEqual(compared["hellos"], 10)
        self.assertGreaterEqual(compared["certificates"], 2)


if __name__ == "__main__":
    unittest.main()
