#!/usr/bin/env python3
"""msg-inspect with everything that holds messages: mbox and its index, Maildir, MH, compressed files, many threads; and
what it takes out of them: parts, attachments, a second opinion."""
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import records

MESSAGES = records.SOURCE / "corpus" / "messages"
TOOL = records.BIN / "msg-inspect"


def run(*arguments, data=b"", status=0, **options):
    done = subprocess.run([str(TOOL), *map(str, arguments)], input=data, capture_output=True, timeout=120, **options)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done.stdout


def mail(number, body=b"text\r\n"):
    return b"From: a@example.com\r\nDate: Tue, 17 Nov 2026 10:00:00 +0000\r\nSubject: %d\r\n\r\n" % number + body


def mbox(count):
    return b"".join(b"From a@example.com Tue Nov 17 10:00:00 2026\r\n" + mail(n) + b"\r\n" for n in range(count))


def subjects(output):
    return [record["subject"] for record in records.parse(output)]


def check_jobs(folder):
    path = folder / "many.mbox"
    path.write_bytes(mbox(300))
    one = run("--json", path, MESSAGES)
    assert subjects(one)[:300] == [str(n) for n in range(300)]
    for jobs in (2, 5):
        assert run("--json", "--jobs", jobs, path, MESSAGES) == one, jobs
    views = run("--view", "summary", path, MESSAGES)
    assert run("--view", "summary", "--jobs", 3, path, MESSAGES) == views
    large = folder / "large.mbox"
    large.write_bytes(mbox(2) + b"From a Tue Nov 17 10:00:00 2026\r\n" + mail(7, b"x" * 76 + b"\r\n" * 1) +
                      (b"y" * 76 + b"\r\n") * 80000 + b"\r\n" + mbox(2))
    assert run("--json", "--jobs", 3, large) == run("--json", large)


def check_index(folder):
    path, index = folder / "indexed.mbox", folder / "index.jsonl"
    path.write_bytes(mbox(20))
    listed = run("--json", "--index", index, path)
    entries = [json.loads(line) for line in index.read_text().splitlines()]
    assert len(entries) == 20 and [entry["index"] for entry in entries] == list(range(20))
    octets = path.read_bytes()
    for entry, line in zip(entries, listed.splitlines()):
        assert octets[entry["offset"]:entry["offset"] + entry["length"]].startswith(b"From: a@example.com")
        assert json.loads(line)["id"] == entry["id"]
    for choice in ("7", entries[7]["id"]):
        for arguments in (("--index", index), (path,)):
            [record] = records.parse(run("--json", "--message", choice, *arguments))
            assert record["subject"] == "7" and record["source"]["index"] == 7, (choice, arguments)
    run("--json", "--message", "99", path, status=2)
    run("--json", "--message", "m-0123456789abcdef", "--index", index, status=2)
    path.write_bytes(octets[:200])
    run("--json", "--message", "19", "--index", index, status=2)
    packed = folder / "packed.mbox.gz"
    packed.write_bytes(gzip.compress(octets))
    run("--json", "--index", index, packed)
    [record] = records.parse(run("--json", "--message", "13", "--index", index))
    assert record["subject"] == "13"


def check_folders(folder):
    root = folder / "Maildir"
    for name, number in (("cur/100.M1.host:2,RS", 1), ("new/101.M2.host", 2), ("tmp/102.M3.host", 3),
                         (".Sent/cur/103.M4.host:2,S", 4)):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(mail(number))
    (root / "dovecot.index.log").write_bytes(b"\0\1\2")
    (root / ".Sent" / "maildirfolder").write_bytes(b"")
    (root / ".Sent" / "tmp").mkdir()
    found = {record["subject"]: record["source"] for record in records.parse(run("--json", root))}
    assert sorted(found) == ["1", "2", "4"], found
    assert found["1"]["flags"] == "RS" and found["4"]["flags"] == "S" and "flags" not in found["2"]
    assert {source["format"] for source in found.values()} == {"maildir"}
    mh = folder / "inbox"
    mh.mkdir()
    for number in (10, 9, 100):
        (mh / str(number)).write_bytes(mail(number))
    (mh / ".mh_sequences").write_text("cur: 9\n")
    (mh / ",8").write_bytes(mail(8))
    listed = records.parse(run("--json", mh))
    assert [record["subject"] for record in listed] == ["9", "10", "100"]
    assert {record["source"]["format"] for record in listed} == {"mh"}


