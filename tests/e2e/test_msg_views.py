#!/usr/bin/env python3
"""msg-inspect in the shapes of other projects, and what it says of URLs: key by key for messages of the corpus, by
schema for every sample."""
import base64
import email
import email.policy
import hashlib
import json
import subprocess
import sys

import records

MESSAGES = records.SOURCE / "corpus" / "messages"
TOOL = records.BIN / "msg-inspect"


def run(*arguments, data=b"", status=0):
    done = subprocess.run([str(TOOL), *map(str, arguments)], input=data, capture_output=True, timeout=120)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done.stdout


def one(shape, path=None, data=b""):
    lines = run("--format", shape, *([path] if path else []), data=data).splitlines()
    assert len(lines) == 1, lines
    record = json.loads(lines[0])
    check(shape, record, path)
    return record


def check(shape, record, path):
    for error in records.validator(shape).iter_errors(record):
        raise AssertionError("%s: %s: %s: %s" % (path, shape, list(error.absolute_path), error.message[:300]))


def parts(message):
    """Leaves and enclosed messages, as eml_parser walks them."""
    if message.get_content_type() == "message/rfc822":
        yield message
    if message.is_multipart():
        for part in message.get_payload():
            yield from parts(part)
    else:
        yield message


def oracle_attachments(message):
    for part in parts(message):
        if part.get_content_type() == "message/rfc822":
            continue  # written anew by Python: other octets
        if "content-disposition" in part or part.get_content_maintype() != "text":
            octets = part.get_payload(decode=True)
            yield {"filename": part.get_filename("") or "part-000", "size": len(octets),
                   "hash": {kind: hashlib.new(kind, octets).hexdigest() for kind in ("md5", "sha1", "sha256", "sha512")}}


def oracle_bodies(message):
    for part in parts(message):
        if "content-disposition" not in part and part.get_content_maintype() == "text":
            text = part.get_payload(decode=True).decode(part.get_content_charset() or "ascii")
            yield {"content_type": part.get_content_type(), "hash": hashlib.sha256(text.encode()).hexdigest()}


def check_eml_parser_against_python():
    for path in sorted(MESSAGES.glob("*.eml")):
        record = one("eml_parser", path)
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        if message.get_content_type() == "multipart/report":
            continue  # Python takes the fields of a report for the header of a message without a body
        header = record["header"]
        assert header["subject"] == message["subject"], path
        assert header["from"] == message["from"].addresses[0].addr_spec.lower(), path
        assert header["to"] == [a.addr_spec.lower() for a in message["to"].addresses], path
        assert header["date"] == message["date"].datetime.isoformat(), path
        assert sorted(header["header"]) == sorted({name.lower() for name in message.keys()}), path
        assert len(header["header"].get("received", [])) == len(message.get_all("received", [])), path
        bodies = [{key: body[key] for key in ("content_type", "hash") if key in body} for body in record["body"]]
        expected = list(oracle_bodies(message))
        for body, other in zip(bodies, expected):
            body.setdefault("content_type", "text/plain")
            assert body == other, (path, body, other)
        assert len(bodies) == len(expected), path
        mine = [{key: a[key] for key in ("filename", "size", "hash")} for a in record.get("attachment", [])
                if "message/rfc822" not in a["content_header"].get("content-type", []) and a["content_header"]]
        assert mine == list(oracle_attachments(message)), (path, mine)


def check_eml_parser_keys():
    record = one("eml_parser", MESSAGES / "phishing.eml")
    header = record["header"]
    assert [hop["date"] for hop in header["received"]] == [
        "2026-11-17T09:14:31+01:00", "2026-11-17T09:12:02+01:00", "2026-11-17T09:20:00+01:00"]
    first = header["received"][0]
    assert first["src"].startswith("from mx1.example.org (mx1.example.org [198.51.100.25]) by store.example.org (postfix)")
    assert (first["from"], first["by"], first["with"], first["for"]) == (
        ["mx1.example.org", "198.51.100.25"], ["store.example.org"], "esmtps id 4xyz1k2fzz", ["anna@example.org"])
    assert header["received_foremail"] == ["anna@example.org"]
    assert header["received_domain"] == ["mx1.example.org", "store.example.org", "mailer.evil.example", "bank.example"]
    assert "received_ip" not in header, "documentation addresses are private to Python's ipaddress"
    [body] = record["body"]
    assert body["uri"] == ["https://www.bank.example/login",
                           "https://login.bank-example.evil.example/confirm?id=81723&t=x",
                           "http://203.0.113.80/o.gif?u=81723"], body["uri"]
    assert body["domain"] == ["www.bank.example", "login.bank-example.evil.example"]
    assert body["ip"] == ["203.0.113.80"] and body["content_type"] == "text/html"
    assert list(body["content_header"]) == ["content-transfer-encoding", "content-type"]
    assert "boundary" in body and "multipart" not in body["content_header"]["content-type"][0]
    [attachment] = record["attachment"]
    assert (attachment["filename"], attachment["extension"]) == ("statement.pdf.exe", "exe")
    defanged = json.loads(run("--format", "eml_parser", "--defang", MESSAGES / "phishing.eml"))
    assert defanged["body"][0]["ip"] == ["203[.]0[.]113[.]80"]


