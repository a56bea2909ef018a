#!/usr/bin/env python3
"""Writes the seeds of the fuzz drivers of single fields, of reports, of messages in pieces and of HTML, and those of the
drivers that compare with other readers.

usage: make_field_seeds.py            write the files and their lines in MANIFEST.tsv
       make_field_seeds.py --check    exit with 1 if a file or its line differs from what would be written
"""
import pathlib
import sys

import make_captures

CORPUS = pathlib.Path(__file__).resolve().parent

MESSAGE_IDS = {
    "references": "<1.a@a.example> <2.b@[192.0.2.1]>\r\n\t(comment (nested)) <\"q t\"@b.example>",
    "bare": "1.a@a.example 2@b",
    "list-id": "A list of =?utf-8?q?n=C3=A1mes?= <list.lists.example>",
    "list-unsubscribe": "<mailto:l@l.example?subject=un%20sub>,\r\n <https://l.example/u?x=1> (by web)",
    "open": "<never closed \"in quotes (in a comment",
}
RESULTS = {
    "rfc8601": "mx.example; spf=pass (sender (nested) allowed)\r\n smtp.mailfrom=a@a.example; dkim=fail/2 reason=\"bad = sign\" "
               "header.d=a.example header.b=abc==",
    "none": "mx.example 1; none",
    "arc": "i=2; mx.example; arc=pass; dmarc=pass header.from=a.example",
    "microsoft": "spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=a.example; dkim=none;compauth=pass reason=100",
}
TAGS = {
    "dkim": "\0v=1; a=rsa-sha256; c=relaxed/simple; d=a.example; s=k; t=1; x=2; l=3; i=@a.example;\r\n\th=from : to; "
            "bh=YWJj;\r\n b=YW\r\n Jj; z=From:a=40b",
    "arc-seal": "\2i=1; a=ed25519-sha256; t=1; cv=none; d=a.example; s=k; b=AAAA",
    "odd": "\1v=1;; v=2; = ; a; B=\xe9",
}
REPORTS = {
    "delivery": "\0Reporting-MTA: dns; mx.a.example (192.0.2.1)\r\nArrival-Date: Fri, 21 Nov 2025 10:00:00 +0000\r\n\r\n"
                "Final-Recipient: rfc822; b@b.example\r\nAction: failed\r\nStatus: 5.1.1 (unknown)\r\n"
                "Remote-MTA: dns; mx.b.example\r\nDiagnostic-Code: smtp; 550-5.1.1 <b@b.example>: no\r\n such user\r\n"
                "X-Own: 1\r\n\r\nFinal-Recipient: utf-8; \\x{43F}@b.example\r\nAction: delayed\r\nStatus: 4.2.2\r\n"
                "Will-Retry-Until: Sat, 22 Nov 2025 10:00:00 +0000\r\n",
    "disposition": "\2Reporting-UA: pc.example; Mail 1\r\nOriginal-Recipient: rfc822;b@b.example\r\n"
                   "Final-Recipient: rfc822;b@b.example\r\nOriginal-Message-ID: <1@a.example>\r\n"
                   "Disposition: manual-action/MDN-sent-manually; displayed/error,warning\r\nError: a (b\r\n",
    "feedback": "\4Feedback-Type: abuse\r\nUser-Agent: f/1\r\nVersion: 1\r\nOriginal-Mail-From: <a@a.example>\r\n"
                "Original-Rcpt-To: <b@b.example>\r\nSource-IP: 2001:db8::1\r\nIncidents: 7\r\nReported-Domain: a.example\r\n"
                "Reported-URI: https://a.example/\r\nAuthentication-Results: mx; spf=fail\r\nArrival-Date: 1 Jan 2025\r\n",
}
PIECES = {
    "any": "\0Content-Type: message/partial; id=x; number=2; total=2\r\n\r\nb\r\n\xff"
           "From: a@a.example\r\nSubject: s\r\nContent-Type: message/partial; id=x; number=1\r\n\r\n"
           "Subject: whole\r\nContent-Type: text/plain\r\n\r\na\r\n",
    "cut": "\6Subject: whole\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n"
           "--b\r\n\r\ntwo\r\n--b--\r\n",
}
HTML = {
    "mail": "<html><head><title>t</title><style>p{}</style></head><body><p>Dear <b>a</b>,<br>see\r\n<a href=\"https://b.example/\">"
            "https://a.example</a> &lt;&#x43f;&gt;<ul><li>one<li>two</ul><pre>  x\n y</pre><img src=x alt=\"logo\">"
            "<table><tr><td>1<td>2</table><hr></body></html>",
    "hidden": "a<div style=\"font-size: 0\">b<p>c</div><span hidden>d</span><font style='color:#fff;background:#fff'>e</font>"
              "<div style=font-size:1px><span style=font-size:9pt>f</span>",
    "open": "<a href='x<b><i style=\"display:none\">\u202etxt<!-- never",
}
FLOWED = {
    "quotes": "\0>> one \r\n>> two\r\n> three \r\n From \r\nhere \r\n-- \r\nAnn\r\n",
    "delsp": "\1\u65e5 \n\u672c  \n\n> \n>",
}
# Octets that choose a message: any will do.
CHOICES = {"flat": b"\0\0\1", "tree": bytes(range(256)), "deep": b"\0\2\1\0\1\5" * 8, "mixed": bytes(i * 73 % 251 for i in range(120))}


def latin(cases):
    return {name: text.encode("latin-1") for name, text in cases.items()}


def seeds():
    drivers = {
        "message_id": (latin(MESSAGE_IDS), "identifiers or URIs in brackets"),
        "authentication_results": (latin(RESULTS), "an Authentication-Results value"),
        "tag_list": (latin(TAGS), "a tag list"),
        "report": (latin(REPORTS), "a report's fields"),
        "partial": (latin(PIECES), "fragments, or a message to cut into them"),
        "html_text": ({name: text.encode() for name, text in HTML.items()}, "HTML of a mail"),
        "flowed_text": ({name: text.encode() for name, text in FLOWED.items()}, "text in format=flowed"),
        "mimetic": (CHOICES, "octets that choose a message"),
        "libpcap": ({path.name: path.read_bytes() for driver in ("pcap", "pcapng")
                     for path in sorted((CORPUS / "seeds" / driver).iterdir())}, "a seed of fuzz_pcap or fuzz_pcapng"),
    }
    return {"seeds/%s/%s" % (driver, name): (octets, shows)
            for driver, (cases, shows) in drivers.items() for name, octets in cases.items()}


if __name__ == "__main__":
    sys.exit(make_captures.keep(seeds(), "corpus/make_field_seeds.py", sys.argv[1:] == ["--check"]))
