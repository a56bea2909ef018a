#!/usr/bin/env python3
"""Writes messages that nobody sent: transfer encodings, charsets, line ends, boundaries and nesting in every mixture, for
messages.py to read with four readers.

usage: odd_messages.py FOLDER [COUNT [SEED]]     FOLDER/odd/N.eml, and FOLDER/damaged/N.eml with a few lines lost, twice or changed
"""
import base64
import pathlib
import quopri
import random
import sys

TEXTS = ("plain words\nand more of them\n", "Привет, мир\nвторая строка\n", "日本語のテキスト\n", "one line without an end", "", "\n",
         "--\nsignature -- \n", "--b1x\n--b1 x\nFrom here on\n.\n", "a" * 1200 + "\n", "trailing blanks  \nand tab\t\n", "=3D equals = \n",
         "Content-Type: text/html\n\nno header\n")
CHARSETS = ("utf-8", "UTF-8", "koi8-r", "windows-1251", "iso-2022-jp", "gb18030", "iso-8859-1", "us-ascii", "cp866", "euc-jp")
TYPES = ("text/plain", "text/html", "TEXT/Plain", "application/octet-stream", "image/png", "text/x-a.b+c", "application/pdf")


class Author:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.boundaries = 0

    def chance(self, one_in):
        return self.random.randrange(one_in) == 0

    def content_type(self, kind, *parameters):
        name = self.random.choice(("Content-Type", "content-type", "Content-type"))
        fold = self.random.choice((" ", "\n\t", "\n ", ""))
        return "%s: %s%s\n" % (name, kind, "".join(";" + fold + parameter for parameter in parameters))

    def parameter(self, name, value):
        if all(c.isalnum() or c in "-_." for c in value) and self.chance(2):
            return "%s=%s" % (name, value)
        return '%s="%s"' % (name, value)

    def encoded(self, octets):
        """(name of the encoding or nothing, text)."""
        choice = self.random.randrange(7)
        if choice == 0:
            return self.random.choice(("base64", "BASE64", " base64 ")), base64.encodebytes(octets).decode()
        if choice == 1:
            width = self.random.choice((4, 60, 76, 200))
            text = base64.b64encode(octets).decode()
            return "base64", "".join(text[at:at + width] + "\n" for at in range(0, len(text), width))
        if choice == 2:
            return "quoted-printable", quopri.encodestring(octets).decode("latin-1")
        if choice == 3:
            return "Quoted-Printable", quopri.encodestring(octets, quotetabs=True).decode("latin-1").replace("=C", "=c")
        return self.random.choice(("8bit", "binary", None, "8BIT")), octets.decode("latin-1")

    def leaf(self):
        charset = self.random.choice(CHARSETS)
        octets = self.random.choice(TEXTS).encode(charset, "replace")
        kind = self.random.choice(TYPES)
        encoding, text = self.encoded(octets)
        head = ""
        if not self.chance(8):
            head += self.content_type(kind, *([self.parameter("charset", charset)] if kind.lower().startswith("text/") else []))
        if encoding:
            head += "Content-Transfer-Encoding: %s\n" % encoding
        if self.chance(4):
            head += "Content-Disposition: attachment;\n filename=\"a.%d\"\n" % self.random.randrange(9)
        return head + "\n" + text

    def multipart(self, depth):
        self.boundaries += 1
        boundary = self.random.choice(("b%d", "=_b%d", "----b%d", "b%d b", "b1x%d", "a(b)%d?")) % self.boundaries
        kind = self.random.choice(("mixed", "alternative", "related", "Mixed", "parallel"))
        text = self.content_type("multipart/" + kind, self.parameter("boundary", boundary)) + "\n"
        if self.chance(3):
            text += "preamble\n"
        for _ in range(self.random.randrange(1, 4)):
            text += "\n--%s%s\n" % (boundary, "  " if self.chance(12) else "")
            text += self.entity(depth + 1)
        if not self.chance(10):
            text += "\n--%s--\n" % boundary
        if self.chance(4):
            text += "epilogue\n"
        return text

    def entity(self, depth):
        choice = self.random.randrange(6)
        if depth < 4 and choice in (0, 1):
            return self.multipart(depth)
        if depth < 4 and choice == 2:
            return self.content_type("message/rfc822") + "\n" + self.message(depth + 1)
        return self.leaf()

    def message(self, depth=0):
        head = "From: a@a.example\nTo: b@b.example\nSubject: odd\nDate: Tue, 17 Nov 2026 10:00:00 +0000\nMIME-Version: 1.0\n"
        return head + self.entity(depth)


def damaged(author, octets):
    """A few lines lost, doubled, swapped, cut, or with an octet changed."""
    lines = octets.splitlines(keepends=True)
    for _ in range(author.random.randrange(1, 4)):
        at = author.random.randrange(5, len(lines)) if len(lines) > 6 else 0
        choice = author.random.randrange(6)
        if choice == 0:
            del lines[at]
        elif choice == 1:
            lines.insert(author.random.randrange(5, len(lines) + 1) if len(lines) > 5 else 0, lines[at])
        elif choice == 2:
            lines[at] = lines[at][:len(lines[at]) // 2] + lines[at][-1:]
        elif choice == 3:
            place = author.random.randrange(len(lines[at]))
            lines[at] = lines[at][:place] + author.random.choice((b"=", b" ", b"\"", b"-", b"(", b";", b"")) + lines[at][place + 1:]
        elif choice == 4:
            lines[at] = author.random.choice((b"\n", b" \n", b"junk\n", b"--\n", b"=\n", b"====\n"))
        else:
            other = author.random.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
    return b"".join(lines)


def main():
    root = pathlib.Path(sys.argv[1])
    count, seed = (int(sys.argv[2]) if len(sys.argv) > 2 else 500), (int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    for name in ("odd", "damaged"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        author = Author(seed * 1_000_000 + number)
        octets = author.message().encode("latin-1")
        line_end = author.random.choice((b"\n", b"\r\n"))
        for name, text in (("odd", octets), ("damaged", damaged(author, octets))):
            (root / name / ("%d.eml" % number)).write_bytes(text.replace(b"\n", line_end))


if __name__ == "__main__":
    main()