def check_compressed(folder):
    plain = mbox(3)
    (folder / "a.mbox.gz").write_bytes(gzip.compress(plain))
    assert subjects(run("--json", folder / "a.mbox.gz")) == ["0", "1", "2"]
    assert subjects(run("--json", "-", data=gzip.compress(plain))) == ["0", "1", "2"]
    if shutil.which("zstd"):
        packed = subprocess.run(["zstd", "-q", "-c"], input=plain, capture_output=True, check=True).stdout
        assert subjects(run("--json", data=packed)) == ["0", "1", "2"]
    else:
        print("SKIP zstd: no program to compress with")
    (folder / "cut.gz").write_bytes(gzip.compress(plain)[:-20])
    done = subprocess.run([str(TOOL), "--json", str(folder / "cut.gz")], capture_output=True, timeout=60)
    assert b"cut.gz" in done.stderr, "damage is told"


def check_exit(folder):
    for severity, status in (("info", 1), ("warning", 1), ("error", 1), ("critical", 0)):
        run("--fail-on", severity, MESSAGES / "phishing.eml", status=status)
    run("--fail-on", "warning", data=mail(1, b"ordinary\r\n").replace(b"Subject", b"Message-ID: <1@example.com>\r\nSubject"))
    run("--fail-on", "severe", status=2)
    run("--jobs", "0", status=2)
    run("--format", "nonsense", status=2)
    run("--view", "tree", "--json", status=2)
    run("--raw", status=2)
    assert subjects(run("--json", "none.eml", MESSAGES / "russian.eml", status=2)) == ["Отчёт за октябрь"]


def check_parts(folder):
    path = MESSAGES / "forwarded.eml"
    octets = path.read_bytes()
    [record] = records.parse(run("--json", path))
    for part in record["parts"]:
        raw = run("--part", part["path"], "--raw", path)
        assert raw == octets[part["offset"]:part["body_offset"] + part["body_length"]], part["path"]
    assert run("--part", "2.1.1", path) == b"invoice 118\n"
    assert run("--part", "2.1.1", "--raw", path).startswith(b"begin 644 invoice.txt\r\n")
    enclosed = run("--part", "2", path)
    assert enclosed.startswith(b'From: "Accounts"') and enclosed.endswith(b"--inner--")
    run("--part", "0", path, status=2)
    run("--part", "7", path, status=2)
    encoded = b"MIME-Version: 1.0\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + \
        subprocess.run(["base64"], input=b"Subject: in\n\nbody\n", capture_output=True, check=True).stdout
    [inner] = [part for part in records.parse(run("--json", data=encoded))[0]["parts"] if part.get("origin") == "decoded"]
    assert run("--part", inner["path"], data=encoded) == b"body\n"
    assert run("--part", inner["path"], "--raw", data=encoded) == b"Subject: in\n\nbody\n"


NAMES = ["../../etc/passwd", "/etc/shadow", "\\\\host\\share\\x.exe", "C:\\windows\\x.dll", "CON", "nul.txt", "a\0b.txt",
         "..", ".", "...", "%2e%2e%2fx", ".bashrc", "-rf", "x" * 4000 + ".txt", "a/../../b", "Same.txt", "SAME.TXT",
         "manifest.jsonl", "Manifest.JSONL", "line\nbreak", "trailing. ", "\u202egpj.exe", "aux.tar.gz"]


def hostile():
    lines = [b"MIME-Version: 1.0", b"Content-Type: multipart/mixed; boundary=b", b""]
    for number, name in enumerate(NAMES):
        quoted = "".join("%%%02X" % octet for octet in name.encode())
        lines += [b"--b", b"Content-Type: application/octet-stream",
                  b"Content-Disposition: attachment; filename*=utf-8''" + quoted.encode(), b"", b"file %d" % number]
    word = b"=?utf-8?B?" + __import__("base64").b64encode(b"../../word.txt") + b"?="
    lines += [b"--b", b"Content-Type: application/x; name=\"" + word + b"\"", b"", b"word", b"--b--", b""]
    return b"\r\n".join(lines)


def check_extraction(folder):
    out = folder / "deep" / "er" / "out"
    out.parent.mkdir(parents=True)
    target = folder / "target"
    target.write_bytes(b"untouched")
    out.mkdir()
    (out / "passwd").symlink_to(target)
    before = {path for path in folder.rglob("*")}
    run("--extract", out, "--json", data=hostile())
    made = {path for path in folder.rglob("*")} - before
    assert all(path.parent == out for path in made), made
    assert target.read_bytes() == b"untouched"
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]
    assert len(lines) == len(NAMES) + 1 == len(made) - 1, (len(lines), len(made))
    names = [line["file"] for line in lines]
    assert len({name.lower() for name in names}) == len(names), "collisions on any file system are kept apart"
    for number, line in enumerate(lines[:-1]):
        path = out / line["file"]
        assert path.read_bytes() == b"file %d" % number and not path.is_symlink(), line
        assert not any(c in line["file"] for c in '/\\:*?"<>|\0\n') and not line["file"].startswith((".", "-")), line
        assert len(line["file"].encode()) <= 130 and line["size"] == len(b"file %d" % number)
    assert lines[3]["filename"] == NAMES[3] and lines[0]["file"] == "passwd-2", lines[0]
    assert all(name.split(".")[0].upper() not in ("CON", "NUL", "AUX") for name in names), names
    assert not list(out.glob(".mailparse-*"))


