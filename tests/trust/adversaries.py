"""Inputs made to cost more than their size: each generator gives about `size` octets of one kind of trouble.

Messages are for msg-inspect, conversations (as transcripts) and captures for trace-to-json.
"""
import struct

HEAD = b"From: a@example.org\r\nMIME-Version: 1.0\r\n"
MESSAGES, CONVERSATIONS, CAPTURES = {}, {}, {}


def of(table):
    def register(make):
        table[make.__name__] = make
        return make
    return register


def times(piece, size):
    return piece * (size // len(piece))


def counted(size, make):
    """make(0), make(1) ... joined up to `size` octets."""
    pieces, total, number = [], 0, 0
    while total < size:
        pieces.append(make(number))
        total += len(pieces[-1])
        number += 1
    return b"".join(pieces)


def field(name, value):
    return HEAD + name + b": " + value + b"\r\n\r\nx\r\n"


def multipart(body, boundary=b"b"):
    return HEAD + b"Content-Type: multipart/mixed; boundary=\"" + boundary + b"\"\r\n\r\n" + body


def leaf(kind, encoding, body):
    return HEAD + b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body


# Header fields.

@of(MESSAGES)
def one_long_field(size):
    return field(b"Subject", times(b"x", size))


@of(MESSAGES)
def many_small_fields(size):
    return times(b"a:b\r\n", size) + b"\r\n"


@of(MESSAGES)
def a_field_of_short_folds(size):
    return field(b"Subject", times(b"\r\n x", size))


@of(MESSAGES)
def lines_without_a_colon(size):
    return times(b"xyz\r\n", size)


@of(MESSAGES)
def comments_opened(size):
    return field(b"To", times(b"(", size))


@of(MESSAGES)
def comments_opened_and_closed(size):
    return field(b"To", b"(" * (size // 2) + b")" * (size // 2) + b" a@b")


@of(MESSAGES)
def comments_between_all_tokens(size):
    return field(b"To", times(b"(c)a(c)@(c)b(c),", size))


@of(MESSAGES)
def groups_in_groups(size):
    return field(b"To", times(b"g:", size))


@of(MESSAGES)
def many_addresses(size):
    return field(b"To", times(b"a@b,", size))


@of(MESSAGES)
def angles_opened(size):
    return field(b"To", times(b"<", size))


def _list_of(unit):
    def make(size):
        return field(b"To", times(unit, size))
    make.__name__ = "list_of_" + unit.hex()
    return make


for _unit in (b"(a)", b"a@", b"<@a,", b"x:a@b,", b"\\", b"<\"", b"a@b;", b"[", b"=?a?q?", b"<a@b"):
    of(MESSAGES)(_list_of(_unit))


@of(MESSAGES)
def routes(size):
    return field(b"To", b"<" + times(b"@a,", size) + b":x@y>")


@of(MESSAGES)
def quotes_never_closed(size):
    return field(b"To", times(b"\"\\", size))


@of(MESSAGES)
def words_before_an_address(size):
    return field(b"From", times(b"a ", size) + b"<a@b>")


@of(MESSAGES)
def dots_and_ats(size):
    return field(b"From", times(b".@", size))


@of(MESSAGES)
def encoded_words(size):
    return field(b"Subject", times(b"=?utf-8?q?a?= ", size))


@of(MESSAGES)
def encoded_words_without_end(size):
    return field(b"Subject", times(b"=?utf-8?q?", size))


@of(MESSAGES)
def encoded_words_of_many_charsets(size):
    return field(b"Subject", times(b"=?iso-2022-jp?B?GyRC?= =?koi8-r?q?=C1?= ", size))


@of(MESSAGES)
def parameters(size):
    return field(b"Content-Type", b"text/plain" + times(b"; a=b", size))


@of(MESSAGES)
def parameter_sections_backwards(size):
    numbers = range(size // 12, 0, -1)
    return field(b"Content-Type", b"text/plain" + b"".join(b"; name*%d=x" % n for n in numbers))


@of(MESSAGES)
def parameter_sections_repeated(size):
    return field(b"Content-Disposition", b"attachment" + times(b"; filename*0*=utf-8''%41; filename*0=x", size))


@of(MESSAGES)
def content_types_repeated(size):
    return times(b"Content-Type: multipart/mixed; boundary=b\r\n", size) + b"\r\n--b\r\n\r\nx\r\n--b--\r\n"


@of(MESSAGES)
def received_fields(size):
    return times(b"Received: from a by b; 1 Jan 2020 00:00:00 +0000\r\n", size) + b"\r\n"


@of(MESSAGES)
def one_received_of_clauses(size):
    return field(b"Received", times(b"from a (b [1.2.3.4]) by c with d id e for <f@g> ", size))


@of(MESSAGES)
def date_of_comments(size):
    return field(b"Date", times(b"(", size // 2) + times(b" 1 Jan", size // 2))


@of(MESSAGES)
def references(size):
    return field(b"References", times(b"<a@b> ", size))


@of(MESSAGES)
def references_never_closed(size):
    return field(b"References", times(b"<", size))


@of(MESSAGES)
def references_with_quotes_never_closed(size):
    return field(b"References", b'"' + times(b'\\"<a@b> ', size))


@of(MESSAGES)
def signature_tags(size):
    return field(b"DKIM-Signature", times(b"a=b;", size))


@of(MESSAGES)
def authentication_results(size):
    return field(b"Authentication-Results", b"h" + times(b"; dkim=pass (c) header.d=a", size))


@of(MESSAGES)
def labels_of_a_domain(size):
    return field(b"From", b"a@" + times(b"xn--a.", size))


@of(MESSAGES)
def raw_octets_in_fields(size):
    return times(b"Subject: \xc1\xc2\xff\xd0\r\n", size) + b"\r\n"


# Bodies.

@of(MESSAGES)
def dashes(size):
    return multipart(times(b"--\n", size))


@of(MESSAGES)
def almost_boundaries(size):
    return multipart(times(b"--" + b"b" * 69 + b"c\n", size), b"b" * 70)


@of(MESSAGES)
def a_boundary_as_long_as_the_field(size):
    return multipart(times(b"--" + b"y" * 900 + b"\n", size // 2), b"y" * (size // 2))


@of(MESSAGES)
def small_parts(size):
    return multipart(times(b"--b\n\nx\n", size))


@of(MESSAGES)
def parts_inside_each_other(size):
    return HEAD + counted(size, lambda n: b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n))


@of(MESSAGES)
def parts_of_one_boundary_inside_each_other(size):
    return HEAD + times(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", size)


@of(MESSAGES)
def messages_inside_each_other(size):
    return HEAD + times(b"Content-Type: message/rfc822\r\n\r\n", size)


@of(MESSAGES)
def encoded_messages_inside_each_other(size):
    return HEAD + times(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", size)


@of(MESSAGES)
def lines_that_close_any_of_many_levels(size):
    levels = b"".join(b"Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n" % (b"b" * n, b"b" * n) for n in range(1, 60))
    return HEAD + levels + times(b"--" + b"b" * 60 + b"\n", size)


@of(MESSAGES)
def base64_an_octet_a_line(size):
    return leaf(b"application/pdf", b"base64", times(b"Q\n", size))


@of(MESSAGES)
def base64_of_noise(size):
    return leaf(b"application/pdf", b"base64", times(b"=Q!-", size))


@of(MESSAGES)
def soft_breaks(size):
    return leaf(b"text/plain", b"quoted-printable", times(b"=\n", size))


@of(MESSAGES)
def equals_signs(size):
    return leaf(b"text/plain", b"quoted-printable", times(b"=", size))


@of(MESSAGES)
def blanks_before_line_ends(size):
    return leaf(b"text/plain", b"quoted-printable", times(b" \t", size))


@of(MESSAGES)
def uuencode_begins(size):
    return HEAD + b"\r\n" + times(b"begin 644 a\n", size)


@of(MESSAGES)
def yenc_begins(size):
    return HEAD + b"\r\n" + times(b"=ybegin line=128 size=1 name=a\n", size)


@of(MESSAGES)
def charset_escapes(size):
    return leaf(b"text/plain; charset=iso-2022-jp", b"8bit", times(b"\x1b$B\x1b(B", size))


@of(MESSAGES)
def octets_of_no_charset(size):
    return leaf(b"text/plain; charset=utf-8", b"8bit", times(b"\xff\xc1\x80", size))


@of(MESSAGES)
def tags_opened(size):
    return leaf(b"text/html", b"8bit", times(b"<", size))


@of(MESSAGES)
def tags_never_closed(size):
    return leaf(b"text/html", b"8bit", times(b"<a href=", size))


@of(MESSAGES)
def comments_of_html(size):
    return leaf(b"text/html", b"8bit", times(b"<!--", size))


@of(MESSAGES)
def elements_inside_each_other(size):
    return leaf(b"text/html", b"8bit", times(b"<div style='display:none'>", size))


@of(MESSAGES)
def entities(size):
    return leaf(b"text/html", b"8bit", times(b"&amp", size))


@of(MESSAGES)
def beginnings_of_addresses(size):
    return leaf(b"text/plain", b"8bit", times(b"http://", size // 2) + times(b"a@", size // 2))


@of(MESSAGES)
def dotted_words(size):
    return leaf(b"text/plain", b"8bit", times(b"a.", size) + b"@")


@of(MESSAGES)
def mailbox_of_separators(size):
    return times(b"From a@b Thu Jan  1 00:00:00 1970\n", size)


@of(MESSAGES)
def mailbox_of_lines_almost_separators(size):
    return b"From a@b Thu Jan  1 00:00:00 1970\n\n" + times(b"\nFrom me\n>From \n", size)


@of(MESSAGES)
def bare_carriage_returns(size):
    return HEAD + b"\r\n" + times(b"\r", size)


@of(MESSAGES)
def nothing_but_nul(size):
    return times(b"\0", size)


@of(MESSAGES)
def delivery_report_groups(size):
    return (HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
            b"Content-Type: message/delivery-status\r\n\r\n" + times(b"Final-Recipient: rfc822; a@b\r\n\r\n", size) + b"--b--\r\n")


# Conversations.

BEGIN = b"S: 220 mx\nC: EHLO a\nS: 250 mx\n"
IN_DATA = BEGIN + b"C: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RCPT TO:<c@d.example>\nS: 250 ok\nC: DATA\nS: 354 go\n"


@of(CONVERSATIONS)
def commands_never_answered(size):
    return BEGIN + times(b"C: NOOP\n", size)


@of(CONVERSATIONS)
def replies_nobody_asked_for(size):
    return BEGIN + times(b"S: 250 ok\n", size)


@of(CONVERSATIONS)
def one_reply_of_many_lines(size):
    return BEGIN + b"C: HELP\n" + times(b"S: 214-help\n", size)


@of(CONVERSATIONS)
def recipients(size):
    return BEGIN + b"C: MAIL FROM:<a@b.example>\nS: 250 ok\n" + times(b"C: RCPT TO:<c@d.example>\nS: 250 ok\n", size)


@of(CONVERSATIONS)
def transactions_begun(size):
    return BEGIN + times(b"C: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RSET\nS: 250 ok\n", size)


@of(CONVERSATIONS)
def greetings_again(size):
    return times(b"S: 220 mx\nC: EHLO a\nS: 250-mx\nS: 250 SIZE 1\n", size)


@of(CONVERSATIONS)
def source_routes(size):
    return BEGIN + b"C: MAIL FROM:<" + times(b"@a,", size) + b":b@c>\nS: 250 ok\n"


@of(CONVERSATIONS)
def parameters_of_a_command(size):
    return BEGIN + b"C: MAIL FROM:<a@b>" + times(b" A=B", size) + b"\nS: 250 ok\n"


@of(CONVERSATIONS)
def dots_in_data(size):
    return IN_DATA + times(b"C: ..\n", size) + b"C: .\nS: 250 ok\n"


@of(CONVERSATIONS)
def answers_to_a_challenge(size):
    return BEGIN + b"C: AUTH LOGIN\n" + times(b"S: 334 VXNlcm5hbWU6\nC: YQ==\n", size)


@of(CONVERSATIONS)
def imap_lists_inside_each_other(size):
    return b"S: * OK ready\nC: a FETCH 1 " + times(b"(", size) + b"\nS: * 1 FETCH " + times(b"(", size) + b"\n"


@of(CONVERSATIONS)
def imap_fetches(size):
    return b"S: * OK ready\nC: a FETCH 1:* FLAGS\n" + times(b"S: * 1 FETCH (FLAGS (\\Seen))\n", size) + b"S: a OK\n"


@of(CONVERSATIONS)
def imap_pieces_of_one_response(size):
    return (b"S: * OK ready\nC: a FETCH 1 (BODY[]<0.1>)\nS: * 1 FETCH (RFC822.SIZE 5 " +
            times(b"BODY[]<0> {1}\nS: x ", size) + b"UID 3)\nS: a OK\n")


@of(CONVERSATIONS)
def pop3_listing(size):
    return b"S: +OK ready\nC: USER a\nS: +OK\nC: PASS b\nS: +OK\nC: LIST\nS: +OK\n" + times(b"S: 1 1\n", size) + b"S: .\n"


@of(CONVERSATIONS)
def log_of_many_processes(size):
    return counted(size, lambda n: b"Nov 22 10:00:00 mx postfix/smtpd[%d]: > a[192.0.2.1]: 220 mx ESMTP\n" % (n + 1))


@of(CONVERSATIONS)
def arrows_of_no_dialect(size):
    return times(b"<- -> << >> == ~~\n", size)


@of(CONVERSATIONS)
def quoted_quotes(size):
    return times(b"> > > > C: NOOP\n", size)


# Captures: Ethernet, IPv4, TCP.

def capture(frames):
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)]
    for number, frame in enumerate(frames):
        out.append(struct.pack("<IIII", 1_700_000_000 + number // 1000, number % 1000, len(frame), len(frame)))
        out.append(frame)
    return b"".join(out)


def segment(client, port, sequence, acknowledged, flags, octets=b""):
    mine, other = (b"\x0a\0\0\1", b"\x0a\0\0\2") if client else (b"\x0a\0\0\2", b"\x0a\0\0\1")
    ports = (port, 25) if client else (25, port)
    tcp = struct.pack(">HHIIBBHHH", *ports, sequence % 2**32, acknowledged % 2**32, 0x50, flags, 65535, 0, 0) + octets
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0, mine, other)
    return b"\2" * 6 + b"\4" * 6 + b"\x08\0" + ip + tcp


ACK, SYN, PUSH = 0x10, 0x02, 0x18
HELLO = b"220 mx.example.org ESMTP\r\n"


def opened(port=1025):
    return [segment(True, port, 100, 0, SYN), segment(False, port, 500, 101, SYN | ACK), segment(True, port, 101, 501, ACK),
            segment(False, port, 501, 101, PUSH, HELLO), segment(True, port, 101, 501 + len(HELLO), PUSH, b"EHLO a\r\n"),
            segment(False, port, 501 + len(HELLO), 109, PUSH, b"250 mx\r\n")]


FRAME = 16 + 54
SERVER_NEXT = 501 + len(HELLO) + 8


@of(CAPTURES)
def connections_never_opened(size):
    return capture(segment(True, 1025 + n % 60000, n, 0, SYN) for n in range(size // FRAME))


@of(CAPTURES)
def one_octet_a_segment(size):
    text = times(b"NOOP\r\n", size // (FRAME + 1))
    return capture(opened() + [segment(True, 1025, 109 + n, SERVER_NEXT, PUSH, text[n:n + 1]) for n in range(len(text))])


@of(CAPTURES)
def segments_backwards(size):
    count = size // (FRAME + 6)
    return capture(opened() + [segment(True, 1025, 109 + 6 * n, SERVER_NEXT, PUSH, b"NOOP\r\n") for n in range(count - 1, -1, -1)])


@of(CAPTURES)
def every_second_segment_missing(size):
    count = size // (FRAME + 6)
    return capture(opened() + [segment(True, 1025, 109 + 12 * n, SERVER_NEXT, PUSH, b"NOOP\r\n") for n in range(count)])


@of(CAPTURES)
def segments_that_overlap(size):
    count = size // (FRAME + 60)
    return capture(opened() + [segment(True, 1025, 111 + 7 * n, SERVER_NEXT, PUSH, b"NOOP\r\n" * 10) for n in range(count)])


@of(CAPTURES)
def one_segment_again_and_again(size):
    count = size // (FRAME + 6)
    return capture(opened() + [segment(True, 1025, 109, SERVER_NEXT, PUSH, (b"NOOP\r\n", b"HELP\r\n")[n % 2]) for n in range(count)])


@of(CAPTURES)
def connections_of_one_port_again_and_again(size):
    return capture(frame for _ in range(size // (6 * FRAME + 80)) for frame in opened())


@of(CAPTURES)
def fragments_that_never_end(size):
    def fragment(number):
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28, number % 65536, 0x2000 | (number // 65536 + 1), 64, 6, 0, b"\x0a\0\0\1", b"\x0a\0\0\2")
        return b"\2" * 6 + b"\4" * 6 + b"\x08\0" + ip + b"\0" * 8
    return capture(fragment(n) for n in range(size // 58))


@of(CAPTURES)
def records_of_no_octets(size):
    return capture(b"" for _ in range(size // 16))


@of(CAPTURES)
def records_that_are_damaged(size):
    return capture(opened()) + times(b"\xff", size)
