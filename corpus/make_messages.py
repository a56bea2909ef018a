#!/usr/bin/env python3
"""Writes corpus/messages/: mail as analysts meet it, for the tests of msg-inspect and the screens of the README.

usage: make_messages.py            write the files and their lines in MANIFEST.tsv
       make_messages.py --check    exit with 1 if a file or its line differs from what would be written

Deterministic: the same octets on every machine. Addresses and names are those of RFC 5737, 3849 and 2606.
"""
import base64
import binascii
import pathlib
import sys

import make_captures

CORPUS = pathlib.Path(__file__).resolve().parent


def crlf(text):
    return text.lstrip("\n").replace("\n", "\r\n").encode("utf-8")


def folded_base64(octets):
    return base64.encodebytes(octets).decode("ascii").rstrip("\n")


def word(text, charset):
    return "=?%s?B?%s?=" % (charset, base64.b64encode(text.encode(charset)).decode("ascii"))


def phishing():
    html = """<html><head><title>Bank</title></head><body style="font-family: sans-serif">
<p>Dear customer,</p>
<p>your account was <b>suspended</b>. Please confirm your data within 24&nbsp;hours:</p>
<p><a href="https://login.bank-example.evil.example/confirm?id=81723&amp;t=x">https://www.bank.example/login</a></p>
<div style="display:none">lottery winner casino meeting minutes agenda quarterly report</div>
<p>Yours,<br>Bank Example</p>
<img src="http://203.0.113.80/o.gif?u=81723" width="1" height="1" alt="">
</body></html>
"""
    return crlf(f"""
Return-Path: <bounce@mailer.evil.example>
Received: from mx1.example.org (mx1.example.org [198.51.100.25])
\tby store.example.org (Postfix) with ESMTPS id 4XyZ1k2Fzz
\tfor <anna@example.org>; Tue, 17 Nov 2026 09:14:31 +0100 (CET)
Received: from mailer.evil.example (unknown [203.0.113.77])
\tby mx1.example.org (Postfix) with ESMTP id 8F00A2C1
\tfor <anna@example.org>; Tue, 17 Nov 2026 09:12:02 +0100 (CET)
Received: from bank.example ([192.0.2.200]) by mailer.evil.example with HTTP;
\tTue, 17 Nov 2026 09:20:00 +0100
From: "service@bank.example" <alerts@mailer.evil.example>
Reply-To: bank-support@webmail.example
To: anna@example.org
Subject: Your account was suspended
Date: Tue, 17 Nov 2026 09:11:58 +0100
Message-ID: <20261117081158.81723@mailer.evil.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_a1"

--=_a1
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

{folded_base64(html.encode())}
--=_a1
Content-Type: application/pdf; name="statement.pdf"
Content-Disposition: attachment; filename="statement.pdf.exe"
Content-Transfer-Encoding: base64

{folded_base64(b"MZ" + bytes(range(64)) * 3)}
--=_a1--
""")


def russian():
    subject = word("Отчёт за октябрь", "koi8-r")
    sender = word("Иван Петров", "koi8-r")
    table = "месяц;сумма\r\nоктябрь;100\r\n"
    text = "Здравствуйте!\n\nОтчёт во вложении, таблица на сервере: http://files.example.net/отчёт/10\n\nИван\n"
    return crlf(f"""
Received: from mail.example.net (mail.example.net [IPv6:2001:db8:5::25])
\tby mx1.example.org with ESMTPS (TLS1.3:ECDHE_X25519__AES_256_GCM:256) id 1vK0aB-0001
\tfor <office@example.org>; Mon, 02 Nov 2026 12:00:05 +0300
Received: from laptop.lan ([192.0.2.14])
\tby mail.example.net with ESMTPSA id 77-Q1;
\tMon, 02 Nov 2026 12:00:03 +0300
From: {sender} <ivan@example.net>
To: Office <office@example.org>,
\t=?utf-8?Q?=E7=B5=8C=E7=90=86=E9=83=A8?= <keiri@example.jp>
Subject: {subject}
Date: Mon, 2 Nov 2026 12:00:00 +0300
Message-ID: <q1.77@mail.example.net>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=frontier

--frontier
Content-Type: text/plain; charset=koi8-r
Content-Transfer-Encoding: base64

{folded_base64(text.encode("koi8-r"))}
--frontier
Content-Type: text/csv; charset=windows-1251
Content-Disposition: attachment;
 filename*=utf-8''%D0%BE%D1%82%D1%87%D1%91%D1%82.csv
Content-Transfer-Encoding: base64

{folded_base64(table.encode("windows-1251"))}
--frontier--
""")


