#!/usr/bin/env python3
"""Messages that stand in another form: in pieces, and signed by S/MIME."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import records

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "msg-inspect"

WHOLE = b"X-First: 1\r\nFrom: a@a.example\r\nMessage-ID: <whole@a.example>\r\nSubject: all of it\r\n" \
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\nContent-Type: application/pdf\r\n" \
        b"Content-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjcK\r\n--b--\r\n"


def run(*arguments, data=b"", status=0):
    done = subprocess.run([str(BIN), *map(str, arguments)], input=data, capture_output=True, timeout=60, check=False)
    assert done.returncode == status, (arguments, done.returncode, done.stderr)
    return done


def fragment(number, total, body, identity="x@a.example"):
    """Of a message whose fields the first fragment's own header gives, but for those that describe content."""
    return (b"X-First: 1\r\nFrom: a@a.example\r\nSubject: piece %d\r\nMessage-ID: <%d@a.example>\r\nMIME-Version: 1.0\r\n"
            b"Content-Type: message/partial; id=\"%s\"; number=%d%s\r\n\r\n" %
            (number, number, identity.encode(), number, b"; total=%d" % total if total else b"")) + body


def pieces():
    enclosed = b"X-First: dropped\r\nMessage-ID: <whole@a.example>\r\nSubject: all of it\r\n" + WHOLE[WHOLE.index(b"Content-Type"):]
    cuts = (0, len(enclosed) - 60, len(enclosed) - 20, len(enclosed))
    return [fragment(n + 1, 3 if n == 2 else None, enclosed[cuts[n]:cuts[n + 1]]) for n in range(3)]


def check_pieces(folder):
    files = []
    for number, octets in enumerate(pieces(), 1):
        files.append(folder / ("%d.eml" % number))
        files[-1].write_bytes(octets)
    for order in ((0, 1, 2), (2, 0, 1)):
        for jobs in ("1", "3"):
            told = records.parse(run("--json", "--jobs", jobs, *(files[i] for i in order)).stdout)
            assert len(told) == 4, len(told)
            *parts, whole = told
            assert [part["partial"]["fragment"] for part in parts] == [i + 1 for i in order]
            assert whole["subject"] == "all of it" and whole["message_id"] == "whole@a.example"
            assert [field["value"] for field in whole["headers"] if field["name"] == "X-First"] == ["1"]
            by_number = {part["partial"]["fragment"]: part["id"] for part in parts}
            assert whole["partial"] == {"id": "x@a.example", "total": 3, "fragments": [by_number[n] for n in (1, 2, 3)]}
            assert whole["source"] == {"file": str(files[order[-1]]), "format": "joined"}
            assert [part["path"] for part in whole["parts"]] == ["0", "1", "2"]
            assert whole["size"] == len(WHOLE), (whole["size"], len(WHOLE))
    assert run("--message", whole["id"], "--part", "2", *files).stdout == b"%PDF-1.7\n"
    run("--json", "--extract", folder / "out", *files)
    assert (folder / "out" / "a.pdf").read_bytes() == b"%PDF-1.7\n"
    shown = run("--view", "summary", *files).stdout.decode()
    assert "from 3 fragments of x@a.example" in shown and "3 of 3 of x@a.example" in shown
    mbox = folder / "all.mbox"
    mbox.write_bytes(b"".join(b"From a@a.example Mon Jan  1 00:00:00 2024\r\n" + octets + b"\r\n" for octets in pieces()))
    assert records.parse(run("--json", mbox).stdout)[-1]["partial"]["total"] == 3
    done = run("--json", files[0], files[2])
    assert b'"x@a.example" is not complete: 1, 3 of 3 came' in done.stderr, done.stderr
    assert b"1 of an unknown number came" in run("--json", files[0]).stderr
    assert not run("--json", *files).stderr


def check_pieces_of_pieces(folder):
    """What was joined is not joined again."""
    inner = fragment(1, 1, b"Subject: inner\r\n\r\nx\r\n", "inner")
    path = folder / "nested.eml"
    path.write_bytes(fragment(1, 1, inner[inner.index(b"Subject"):], "outer"))
    assert len(records.parse(run("--json", path).stdout)) == 2


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *map(str, arguments)], input=data, capture_output=True, timeout=60, check=True).stdout


def certificate(folder, name):
    key, pem = folder / (name + ".key"), folder / (name + ".pem")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", pem,
            "-days", "2", "-subj", "/CN=" + name, "-addext", "subjectAltName=email:%s@a.example" % name,
            "-addext", "keyUsage=digitalSignature,keyCertSign")
    return key, pem


def check_signatures(folder):
    key, ann = certificate(folder, "ann")
    _, eve = certificate(folder, "eve")
    entity = b"Content-Type: text/plain\r\n\r\nsigned text\r\n"
    head = b"From: ann@a.example\r\nDate: Tue, 17 Nov 2026 10:00:00 +0000\r\n"
    detached = head + openssl("cms", "-sign", "-signer", ann, "-inkey", key, data=entity).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    opaque = head + openssl("cms", "-sign", "-nodetach", "-signer", ann, "-inkey", key, data=entity)
    for mail, tampered in ((detached, detached.replace(b"signed text", b"signed tExt")), (opaque, None)):
        for anchors, octets, outcome in ((ann, mail, "valid"), (eve, mail, "untrusted"), (ann, tampered, "broken"),
                                         (None, mail, None)):
            if octets is None:
                continue
            arguments = ("--ca-file", anchors) if anchors else ()
            [record] = records.parse(run("--json", *arguments, data=octets).stdout)
            [protection] = [part["protection"] for part in record["parts"] if "protection" in part]
            assert protection.get("signature") == outcome, (outcome, protection)
            assert protection["signers"][0]["addresses"] == ["ann@a.example"]
            shown = run("--view", "tree", *arguments, data=octets).stdout.decode()
            assert "by ann@a.example, %s" % (outcome or "not verified") in shown, shown
    with open(folder / "both.pem", "wb") as both:
        both.write(eve.read_bytes() + ann.read_bytes())
    [record] = records.parse(run("--json", "--ca-file", folder / "both.pem", "--jobs", "2", data=opaque).stdout)
    assert b'"signature":"valid"' in run("--json", "--ca-file", folder / "both.pem", data=opaque).stdout
    assert run("--part", "1.1", data=opaque).stdout == b"signed text\r\n", json.dumps(record["parts"])
    assert b"no PEM certificate" in run("--ca-file", key, data=opaque, status=2).stderr
    run("--ca-file", folder / "none.pem", data=opaque, status=2)


def main():
    if not BIN.exists():
        print("SKIP: no", BIN)
        return 77
    for check in (check_pieces, check_pieces_of_pieces, check_signatures):
        with tempfile.TemporaryDirectory() as folder:
            check(pathlib.Path(folder))
        print("ok", check.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
