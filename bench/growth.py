#!/usr/bin/env python3
"""How time and memory grow with what is read: size, connections at once, parts, fields, recipients, shards, jobs.

Each curve doubles or quadruples one thing and measures the tools whole: user and system time, peak memory, MB/s. What
is linear has a flat line of nanoseconds per octet. Writes bench/record/growth.csv; bench/plot.py draws it.
    bench/growth.py --generators build/bench/bench --bin build/bench/bin           # sizes to 64 MB, a minute or two
    bench/growth.py ... --megabytes 4096 --flows 1000000                            # as far as the machine goes
"""
import argparse
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = ["curve", "value", "octets", "turn", "wall_s", "cpu_s", "peak_mib"]


def steps(first, last, factor=4):
    while first < last:
        yield first
        first *= factor
    yield last


def generate(generator, *options):
    """A function that writes the generator's output to a path."""
    return lambda path: subprocess.run([generator, "--output=%s" % path, *options], check=True)


def message(fields=0, recipients=1, parts=0):
    lines = ["From: a@example.org", "To: " + ",\r\n ".join("Name %d <r%d@example.org>" % (n, n) for n in range(recipients)),
             "Date: Mon, 12 Jan 2026 10:11:12 +0000", "MIME-Version: 1.0"]
    lines += ["X-Field-%d: the value of a field that nobody knows" % n for n in range(fields)]
    if not parts:
        return "\r\n".join([*lines, "", "Text.", ""])
    lines += ['Content-Type: multipart/mixed; boundary="b"', ""]
    for n in range(parts):
        lines += ["--b", "Content-Type: text/plain; charset=utf-8", "", "Part %d." % n]
    return "\r\n".join([*lines, "--b--", ""])


def written(text):
    return lambda path: path.write_bytes(text.encode())


def curves(asked):
    """(curve, value, how to make the input, command without it)"""
    trace, inspect = str(asked.bin / "trace-to-json"), str(asked.bin / "msg-inspect")
    capture, mbox = asked.generators / "generate_capture", asked.generators / "generate_mbox"
    for megabytes in steps(1, asked.megabytes):
        yield "capture MB", megabytes, generate(capture, "--megabytes=%d" % megabytes), [trace]
    for megabytes in steps(1, asked.megabytes):
        yield "mbox MB", megabytes, generate(mbox, "--megabytes=%d" % megabytes), [inspect, "--json"]
    for flows in steps(1, asked.flows, 10):
        made = generate(capture, "--mix=small", "--flows=%d" % flows, "--megabytes=%d" % max(8, flows // 150))
        yield "connections at once", flows, made, [trace]
    # Limits that are not reached, so that all of it is read.
    for count in steps(100, 10_000, 10):
        yield "parts", count, written(message(parts=count)), [inspect, "--json", "--limit", "mime-parts=20000"]
        yield "header fields", count, written(message(fields=count)), [inspect, "--json", "--limit", "header-fields=20000"]
        yield "recipients", count, written(message(recipients=count)), [inspect, "--json"]


def run(commands):
    """Wall and CPU seconds and peak MiB of commands that run at once."""
    begin = time.perf_counter()
    running = [subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
               for command in commands]
    usages = [os.wait4(process.pid, 0) for process in running]
    wall = time.perf_counter() - begin
    for process, (_, status, _) in zip(running, usages):
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            sys.exit("%s ended with %d" % (process.args, process.returncode))
    return (wall, sum(usage.ru_utime + usage.ru_stime for *_, usage in usages),
            max(usage.ru_maxrss for *_, usage in usages) / 1024)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--generators", type=pathlib.Path, required=True, help="folder of generate_capture, generate_mbox")
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of the tools")
    parser.add_argument("--megabytes", type=int, default=64)
    parser.add_argument("--flows", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--record", type=pathlib.Path, default=HERE / "record" / "growth.csv")
    asked = parser.parse_args()
    rows = []

    def measure(curve, value, octets, commands):
        for turn in range(asked.runs):
            wall, cpu, peak = run(commands)
            rows.append([curve, value, octets, turn, "%.4f" % wall, "%.4f" % cpu, "%.1f" % peak])
        print("%-20s %9d %12d octets  wall %.3f s  CPU %.3f s  %.0f MiB" % (curve, value, octets, wall, cpu, peak), file=sys.stderr)

    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "input")
        for curve, value, make, command in curves(asked):
            make(source)
            measure(curve, value, source.stat().st_size, [[*command, source]])
        # The work of one run, dealt to several.
        generate(asked.generators / "generate_capture", "--megabytes=%d" % asked.megabytes)(source)
        for shards in (1, 2):
            commands = [[str(asked.bin / "trace-to-json"), "--shard", "%d/%d" % (n + 1, shards), source] for n in range(shards)]
            measure("shards", shards, source.stat().st_size, commands)
        generate(asked.generators / "generate_mbox", "--megabytes=%d" % asked.megabytes)(source)
        for jobs in (1, 2):
            measure("jobs", jobs, source.stat().st_size, [[str(asked.bin / "msg-inspect"), "--json", "--jobs", str(jobs), source]])
    asked.record.parent.mkdir(exist_ok=True)
    with open(asked.record, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
