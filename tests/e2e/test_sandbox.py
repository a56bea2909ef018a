#!/usr/bin/env python3
"""Each tool gives up its rights before it reads: what the kernel says of the process that waits for input."""
import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"])


def rights(process):
    lines = pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


def waiting(tool, *arguments):
    """The rights of `tool` once it has closed its sandbox, or after ten seconds."""
    process = subprocess.Popen([str(BIN / tool), *arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        status = rights(process)
        for _ in range(1000):
            if status.get("Seccomp") == "2":
                break
            time.sleep(0.01)
            status = rights(process)
        return status
    finally:
        process.stdin.close()
        process.wait(timeout=60)


def replay_reads_only_what_was_named():
    """A message that a link in the named folder leads to is out of reach; whatever is read of the network's messages cannot ask for it."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "messages").mkdir()
        message = b"Subject: elsewhere\r\n\r\nsecret words\r\n"
        digest = hashlib.sha256(message).hexdigest()
        (folder / "elsewhere").write_bytes(message)
        (folder / "messages" / ("m-%s.eml" % digest[:16])).symlink_to(folder / "elsewhere")
        talk = ("S: 220 mx.example.test ESMTP\nC: EHLO c.example.test\nS: 250 mx.example.test\nC: MAIL FROM:<a@example.test>\nS: 250 Ok\n"
                "C: RCPT TO:<b@example.test>\nS: 250 Ok\nC: DATA\nS: 354 go on\n%sC: .\nS: 250 Ok\nC: QUIT\nS: 221 Bye\n")
        talk %= "".join("C: %s\n" % line for line in message.decode().split("\r\n")[:-1])
        record = subprocess.run([str(BIN / "trace-to-json")], input=talk.encode(), capture_output=True, timeout=60, check=True).stdout
        shown = {}
        for flags in ((), ("--no-sandbox",)):
            done = subprocess.run([str(BIN / "smtp-replay"), "--messages", str(folder / "messages"), *flags], input=record, capture_output=True, timeout=60)
            assert done.returncode == 0, done.stderr
            shown[flags] = done.stdout
        assert b"secret words" in shown[("--no-sandbox",)], shown
        assert b"secret words" not in shown[()], shown


def main():
    for tool in ("trace-to-json", "msg-inspect", "smtp-replay"):
        if not (BIN / tool).exists():
            continue
        version = subprocess.run([str(BIN / tool), "--version"], capture_output=True, text=True, timeout=60, check=True).stdout
        support = version.splitlines()[1]
        print(tool, support)
        if not support.endswith(", seccomp"):
            print("SKIP:", support)
            sys.exit(77)
        closed = waiting(tool)
        assert (closed["NoNewPrivs"], closed["Seccomp"]) == ("1", "2"), closed
        opened = subprocess.Popen([str(BIN / tool), "--no-sandbox"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert rights(opened)["Seccomp"] == "0"
        opened.stdin.close()
        opened.wait(timeout=60)
    if (BIN / "smtp-replay").exists() and "no Landlock" not in support:
        replay_reads_only_what_was_named()


if __name__ == "__main__":
    main()
