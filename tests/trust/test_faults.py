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
                 ("write", "EPIPE"), ("write", "short"), ("open", "EMFILE"), ("open", "EACCES"), ("close", "EIO"), ("close", "EINTR"), ("link", "ENOSPC")]


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
    if fault.endswith(":EPIPE"):  # nobody reads any more: a quiet end, of whatever was written until then
        assert expected.startswith(output), "%s: other output" % where
    elif status != 2:
        assert output == expected, "%s: other output, called a success" % where
    if "--json" in command or "--emit" in command:
        for line in output.split(b"\n")[:-1]:
            json.loads(line)


def sample(count):
    if THOROUGH or count <= TAKEN:
        return range(1, count + 1)
    return sorted({1 + step * (count - 1) // (TAKEN - 1) for step in range(TAKEN)})


def cases():
    """Commands over captures, logs and messages; thorough ones over more than a hundred inputs."""
    corpus = SOURCE / "corpus"
    captures = sorted((corpus / "captures").glob("*.pcap*"))
    logs = sorted((corpus / "transcripts").glob("*.log"))
    messages = [path for folder in (corpus / "messages", *(corpus / "seeds" / name for name in ("message", "cms", "mbox", "report", "tnef")))
                for path in sorted(folder.iterdir())]
    for path in captures if THOROUGH else captures[:3] + [corpus / "captures" / "demo.pcap"]:
        for emit in ("sessions", "messages"):
            yield [str(BIN / "trace-to-json"), "--emit", emit, "--summary", "--extract", "@", str(path)]
    for path in logs if THOROUGH else logs[:1]:
        yield [str(BIN / "trace-to-json"), "--emit", "events", "--summary", "--extract", "@", str(path)]
    for path in messages if THOROUGH else messages[:3]:
        yield [str(BIN / "msg-inspect"), "--json", "--extract", "@", str(path)]
        yield [str(BIN / "msg-inspect"), "--view", "summary", str(path)]
    yield [str(BIN / "msg-inspect"), "--json", "--jobs", "2", str(messages[0])]
    yield [str(BIN / "smtp-replay"), "--dry-run", str(corpus / "captures" / "demo.pcap")]


def main():
    runs, commands = 0, list(cases())
    for command in commands:
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
    print("ok: %d faults over %d inputs" % (runs, len({command[-1] for command in commands})))


if __name__ == "__main__":
    sys.exit(main())
