"""Where --emit zeek and --emit eve say something else than Zeek and Suricata expect, and why: (theirs, ours, reason).

docs/views.md lists the same for readers.
"""

GAP = "frame 30 holds this message whole; Zeek reads no header after the gap in the BDAT chunk before it"
NO_HEADER = "the message begins with its text (RFC 5322 3.5), which is content; Zeek takes its lines for a header"

DIFFERENCES = {
    ("zeek", "smtp.attachment-msg", "1 fuids"): (
        2, 1, "the CRLF before a delimiter belongs to the delimiter (RFC 2046 5.1.1): the attached message has no body"),
    ("zeek", "smtp.bdat-gap", "1 from"): (None, "sender@example.com", GAP),
    ("zeek", "smtp.bdat-gap", "1 to"): (None, ["recipient@example.com"], GAP),
    ("zeek", "smtp.bdat-gap", "1 subject"): (None, "Test", GAP),
    ("zeek", "smtp.bdat-gap", "1 fuids"): (
        2, 1, "files of the message that the line is about; Zeek adds the one that the gap cut"),
    ("zeek", "smtp.bdat-pipeline-8bitmime", "1 path"): (
        ["217.146.107.83", "23.128.96.18", "23.128.96.19"],
        ["217.146.107.83", "23.128.96.18", "23.128.96.19", "2607:f8b0:4864:20::42f"],
        "a hop by IPv6 is a hop: Zeek misses addresses that have the tag of RFC 5321 4.1.3 before them"),
    ("zeek", "smtp.bdat-pipeline-8bitmime", "2 path"): (
        ["217.146.107.83", "23.128.96.18", "23.128.96.19", "170.253.51.130"],
        ["217.146.107.83", "23.128.96.18", "23.128.96.19", "2a00:1450:4864:20::431", "170.253.51.130"],
        "a hop by IPv6 is a hop: Zeek misses addresses that have the tag of RFC 5321 4.1.3 before them"),
    ("zeek", "smtp.mail-transactions-invalid", "lines"): (
        4, 2, "Zeek's lines 2 and 3 are attempts that the server refused: RCPT without MAIL, DATA without RCPT (503)"),
    ("zeek", "smtp.mail-transactions-invalid", "1 fuids"): (0, 1, NO_HEADER),
    ("zeek", "smtp.mail-transactions-invalid", "2 fuids"): (0, 1, NO_HEADER),
    ("zeek", "smtp.one-side", "1 fuids"): (
        0, 1, "the body of 9,118 octets is in the capture; Zeek makes no file without the server's side"),
    ("zeek", "smtp.one-side", "2 fuids"): (
        0, 1, "the body of 9,118 octets is in the capture; Zeek makes no file without the server's side"),
    ("suricata", "mime_mime-dec-parse-long-filename01_input.pcap", "check 2"): (
        1, 0, "the name has 280 characters in the message; Suricata cuts names at 255"),
    ("suricata", "smtp-data-rejected_10.7.29.101_49898-178.63.41.150_25.pcap", "check 2"): (
        1, 0, "unfolding takes the CRLF and leaves the tab behind it (RFC 5322 2.2.3); Suricata glues \"club)by\""),
    ("suricata", "smtp-long-command_input.pcap", "check 1"): (
        1, 0, "the argument of HELO is longer; Suricata cuts the line at its limit and keeps a CR of the next piece"),
}
