#!/usr/bin/env python3
"""Every resource can fail: the tools then end by themselves, with exit status 2 unless the output is what it is without
the fault, and every whole line of output is still JSON.

Allocations fail one by one (each from the n-th on), system calls by kind and errno. MAILPARSE_THOROUGH=1 takes every n,
otherwise some forty of each kind are taken.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"])
SOURCE = pathlib.Path(os.environ["MAILPARSE_SOURCE"])
SHIM = os.environ["MAILPARSE_FAULTS"]
THOROUGH = os.environ.get("MAILPARSE_THOROUGH") == "1"
TAKEN = 40

SYSTEM_FAULTS = [("read", "EINTR"), ("read", "EIO"), ("read", "short"), ("write", "EINTR"), ("write", "EIO"), ("write", "ENOSPC"),
                 ("write", "short"), ("open", "EMFILE"), ("open", "EACCES"), ("close", "EIO"), ("close", "EINTR"), ("link", "ENOSPC")]


def run(command, fault, folder):
    """(exit status, standard output, calls seen)."""
    reader, writer = os.pipe()
    environment = dict(os.environ, LD_PRELOAD=SHIM, MAILPARSE_FAULT=fault, MAILPARSE_FAULT_COUNT=str(writer))
    done = subprocess.run([part.replace("@", folder) for part in command], env=environment, pass_fds=[writer], capture_output=True, timeout=120)
    os.close(writer)
    with os.fdopen(reader) as count:
        seen = int(count.read() or 0)
    return done.returncode, done.stdout, seen


def judge(command, fault, status, output, expected):
    where = "%s with %s" % (" ".join(command), fault)
    assert status >= 0, "%s: ended by signal %d" % (where, -status)
    assert status in (0, 1, 2), "%s: exit status %d" % (where, status)
    if status != 2:
        assert output == expected, "%s: other output, called a success" % where
    if "--json" in command or "--emit" in command:
        for line in output.split(b"\n")[:-1]:
            json.loads(line)


def sample(count):
    if THOROUGH or count <= TAKEN:
        return range(1, count + 1)
    return sorted({1 + step * (count - 1) // (TAKEN - 1) for step in range(TAKEN)})


def cases():
    corpus = SOURCE / "corpus"
    captures = sorted((corpus / "captures").glob("*.pcap*"))
    messages = sorted((corpus / "seeds" / "message").iterdir())
    for path in captures if THOROUGH else captures[:3] + [corpus / "captures" / "demo.pcap"]:
        for emit in ("sessions", "messages"):
            yield [str(BIN / "trace-to-json"), "--emit", emit, "--summary", "--extract", "@", str(path)]
    for path in messages if THOROUGH else messages[:4]:
        yield [str(BIN / "msg-inspect"), "--json", "--extract", "@", str(path)]
        yield [str(BIN / "msg-inspect"), "--view", "summary", str(path)]


def main():
    runs = 0
    for command in cases():
        faults = [("malloc", None)] + SYSTEM_FAULTS
        for call, error in faults:
            end = ":" + error if error else ""
            with tempfile.TemporaryDirectory() as folder:
                plain, expected, seen = run(command, "%s:0%s" % (call, end), folder)
            assert plain in (0, 2), (command, plain)
            for number in sample(seen):
                fault = "%s:%d%s" % (call, number, end)
                with tempfile.TemporaryDirectory() as folder:
                    status, output, _ = run(command, fault, folder)
                runs += 1
                judge(command, fault, status, output, expected)
    print("ok: %d faults" % runs)


if __name__ == "__main__":
    sys.exit(main())
