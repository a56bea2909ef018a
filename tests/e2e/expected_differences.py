"""Where Zeek, Suricata and Arkime read a sample capture otherwise than we do, and who is right.

Keys are (project, capture, value); `theirs` and `ours` are what test_expected.py shows of both values, a digest
standing for the end of a long one. `right` names whose reading the octets and the RFC bear out; "both" where only the
telling differs.
"""
from collections import namedtuple

Difference = namedtuple("Difference", "theirs ours right why")

DIFFERENCES = {
    ("zeek", "zeek-pop3_bad-list-retr-crafted.pcap",
     "pop3.bad-list-retr-crafted conn.log 58854 service"): Difference(
        '-',
        'pop3',
        "ours",
        'greeting, LIST, RETR 1 and QUIT are all there; one server line out of place ("GARBAGE ...") does not'
        ' unmake POP3, Zeek drops its analyzer at it'),
    ("zeek", "zeek-smtp.pcap",
     "smtp.attachment files.log 2"): Difference(
        '{"filename": null, "sha1": null, "size": 1868}',
        '[{"filename": null, "sha1": null, "size": 77}, {"filename": null, "sha1": null, "size": 1866}, '
        '{"filename": null, "sha1": null, "size": 10807}, {"filename": null, "sha1": null, "size": 204}]',
        "ours",
        "the CRLF before a boundary belongs to the delimiter, not to the part (RFC 2046 5.1.1); Python's "
        'decoder and our MD5 and SHA-256 agree on the shorter content'),
    ("zeek", "zeek-smtp.pcap",
     "smtp.attachment files.log 3"): Difference(
        '{"filename": "NEWS.txt", "sha1": null, "size": 10809}',
        '[{"filename": null, "sha1": null, "size": 77}, {"filename": null, "sha1": null, "size": 1866}, '
        '{"filename": "NEWS.txt", "sha1": null, "size": 10807}, {"filename": null, "sha1": null, "size": '
        '204}]',
        "ours",
        "the CRLF before a boundary belongs to the delimiter, not to the part (RFC 2046 5.1.1); Python's "
        'decoder and our MD5 and SHA-256 agree on the shorter content'),
    ("zeek", "zeek-smtp_smtp-bdat-gap.pcap",
     "smtp.bdat-gap 12345/1 from"): Difference(
        'null',
        'sender@example.com',
        "ours",
        'frame 30 holds the whole message of the DATA command with this field; Zeek reads no header any more '
        'after the gap in the BDAT chunk before it'),
    ("zeek", "zeek-smtp_smtp-bdat-gap.pcap",
     "smtp.bdat-gap 12345/1 to"): Difference(
        'null',
        '["recipient@example.com"]',
        "ours",
        'as its From: the field stands in frame 30'),
    ("zeek", "zeek-smtp_smtp-bdat-gap.pcap",
     "smtp.bdat-gap 12345/1 subject"): Difference(
        'null',
        'Test',
        "ours",
        'as its From: the field stands in frame 30'),
    ("zeek", "zeek-smtp_smtp-bdat-gap.pcap",
     "smtp.bdat-gap out requests 1"): Difference(
        '["EHLO sender.example.com", "MAIL FROM:<sender@example.com>", "RCPT TO:<recipient@example.com>", '
        '"BDAT 200", "(UNKNOWN)", "DATA", ". .", "QUIT"]',
        '["EHLO sender.example.com", "MAIL FROM:<sender@example.com>", "RCPT TO:<recipient@example.com>", '
        '"BDAT 200", "DATA", ". .", "QUIT"]',
        "both",
        '"(UNKNOWN)" is Zeek\'s name for what the gap of 1000 octets hides; we tell the gap as finding tcp.gap'
        ' and the reply that answers it without a command'),
    ("zeek", "zeek-smtp-mail-transactions-invalid.pcap",
     "smtp.mail-transactions-invalid rows of 44478"): Difference(
        '4',
        '2',
        "ours",
        "Zeek's rows 2 and 3 are attempts that the server refused: RCPT without MAIL (503), DATA without RCPT"
        ' (503); its "503 sender already given" to the next MAIL says that the transaction of row 3 is that '
        'of row 4 (RFC 5321 3.3, 4.1.4)'),
    ("zeek", "zeek-smtp-attachment-msg.pcap",
     "smtp.rfc822-msg-file-analysis files.cut 2"): Difference(
        '{"filename": null, "sha1": null, "size": 2}',
        '[{"filename": null, "sha1": null, "size": 16}, {"filename": null, "sha1": null, "size": 34}, '
        '{"filename": null, "sha1": null, "size": 0}]',
        "ours",
        'the attached message is "From: ..." CRLF CRLF; the CRLF after it belongs to the delimiter (RFC 2046 '
        '5.1.1), so its body is empty'),
    ("zeek", "zeek-smtp_smtp-bdat-gap.pcap",
     "smtp.rfc822-msg-file-analysis-gap files.cut 1"): Difference(
        '{"filename": null, "sha1": null, "size": 0}',
        '[{"filename": null, "sha1": null, "size": 8}]',
        "both",
        'the body of the message that the gap swallowed: Zeek makes a file of no octets for it'),
    ("zeek", "zeek-smtp_smtp-bdat-gap.pcap",
     "smtp.rfc822-msg-file-analysis-gap files.cut 2"): Difference(
        '{"sha1": null, "size": 100}',
        '[{"sha1": null, "size": 78}]',
        "zeek",
        'frame 22 holds the first 100 octets of the chunk "BDAT 200"; we tell the gap but no message for '
        'them, because the DATA that follows takes the transaction'),
    ("zeek", "zeek-smtp_smtp-bdat-gap.pcap",
     "smtp.rfc822-msg-file-analysis-gap files.cut 3"): Difference(
        '{"sha1": null, "size": 86}',
        '[{"sha1": null, "size": 78}]',
        "ours",
        'frame 30 has 81 octets, the last three of them the dot and its CRLF: the message has 78'),
    ("zeek", "zeek-smtp.pcap",
     "smtp.rfc822-msg-file-analysis-multi-session files.cut 2"): Difference(
        '{"filename": null, "sha1": null, "size": 1868}',
        '[{"filename": null, "sha1": null, "size": 77}, {"filename": null, "sha1": null, "size": 1866}, '
        '{"filename": null, "sha1": null, "size": 10807}, {"filename": null, "sha1": null, "size": 204}]',
        "ours",
        "the CRLF before a boundary belongs to the delimiter, not to the part (RFC 2046 5.1.1); Python's "
        'decoder and our MD5 and SHA-256 agree on the shorter content'),
    ("zeek", "zeek-smtp.pcap",
     "smtp.rfc822-msg-file-analysis-multi-session files.cut 3"): Difference(
        '{"filename": null, "sha1": null, "size": 10809}',
        '[{"filename": null, "sha1": null, "size": 77}, {"filename": null, "sha1": null, "size": 1866}, '
        '{"filename": null, "sha1": null, "size": 10807}, {"filename": null, "sha1": null, "size": 204}]',
        "ours",
        "the CRLF before a boundary belongs to the delimiter, not to the part (RFC 2046 5.1.1); Python's "
        'decoder and our MD5 and SHA-256 agree on the shorter content'),
    ("zeek", "zeek-pop3_pop3.pcap",
     "pop3.basic 2 requests"): Difference(
        '["AUTH", "CAPA", "AUTH PLAIN"]',
        '["AUTH", "CAPA", "AUTH PLAIN", "+"]',
        "ours",
        'the client answers "+ " to AUTH PLAIN with its base64 line (RFC 5034 4); Zeek tells neither of the '
        'two, although both stand in the stream between AUTH PLAIN and the last status line'),
    ("zeek", "zeek-pop3_pop3.pcap",
     "pop3.basic 2 replies"): Difference(
        '[["OK", "POP server ready H mimap8 0MHXFQ-1VDgSF1308-003NYq"], ["ERR", "1 argument required"], '
        '["OK", "Capability list follows"], ["ERR", "authentication failed"]]',
        '[["OK", "POP server ready H mimap8 0MHXFQ-1VDgSF1308-003NYq"], ["ERR", "1 argument required"], '
        '["OK", "Capability list follows"], ["+", ""], ["ERR", "authentication failed"]]',
        "ours",
        'the client answers "+ " to AUTH PLAIN with its base64 line (RFC 5034 4); Zeek tells neither of the '
        'two, although both stand in the stream between AUTH PLAIN and the last status line'),
    ("zeek", "zeek-pop3_pop3.pcap",
     "pop3.basic 4 requests"): Difference(
        '["AUTH", "CAPA", "AUTH PLAIN", "QUIT"]',
        '["AUTH", "CAPA", "AUTH PLAIN", "+", "QUIT"]',
        "ours",
        'the client answers "+ " to AUTH PLAIN with its base64 line (RFC 5034 4); Zeek tells neither of the '
        'two, although both stand in the stream between AUTH PLAIN and the last status line'),
    ("zeek", "zeek-pop3_pop3.pcap",
     "pop3.basic 4 replies"): Difference(
        '[["OK", "POP server ready H mimap13 0MW5rZ-1VayeZ2jFp-00XVZd"], ["ERR", "1 argument required"], '
        '["OK... 00a2e0fd73dc0bf9',
        '[["OK", "POP server ready H mimap13 0MW5rZ-1VayeZ2jFp-00XVZd"], ["ERR", "1 argument required"], '
        '["OK... 8022b71bb2b15f65',
        "ours",
        'the client answers "+ " to AUTH PLAIN with its base64 line (RFC 5034 4); Zeek tells neither of the '
        'two, although both stand in the stream between AUTH PLAIN and the last status line'),
    ("zeek", "zeek-pop3_pop3.pcap",
     "pop3.basic 5 requests"): Difference(
        '["AUTH", "CAPA", "AUTH PLAIN", "STAT", "LIST", "UIDL", "RETR 1", "RETR 2", "RETR 3", "QUIT"]',
        '["AUTH", "CAPA", "AUTH PLAIN", "+", "STAT", "LIST", "UIDL", "RETR 1", "RETR 2", "RETR 3", "QUIT"]',
        "ours",
        'the client answers "+ " to AUTH PLAIN with its base64 line (RFC 5034 4); Zeek tells neither of the '
        'two, although both stand in the stream between AUTH PLAIN and the last status line'),
    ("zeek", "zeek-pop3_pop3.pcap",
     "pop3.basic 5 replies"): Difference(
        '[["OK", "POP server ready H mimap15 0LfD5x-1VsVU4327M-00pHSn"], ["ERR", "1 argument required"], '
        '["OK... 93dd0486c048d83b',
        '[["OK", "POP server ready H mimap15 0LfD5x-1VsVU4327M-00pHSn"], ["ERR", "1 argument required"], '
        '["OK... 5ee94a635da37769',
        "ours",
        'the client answers "+ " to AUTH PLAIN with its base64 line (RFC 5034 4); Zeek tells neither of the '
        'two, although both stand in the stream between AUTH PLAIN and the last status line'),
    ("zeek", "zeek-smtp_smtp-many-addresses.pcap.gz",
     "smtp.address-limits rcptto"): Difference(
        '500',
        '600',
        "ours",
        'the stream has 600 RCPT commands, each with a 250; Zeek stops its set at 500 as its test configures it'),
    ("suricata", "suricata-verify-mime_mime-dec-parse-long-filename01_input.pcap",
     "check 2"): Difference(
        '1',
        '0',
        "ours",
        'the parameter has 280 characters in the message; Suricata cuts names at 255 and reports MIME_LONG_FILENAME'),
    ("suricata", "suricata-verify-mime_mime-dec-parse-long-filename01_input.pcap",
     "check 4"): Difference(
        '1',
        '0',
        "ours",
        'the parameter has 280 characters in the message; Suricata cuts names at 255 and reports MIME_LONG_FILENAME'),
    ("suricata", "suricata-verify-mime_smtp-mime-encap-8649-baseline_input.pcap",
     "check 4"): Difference(
        '1',
        '0',
        "ours",
        'the message is no multipart: its body is all after the empty line, 30 characters and CRLF (RFC 5322 '
        '3.5); only before a boundary would the CRLF belong to something else'),
    ("suricata", "suricata-verify-pop3-auth-01_input.pcap",
     "check 2"): Difference(
        '1',
        '0',
        "ours",
        'the server says "+ ", a continuation request (RFC 5034 4), and not "+OK" yet; Suricata calls it OK'),
    ("suricata", "suricata-verify-pop3-auth-01_input.pcap",
     "check 3"): Difference(
        '1',
        '0',
        "both",
        'the same line and reply: Suricata names it "<SASL DATA>", we "+"'),
    ("suricata", "suricata-verify-smtp-data-rejected_10.7.29.101_49898-178.63.41.150_25.pcap",
     "check 2"): Difference(
        '1',
        '0',
        "ours",
        'unfolding removes the CRLF and leaves the tab that follows (RFC 5322 2.2.3); Suricata removes the '
        'tab too and glues "club)by"'),
    ("arkime", "arkime-pcap_smtp-subject-windows.pcap",
     "40531 statuscode"): Difference(
        '[]',
        '["smtp:statuscode:250"]',
        "ours",
        'the client ends its message with CRLF "." LF and sends nothing that is a strict end; the server takes it, as'
        ' "250 2.0.0 ... Message accepted for delivery" in frame 18 shows; Arkime waits for the strict end'),
    ("arkime", "arkime-pcap_imap.pcap",
     "4167 user"): Difference(
        '[]',
        '["neulingern"]',
        "ours",
        'frame of a0001: LOGIN "neulingern" and OK; Arkime reads no LOGIN'),
    ("arkime", "arkime-pcap_imap.pcap",
     "4167 dst"): Difference(
        '["bonehead83_98@yahoo.com", "cc-nt@umr.edu", "cc-pgmr@umr.edu", "dmadrid@semo.net", '
        '"lsmsde@cs.com",... 7b9aab922fc5b2e4',
        '["ardend@hotmail.com", "bandy_34@hotmail.com", "bmaldonado/r9_marktwain@fs.fed.us", '
        '"bonehead83_98@y... 2103ad015b2ab855',
        "ours",
        'the address lists of To and Cc go on over folded lines (RFC 5322 2.2.3, 3.4); Arkime reads the first'
        ' line of each'),
    ("arkime", "arkime-pcap_imap.pcap",
     "4167 subject"): Difference(
        '["Fwd: Check this out!!", "Fwd: Fw: A new John 3:16", "Fwd: Jokes.com Joke Mail.", "Novell '
        'connectio... aa36bf6f8a8b7973',
        '["Fwd: Check this out!!", "Fwd: Fw: A new John 3:16", "Fwd: Jokes.com Joke Mail.", "Novell '
        'connectio... 4b0912e50fa4706c',
        "ours",
        'one subject goes on in a folded line, which Arkime drops, and another ends in a space, which we '
        'leave to the raw field'),
    ("arkime", "arkime-pcap_smtp-html.pcap",
     "mail sessions"): Difference(
        '[]',
        '[["127.0.0.1", 51009]]',
        "ours",
        'HELO, DATA, a message and its dot, in one segment without handshake to port 8000: SMTP by its '
        'content; Arkime wants a connection'),
    ("arkime", "arkime-pcap_smtp-subject-8859-b.pcap",
     "11084 contentType"): Difference(
        '["multipart/alternative; boundary=\\"_000_CEC7902D1A0EDxxxxxxxxxxxxxxxxxx_\\""]',
        '["multipart/alternative;\\tboundary=\\"_000_CEC7902D1A0EDxxxxxxxxxxxxxxxxxx_\\""]',
        "ours",
        'the folding white space is a tab in the octets (RFC 5322 2.2.3); Arkime writes a space'),
    ("arkime", "arkime-pcap_smtp-subject-gb2312-b.pcap",
     "24962 contentType"): Difference(
        '["multipart/alternative; boundary=\\"_000_CEC790C31A0F0xxxxxxxxxxxxxxxxxx_\\""]',
        '["multipart/alternative;\\tboundary=\\"_000_CEC790C31A0F0xxxxxxxxxxxxxxxxxx_\\""]',
        "ours",
        'the folding white space is a tab in the octets (RFC 5322 2.2.3); Arkime writes a space'),
}