def forwarded():
    invoice = binascii.b2a_uu(b"invoice 118\n").decode("ascii").rstrip("\n")
    return crlf(f"""
Received: by mail-a.example.com with SMTP id a1; Wed, 18 Nov 2026 16:00:00 -0800 (PST)
From: Support <support@example.com>
To: abuse@example.org
Cc: "Team, Second Level" <second@example.com>
Subject: Fwd: the invoice you asked about
Date: Wed, 18 Nov 2026 16:00:00 -0800
Message-ID: <fwd-1@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: text/plain; charset=us-ascii

See the attached mail. Our ticket: http://tickets.example.com/4711
--outer
Content-Type: message/rfc822
Content-Disposition: attachment

From: "Accounts" <accounts@supplier.example>
To: support@example.com
Subject: Invoice 2026-118
Date: Tue, 17 Nov 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain

Invoice attached as text. Questions to accounts@supplier.example.

begin 644 invoice.txt
{invoice}
`
end
--inner
Content-Type: text/html

<p>Invoice: <a href="http://supplier.example/i/118">open</a></p>
--inner--
--outer
Content-Type: text/plain
Content-Disposition: attachment; filename="..\\\\..\\\\windows\\\\notes.txt"

one of two
--outer
Content-Type: text/plain
Content-Disposition: attachment; filename="NOTES.TXT"

two of two
--outer--
""")


def bounce():
    return crlf("""
Return-Path: <>
From: Mail Delivery System <mailer-daemon@mx1.example.org>
To: anna@example.org
Subject: Undelivered Mail Returned to Sender
Date: Tue, 17 Nov 2026 10:00:02 +0100
Message-ID: <20261117090002.4AB1@mx1.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

Two of your letters did not get through, a third is late.
--report
Content-Type: message/delivery-status

Original-Envelope-Id: letter-7
Reporting-MTA: dns; mx1.example.org
DSN-Gateway: x400; gate.example.org
Received-From-MTA: dns; client.example.org ([192.0.2.33])
Arrival-Date: Tue, 17 Nov 2026 09:59:40 +0100
X-Postfix-Queue-ID: 4XyZ2

Original-Recipient: rfc822;post@closed.example
Final-Recipient: rfc822; desk@closed.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.closed.example
Diagnostic-Code: smtp; 550 5.1.1 <desk@closed.example>: no such user
Last-Attempt-Date: Tue, 17 Nov 2026 10:00:01 +0100
Final-Log-ID: 81

Final-Recipient: rfc822; bert@full.example
Action: failed
Status: 5.2.2
Diagnostic-Code: X-Local; mailbox is full

Final-Recipient: rfc822; carla@slow.example
Action: delayed
Status: 4.4.1
Will-Retry-Until: Sun, 22 Nov 2026 09:59:40 +0100
X-Tries: 3

--report
Content-Type: text/rfc822-headers

From: Anna <anna@example.org>
To: desk@closed.example, bert@full.example
Subject: Offer
Date: Tue, 17 Nov 2026 09:59:38 +0100
Message-ID: <20261117085938.1@example.org>

--report--
""")


def receipt():
    return crlf("""
From: Bert <bert@example.net>
To: anna@example.org
Subject: Read: Offer
Date: Tue, 17 Nov 2026 11:30:00 +0100
Message-ID: <20261117103000.9@example.net>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

Your letter was shown on a screen.
--report
Content-Type: message/disposition-notification

Reporting-UA: pc7.example.net; Letters 3.1
MDN-Gateway: x400; gate.example.net
Original-Recipient: rfc822;post@example.net
Final-Recipient: rfc822;bert@example.net
Original-Message-ID: <20261117085938.1@example.org>
Disposition: automatic-action/MDN-sent-automatically; displayed/error,warning
Error: the letter was opened twice
X-Screen: small

--report--
""")


def abuse():
    return crlf("""
From: Feedback <feedback@provider.example>
To: abuse@example.org
Subject: [Abuse] Offer
Date: Tue, 17 Nov 2026 12:00:00 +0100
Message-ID: <20261117110000.3@provider.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

A customer says that the enclosed letter is spam.
--report
Content-Type: message/feedback-report

Feedback-Type: auth-failure
User-Agent: Provider Loop/2
Version: 1
Original-Envelope-Id: letter-7
Original-Mail-From: <anna@example.org>
Original-Rcpt-To: <bert@provider.example>
Reporting-MTA: dns; mx.provider.example
Arrival-Date: Tue, 17 Nov 2026 11:58:00 +0100
Source-IP: 192.0.2.33
Incidents: 2
Reported-Domain: example.org
Reported-URI: http://example.org/offer
Authentication-Results: mx.provider.example; dkim=fail header.d=example.org
Auth-Failure: signature
Delivery-Result: delivered
X-Loop: 4

--report
Content-Type: message/rfc822

From: Anna <anna@example.org>
To: bert@provider.example
Subject: Offer
Date: Tue, 17 Nov 2026 09:59:38 +0100
Message-ID: <20261117085938.2@example.org>

Buy now.
--report--
""")


MESSAGES = [
    ("phishing.eml", phishing, "a link that shows another host, hidden text, an executable named as a document, a hop back in time"),
    ("russian.eml", russian, "KOI8-R and windows-1251, encoded words, wide characters, a file name of RFC 2231"),
    ("forwarded.eml", forwarded, "an enclosed message with a uuencoded file in its text; names that lead out of the folder or collide"),
    ("bounce.eml", bounce, "a delivery status of three recipients, with the header of what came back"),
    ("receipt.eml", receipt, "a disposition notification"),
    ("abuse.eml", abuse, "a feedback report with the message it is about"),
]


def main(arguments):
    wanted = {f"messages/{name}": (make(), shows) for name, make, shows in MESSAGES}
    return make_captures.keep(wanted, "corpus/make_messages.py", arguments == ["--check"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