def check_extraction_of_content(folder):
    out = folder / "content"
    run("--extract", out, MESSAGES / "forwarded.eml")
    names = sorted(path.name for path in out.iterdir())
    assert len(names) == 5 and "manifest.jsonl" in names and "invoice.txt" in names, names
    assert (out / "invoice.txt").read_bytes() == b"invoice 118\n"
    assert {"notes.txt", "NOTES-2.TXT"} <= set(names), names
    [message] = [name for name in names if name.endswith(".eml")]
    assert (out / message).read_bytes() == run("--part", "2", MESSAGES / "forwarded.eml")
    path = folder / "two.mbox"
    path.write_bytes(b"".join(b"From a Tue Nov 17 10:00:00 2026\r\n" + (MESSAGES / name).read_bytes() + b"\r\n"
                              for name in ("phishing.eml", "russian.eml")))
    run("--extract", folder / "chosen", "--message", "1", path)
    assert sorted(p.name for p in (folder / "chosen").iterdir()) == ["manifest.jsonl", "отчёт.csv"]


def check_text(folder):
    text = run("--view", "text", MESSAGES / "phishing.eml").decode()
    assert "[hidden: lottery winner" in text and "[leads elsewhere: https://login.bank-example.evil" in text, text
    assert "<p>" not in text and "Dear customer,\n" in text and "sans-serif" not in text
    assert "24\xa0hours" in text
    assert "hxxps://login[.]bank-example" in run("--view", "text", "--defang", MESSAGES / "phishing.eml").decode()
    flowed = b"Content-Type: text/plain; charset=utf-8; format=flowed%s\n\n> one \n> two\n From \nhere\n-- \nAnn\n"
    assert "> one two\nFrom here\n-- \nAnn\n" in run("--view", "text", data=flowed % b"").decode()
    assert "> onetwo\nFromhere\n" in run("--view", "text", data=flowed % b"; DelSp=yes").decode()
    for view in ("summary", "tree", "headers", "hops", "parts", "findings", "text", "urls"):
        screen = run("--view", view, MESSAGES, data=b"").decode()
        assert not any(ord(c) < 32 and c not in "\n\t" for c in screen), view
        forged = b"Subject: =?utf-8?B?G1szMW3igK7Chw==?=\n\nhttp://a.example/\x1b[2J\xe2\x80\xae\n"
        screen = run("--view", view, data=forged).decode()
        assert "\x1b" not in screen and "\u202e" not in screen, view


def check_second_opinion(folder):
    [record] = records.parse(run("--json", "--second-opinion", MESSAGES / "russian.eml"))
    opinion = record["second_opinion"]
    assert opinion["reader"].startswith("mimetic ") and opinion["outcome"] == "same", opinion
    # A boundary inside a line: no delimiter for us; and a boundary parameter given twice.
    twice = (b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a; boundary=b\r\n\r\n--a\r\n\r\none\r\n--a--\r\n"
             b"--b\r\n\r\ntwo\r\n--b\r\n\r\nthree\r\n--b--\r\n")
    [record] = records.parse(run("--json", "--second-opinion", data=twice))
    assert record["second_opinion"]["outcome"] in ("same", "different")
    deep = b"MIME-Version: 1.0\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(300)) + b"\r\nend\r\n"
    [record] = records.parse(run("--json", "--second-opinion", data=deep))
    opinion = record["second_opinion"]
    assert opinion["outcome"] == "different" and opinion["differences"], "we stop at a depth of 100 and say so"
    assert b"second opinion" in run("--second-opinion", "--view", "tree", MESSAGES / "russian.eml")


def main():
    if not TOOL.exists():
        print("SKIP: no", TOOL)
        return 77
    for test in (check_jobs, check_index, check_folders, check_compressed, check_exit, check_parts, check_extraction,
                 check_extraction_of_content, check_text, check_second_opinion):
        with tempfile.TemporaryDirectory() as folder:
            test(pathlib.Path(folder))
        print("ok", test.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
