#!/usr/bin/env python3
"""Writes corpus/captures/policies.pcap and its line in MANIFEST.tsv; with --check, only says whether it is up to date.

DNS answers with SPF, a DKIM key and DMARC, and four deliveries that they judge differently by the address of the client.
The signed message is one of make_signed.py, so that this script needs no cryptography.
"""
import sys

import make_captures as made

SIGNED = made.CORPUS / "seeds" / "signatures" / "relaxed"
KEY = "v=DKIM1; k=ed25519; p=BbIMoXNKmamgpSSKfffHzOKe+7JzEPeMDScZVDmE2NE="
RESOLVER, SERVER4, SERVER6 = "192.0.2.53", "198.51.100.25", "2001:db8:1::25"
FORGED = (b"From: Alice <alice@example.net>\r\nTo: Bob <bob@example.org>\r\nSubject: please pay\r\n"
          b"Date: Fri, 21 Nov 2025 10:05:00 +0000\r\nMessage-ID: <2@bulk.example>\r\n\r\nAt once.\r\n")
BOUNCE = (b"From: <postmaster@mail.example.net>\r\nTo: Bob <bob@example.org>\r\nSubject: undelivered\r\n"
          b"Date: Fri, 21 Nov 2025 10:06:00 +0000\r\nMessage-ID: <3@mail.example.net>\r\n\r\nIt came back.\r\n")

RECORDS = {
    "news.example.net": "v=spf1 include:_spf.example.net -all",
    "_spf.example.net": "v=spf1 ip4:192.0.2.0/28 ~all",
    "mail.example.net": "v=spf1 ip6:2001:db8:66::/48 -all",
    "bulk.example": "v=spf1 ip4:203.0.113.0/24 -all",
    "_dmarc.example.net": "v=DMARC1; p=reject; sp=quarantine",
    "corpus._domainkey.example.net": KEY,
}
# Client, HELO, MAIL FROM, message.
DELIVERIES = (
    ("192.0.2.10", SERVER4, "out.example.net", "bounces@news.example.net", None),  # as the domain wants it
    ("203.0.113.9", SERVER4, "forwarder.example", "bounces@news.example.net", None),  # forwarded: SPF fails, DKIM holds
    ("203.0.113.66", SERVER4, "bulk.example", "offer@bulk.example", FORGED),  # SPF passes for another domain
    ("2001:db8:66::25", SERVER6, "mail.example.net", "", BOUNCE),  # the null sender: HELO is judged
)


def delivery(client, server, helo, sender, octets, number):
    talk = made.Connection(client, server, client_port=50000 + number, start=made.BEGIN + number * 2_000_000_000, seed=number)
    talk.send("S", "220 mx.example.org ESMTP\r\n")
    for command, reply in ((f"HELO {helo}", "250 mx.example.org"), (f"MAIL FROM:<{sender}>", "250 2.1.0 Ok"),
                           ("RCPT TO:<bob@example.org>", "250 2.1.5 Ok"), ("DATA", "354 Go on")):
        talk.send("C", command + "\r\n")
        talk.send("S", reply + "\r\n")
    talk.send("C", octets.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    talk.send("S", "250 2.0.0 Ok: queued as %d\r\n" % number)
    talk.send("C", "QUIT\r\n")
    talk.send("S", "221 2.0.0 Bye\r\n")
    talk.close()
    return talk.packets


def capture():
    packets = []
    for number, (name, text) in enumerate(RECORDS.items()):
        data = bytes([len(text)]) + text.encode()
        answer = made.dns(name, made.TXT, (name, made.TXT, data), number=0x2B00 + number)
        packets.append((made.BEGIN - 10**9 + number * 10**7, made.ip(RESOLVER, SERVER4, 17, made.udp((53, 53000 + number), answer))))
    for number, (client, server, helo, sender, octets) in enumerate(DELIVERIES):
        octets = SIGNED.read_bytes() if octets is None else octets
        packets += [(time, made.ip(source, to, 6, segment)) for time, source, to, segment in
                    delivery(client, server, helo, sender, octets, number)]
    return made.pcap([(time, made.ethernet(packet)) for time, packet in packets], 1)


def main(check):
    shows = "answers with SPF, a DKIM key and DMARC; deliveries that pass, are forwarded, are forged, and a bounce over IPv6"
    return made.keep({"captures/policies.pcap": (capture(), shows)}, "corpus/make_policies.py", check)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] == ["--check"]))
