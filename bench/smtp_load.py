#!/usr/bin/env python3
"""smtp-replay beside Postfix's smtp-source: the same number of sessions over the same number of connections to the same
smtp-sink, in one run.

Both send a mail of the same size per session, reconnect for each, and are timed from outside, from the start of the process to
its end; what one session alone takes, which is nearly all start, is stated for both. Rounds are pairs, every second one in the other
order, so that a machine that others use slows both; medians count. Latencies are those of the round with the median rate.

usage: bench/smtp_load.py [--bin build/release/bin] [--sessions 1000] [--connections 50] [--rounds 5]"""
import argparse
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import time

TALK = """S: 220 smtp-sink ESMTP
C: EHLO client.example.test
S: 250-smtp-sink
S: 250 8BITMIME
C: MAIL FROM:<a@example.test>
S: 250 2.1.0 Ok
C: RCPT TO:<b@example.test>
S: 250 2.1.5 Ok
C: DATA
S: 354 go on
C: From: <a@example.test>
C: To: <b@example.test>
C: Date: Sun, 22 Nov 2026 07:00:00 +0000
C: Message-Id: <1.load@client.example.test>
C:
%s
C: .
S: 250 2.0.0 Ok
C: QUIT
S: 221 Bye
"""
BODY_OCTETS = 1000
LINE = "x" * 78  # smtp-source's lines, with their CRLF of 80
PATIENCE_S = 300


def program(name):
    found = shutil.which(name, path="/usr/sbin:/usr/bin")
    return found or exit("%s is not installed (package postfix)" % name)


def start_sink(target):
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    sink = subprocess.Popen([program("smtp-sink"), *user, target, "1000"])
    host, port = target.split(":")
    for _ in range(200):
        try:
            with socket.create_connection((host, int(port)), 5) as client:
                client.recv(1)
            return sink
        except OSError:
            time.sleep(0.05)
    exit("smtp-sink does not start")


class Load:
    """One target, and the two programs that load it."""

    def __init__(self, options, target):
        self.options, self.target = options, target
        lines = [LINE] * (BODY_OCTETS // (len(LINE) + 2))
        self.talk = (TALK % "\n".join("C: " + line for line in lines)).encode()

    def source(self, sessions, connections):
        """Seconds."""
        begin = time.monotonic()
        subprocess.run([program("smtp-source"), "-s", str(connections), "-m", str(sessions), "-l", str(BODY_OCTETS), "-f", "a@example.test",
                        "-t", "b@example.test", self.target], check=True, timeout=PATIENCE_S)
        return time.monotonic() - begin

    def replay(self, sessions, connections):
        """(seconds, the record "load")."""
        begin = time.monotonic()
        done = subprocess.run([self.options.bin / "smtp-replay", "--to", self.target, "--connections", str(connections), "--repeat", str(sessions),
                               "--duration", str(PATIENCE_S), "--compare", "class", "--json", "-"], input=self.talk, capture_output=True,
                              timeout=PATIENCE_S + 60)
        spent = time.monotonic() - begin
        load = json.loads(done.stdout) if done.stdout else {}
        if done.returncode not in (0, 1) or load.get("sessions") != sessions or set(load["differences"]) - {"extensions"}:
            exit("smtp-replay: status %d %s %s" % (done.returncode, load.get("differences"), done.stderr.decode()))
        return spent, load

    def round(self, number):
        """(seconds of smtp-source, seconds of smtp-replay, its record)."""
        shape = self.options.sessions, self.options.connections
        if number % 2:
            replayed, load = self.replay(*shape)
            return self.source(*shape), replayed, load
        sourced = self.source(*shape)
        return sourced, *self.replay(*shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/release/bin", type=pathlib.Path)
    parser.add_argument("--sessions", default=1000, type=int)
    parser.add_argument("--connections", default=50, type=int)
    parser.add_argument("--rounds", default=5, type=int)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = "127.0.0.1:%d" % listener.getsockname()[1]
    sink = start_sink(target)
    try:
        load = Load(options, target)
        single = [(load.source(1, 1), load.replay(1, 1)[0]) for _ in range(options.rounds)]
        print("one session alone, process start included: smtp-source %.1f ms, smtp-replay %.1f ms (medians)" %
              tuple(statistics.median(column) * 1000 for column in zip(*single)))
        rounds = [load.round(number) for number in range(options.rounds)]
    finally:
        sink.terminate()
        sink.wait()
    for number, (source, replay, _) in enumerate(rounds, 1):
        print("round %d: smtp-source %7.1f sessions/s   smtp-replay %7.1f sessions/s   ratio %.2f" %
              (number, options.sessions / source, options.sessions / replay, source / replay))
    print("median:  smtp-source %7.1f sessions/s   smtp-replay %7.1f sessions/s   ratio %.2f" % (
        options.sessions / statistics.median(one[0] for one in rounds), options.sessions / statistics.median(one[1] for one in rounds),
        statistics.median(one[0] / one[1] for one in rounds)))
    middle = sorted(rounds, key=lambda one: one[1])[len(rounds) // 2][2]
    for one in middle["latencies"]:
        print("  %-8s %6d  p50 %8.3f ms  p90 %8.3f ms  p95 %8.3f ms  p99 %8.3f ms  most %8.3f ms" %
              (one["verb"], one["count"], *(one[key] * 1000 for key in ("p50_s", "p90_s", "p95_s", "p99_s", "most_s"))))


if __name__ == "__main__":
    main()