def check_eml_parser_of_little():
    record = one("eml_parser", data=b"Subject: x\n\nbody a@b.example www.c.example 192.0.2.9\n")
    header = record["header"]
    assert (header["subject"], header["from"], header["to"], header["received"]) == ("x", "", [], [])
    assert header["date"] == "1970-01-01T00:00:00+00:00"
    [body] = record["body"]
    assert body["uri_noscheme"] == ["www.c.example"] and body["email"] == ["a@b.example"] and body["ip"] == ["192.0.2.9"]
    assert body["content_header"] == {} and "content_type" not in body and "attachment" not in record


def check_mailparser_keys():
    record = one("mailparser", MESSAGES / "russian.eml")
    assert record["from"] == [["Иван Петров", "ivan@example.net"]]
    assert record["to"] == [["Office", "office@example.org"], ["経理部", "keiri@example.jp"]]
    assert record["to_domains"] == ["example.jp", "example.org"]
    assert (record["subject"], record["message-id"]) == ("Отчёт за октябрь", "<q1.77@mail.example.net>")
    assert (record["date"], record["timezone"]) == ("2026-11-02T09:00:00+00:00", "+3.0")
    assert record["mime-version"] == "1.0" and record["content-type"].startswith("multipart/mixed")
    old, new = record["received"]
    assert (old["hop"], old["from"], old["with"], old["id"], old["delay"]) == (
        1, "laptop.lan ([192.0.2.14])", "ESMTPSA", "77-Q1", 0)
    assert (new["hop"], new["delay"], new["date_utc"]) == (2, 2, "2026-11-02T09:00:05+00:00")
    assert new["for"] == "<office@example.org>" and new["with"].startswith("ESMTPS (TLS1.3")
    [attachment] = record["attachments"]
    assert attachment["filename"] == "отчёт.csv" and attachment["binary"] and attachment["charset"] == "windows-1251"
    assert base64.b64decode(attachment["payload"]).decode("windows-1251") == "месяц;сумма\r\nоктябрь;100\r\n"
    assert attachment["mail_content_type"] == "text/csv" and attachment["content_transfer_encoding"] == "base64"
    assert record["body"].startswith("Здравствуйте!") and record["has_defects"] is False


def check_mailparser_of_defects():
    record = one("mailparser", data=b"Content-Type: multipart/mixed; boundary=b\nX-A: 1\nX-A: 2\n\n--b\n\none\n--b\n"
                                    b"Content-Type: text/html\n\n<p>two\n")
    assert record["x-a"] == ["1", "2"] and record["has_defects"]
    assert record["defects_categories"] == ["CloseBoundaryNotFoundDefect"]
    assert record["body"] == "one\n--- mail_boundary ---\n<p>two\n"


def check_urls():
    [record] = records.parse(run("--json", MESSAGES / "phishing.eml"))
    urls = {url["url"]: url for url in record["urls"]}
    link = urls["https://login.bank-example.evil.example/confirm?id=81723&t=x"]
    assert link["text"] == "https://www.bank.example/login" and link["part"] == "1"
    content = run("--part", "1", MESSAGES / "phishing.eml")
    for url in record["urls"]:
        assert content[url["offset"]:].startswith(b"http"), url
    assert [ip["ip"] for ip in record["ips"]] == ["203.0.113.80"]
    [record] = records.parse(run("--json", "--defang", MESSAGES / "phishing.eml"))
    assert record["urls"][0]["url"] == "hxxps://www[.]bank[.]example/login"
    assert record["domains"][0]["domain"] == "www[.]bank[.]example"
    assert b"leads elsewhere" in run("--view", "urls", MESSAGES / "phishing.eml")


def check_readme():
    """The screens of the README are what a user sees."""
    readme = (records.SOURCE / "README.md").read_text(encoding="utf-8")
    for arguments in (("summary", "phishing.eml"), ("text", "--defang", "phishing.eml"), ("summary", "russian.eml"),
                      ("summary", "forwarded.eml")):
        screen = subprocess.run([str(TOOL), "--view", *arguments[:-1], "corpus/messages/" + arguments[-1]],
                                cwd=records.SOURCE, capture_output=True, check=True).stdout.decode("utf-8")
        assert "```\n" + screen + "```\n" in readme, arguments


def check_samples():
    root = records.SAMPLES / "messages"
    if not root.is_dir():
        return print("SKIP samples: none at", root)
    files = [path for path in sorted(root.rglob("*")) if path.is_file()]
    for shape in ("eml_parser", "mailparser"):
        lines = run("--jobs", "2", "--format", shape, root).splitlines()
        assert len(lines) >= len(files) * 9 // 10, (len(lines), len(files))
        for number, line in enumerate(lines):
            check(shape, json.loads(line), "message %d of the samples" % number)


def main():
    if not TOOL.exists():
        print("SKIP: no", TOOL)
        return 77
    for test in (check_eml_parser_against_python, check_eml_parser_keys, check_eml_parser_of_little, check_mailparser_keys,
                 check_mailparser_of_defects, check_urls, check_readme, check_samples):
        test()
        print("ok", test.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
