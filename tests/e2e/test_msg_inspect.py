#!/usr/bin/env python3
"""msg-inspect as a user runs it: records fit their schema, parts come out as they went in, extraction stays in its folder."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import records

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "msg-inspect"
SOURCE = pathlib.Path(os.environ["MAILPARSE_SOURCE"])
SAMPLES = pathlib.Path(os.environ["MAILPARSE_SAMPLES"])

MAIL = (b"From: a@example.com\r\nDate: Tue, 17 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>one &amp; two</p>\r\n"
        b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=\"../../evil\x1b[31m.pdf\"\r\n\r\nJVBERi0xLjcK\r\n--b--\r\n")


def run(*args, data=MAIL, status=0):
    done = subprocess.run([str(BIN), *args], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == status, (args, done.returncode, done.stderr)
    return done.stdout


def check_records():
    files = sorted(p for folder in ("seeds/message", "messages") for p in (SOURCE / "corpus" / folder).iterdir())
    if SAMPLES.is_dir():
        files += sorted(p for p in (SAMPLES / "messages").rglob("*") if p.is_file())[::7]
        files += sorted((SAMPLES / "hostile").glob("*/*.eml"))
    else:
        print("SKIP samples: none at", SAMPLES)
    for path in files:
        for record in records.parse(run("--json", str(path), data=b"")):
            assert record["record"] == "message", path


def check_parts():
    assert run("--part", "2") == b"%PDF-1.7\n"
    assert run("--part", "1", "--raw") == b"Content-Type: text/html\r\n\r\n<p>one &amp; two</p>"
    run("--part", "9", status=2)
    assert b"one & two" in run("--view", "text")


def check_terminal():
    for view in ("summary", "tree", "headers", "hops", "parts", "findings", "text"):
        assert b"\x1b" not in run("--view", view), view


def check_extraction():
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        for _ in range(2):
            run("--json", "--extract", str(out))
        names = sorted(p.name for p in out.iterdir())
        assert names == ["evil[31m-2.pdf", "evil[31m.pdf", "manifest.jsonl"], names
        assert sorted(os.listdir(folder)) == ["out"]
        assert (out / "evil[31m.pdf").read_bytes() == b"%PDF-1.7\n"
        assert len((out / "manifest.jsonl").read_text().splitlines()) == 2


def check_exit_status():
    run("--fail-on", "error", status=1)
    run("--fail-on", "critical")
    run("no-such-file.eml", status=2)
    run("--view", "nonsense", status=2)
    done = subprocess.run([str(BIN), "--json", "no-such-file.eml", "-"], input=MAIL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 2 and json.loads(done.stdout)["size"] == len(MAIL)


def main():
    if not BIN.exists():
        print("SKIP: no", BIN)
        return 77
    for check in (check_records, check_parts, check_terminal, check_extraction, check_exit_status):
        check()
        print("ok", check.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
