#!/usr/bin/env python3
"""smtp-replay beside Postfix's smtp-source: the same number of sessions over the same number of connections to the same
smtp-sink, one after the other, in one run.

usage: bench/smtp_load.py [--bin build/bench/bin] [--sessions 1000] [--connections 50] [--rounds 3]"""
import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

TALK = """S: 220 smtp-sink ESMTP
C: EHLO client.example.test
S: 250-smtp-sink
S: 250 PIPELINING
C: MAIL FROM:<a@example.test>
S: 250 2.1.0 Ok
C: RCPT TO:<b@example.test>
S: 250 2.1.5 Ok
C: DATA
S: 354 go on
%s
C: .
S: 250 2.0.0 Ok
C: QUIT
S: 221 Bye
"""
MESSAGE_OCTETS = 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/bench/bin", type=pathlib.Path)
    parser.add_argument("--sessions", default=1000, type=int)
    parser.add_argument("--connections", default=50, type=int)
    parser.add_argument("--rounds", default=3, type=int)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = "127.0.0.1:%d" % listener.getsockname()[1]
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen([shutil.which("smtp-sink", path="/usr/sbin:/usr/bin"), *user, target, "1000"])
    try:
        time.sleep(0.5)
        body = "\n".join("C: " + "x" * 72 for _ in range(MESSAGE_OCTETS // 74))
        talk = (TALK % ("C: Subject: load\nC:\n" + body)).encode()
        for number in range(options.rounds):
            begin = time.monotonic()
            subprocess.run([shutil.which("smtp-source", path="/usr/sbin:/usr/bin"), "-s", str(options.connections), "-m", str(options.sessions),
                            "-l", str(MESSAGE_OCTETS), "-f", "a@example.test", "-t", "b@example.test", target], check=True, timeout=300)
            spent = time.monotonic() - begin
            print("round %d: smtp-source %.1f sessions a second" % (number + 1, options.sessions / spent))
            done = subprocess.run([options.bin / "smtp-replay", "--to", target, "--connections", str(options.connections), "--repeat",
                                   str(options.sessions), "--compare", "class", "--compare", "EHLO=class", "--json", "-"],
                                  input=talk, capture_output=True, timeout=300)
            load = json.loads(done.stdout)
            print("round %d: smtp-replay %.1f sessions a second, %d the same, status %d" %
                  (number + 1, load["sessions_per_s"], load["same"], done.returncode))
            for one in load["latencies"]:
                print("  %-8s %6d  p50 %8.3f ms  p90 %8.3f ms  p95 %8.3f ms  p99 %8.3f ms  most %8.3f ms" %
                      (one["verb"], one["count"], *(one[key] * 1000 for key in ("p50_s", "p90_s", "p95_s", "p99_s", "most_s"))))
    finally:
        sink.terminate()
        sink.wait()


if __name__ == "__main__":
    main()
