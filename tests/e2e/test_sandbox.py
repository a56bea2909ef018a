#!/usr/bin/env python3
"""Each tool gives up its rights before it reads: what the kernel says of the process that waits for input."""
import os
import pathlib
import subprocess
import sys
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


def main():
    for tool in ("trace-to-json", "msg-inspect"):
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


if __name__ == "__main__":
    main()
