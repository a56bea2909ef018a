#!/usr/bin/env python3
"""Compares trace-to-json and msg-inspect with the tools people use today, in one go on one machine.

Generates the inputs (the same for the same options), builds the peers' drivers, and runs every program on every input in
turn, `--runs` times over, so that what else the machine does meets all of them alike. Prints a table and writes it,
with every single measurement as CSV, below bench/record/.

    bench/peers/run.py --generators build/bench/bench --bin build/release/bin
    bench/peers/run.py --generators build/bench/bench --bin build/release/bin --megabytes 300 --runs 5

Peers (Debian): tshark tcpflow libgmime-3.0-dev libmimetic-dev. One that is absent is left out, and the table says so.
"""
import argparse
import csv
import datetime
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent

CAPTURES = {
    "clean": ["--mix=mixed"],
    "loss": ["--mix=mixed", "--loss=5", "--retransmit=50", "--reorder=100"],
    "flows": ["--mix=small", "--flows=50000"],
    "bdat": ["--mix=mixed", "--pipelining=100", "--bdat=60"],
}
MBOXES = {"mixed": ["--mix=mixed"], "text": ["--mix=text"], "attachments": ["--mix=attachments"]}

TSHARK_FIELDS = ["frame.number", "frame.time_epoch", "tcp.stream", "smtp.req.command", "smtp.req.parameter",
                 "smtp.response.code", "smtp.rsp.parameter"]

WORK = """What each program does, in words:

- `trace-to-json events`: reads the capture, reassembles TCP, pairs commands with replies, a JSON line for each event.
- `trace-to-json sessions`: the same, and messages reassembled with their SHA-256, a JSON line for each session.
- `tshark fields`: reassembles TCP, dissects SMTP, prints seven fields of each SMTP packet. No message is put together.
- `tshark json`: the same packets with every field of every layer as JSON.
- `tcpflow`: reassembles TCP and writes each side of each connection to a file. Knows no SMTP.
- `GMime`, `mimetic`, `Python email`: split the mbox, parse each message to a tree, decode the transfer encoding of every
  leaf, count octets. No charsets, no digests, no output but three numbers.
- `msg-inspect --json`: the same, and charsets, MD5 and SHA-256 of every part, findings, a JSON record for each message.
"""


class Run:
    """One measured run of a program."""

    def __init__(self, command, cwd):
        begin = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        self.status = process.returncode
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak_mib = usage.ru_maxrss / 1024


def generated(generator, output, megabytes, options):
    """The input, made unless a file made with these options is there."""
    note = output.with_suffix(output.suffix + ".options")
    wanted = f"{megabytes} {' '.join(options)}"
    if not (output.exists() and note.exists() and note.read_text() == wanted):
        subprocess.run([generator, f"--output={output}", f"--megabytes={megabytes}", *options], check=True)
        note.write_text(wanted)
    return output


def built_drivers(folder):
    """Driver programs that could be built, by the name of the peer."""
    drivers = {"Python email": [sys.executable, str(HERE / "email_driver.py")]}
    gmime = subprocess.run(["pkg-config", "--cflags", "--libs", "gmime-3.0"], capture_output=True, text=True)
    if gmime.returncode == 0:
        subprocess.run(["cc", "-O2", str(HERE / "gmime_driver.c"), "-o", str(folder / "gmime_driver"),
                        *gmime.stdout.split()], check=True)
        drivers["GMime"] = [str(folder / "gmime_driver")]
    mimetic = subprocess.run(["c++", "-std=c++17", "-O2", str(HERE / "mimetic_driver.cpp"), "-lmimetic", "-o",
                              str(folder / "mimetic_driver")], capture_output=True)
    if mimetic.returncode == 0:
        drivers["mimetic"] = [str(folder / "mimetic_driver")]
    return drivers


def capture_programs(tool, slow):
    programs = {}
    if tool:
        programs["trace-to-json events"] = [tool, "--emit", "events", "{input}"]
        programs["trace-to-json sessions"] = [tool, "--emit", "sessions", "{input}"]
    if shutil.which("tcpflow"):
        programs["tcpflow"] = ["tcpflow", "-q", "-o", "{folder}", "-r", "{input}"]
    if shutil.which("tshark"):
        fields = [argument for field in TSHARK_FIELDS for argument in ("-e", field)]
        programs["tshark fields"] = ["tshark", "-n", "-r", "{input}", "-Y", "smtp", "-T", "fields", *fields]
        if slow:
            programs["tshark json"] = ["tshark", "-n", "-r", "{input}", "-Y", "smtp", "-T", "json"]
    return programs


def mbox_programs(tool, drivers):
    programs = {"msg-inspect --json": [tool, "--json", "{input}"]} if tool else {}
    for name, command in drivers.items():
        programs[name] = [*command, "{input}"]
    return programs


def check_drivers(drivers, mbox):
    """The drivers must find the same messages and leaves, or they do not do the same work."""
    counts = {name: subprocess.run([*command, str(mbox)], capture_output=True, text=True, check=True).stdout.split()
              for name, command in drivers.items()}
    for name, count in counts.items():
        print(f"{mbox.name}: {name}: {count[0]} messages, {count[1]} leaves, {count[2]} octets decoded")
    if len({tuple(count[:2]) for count in counts.values()}) != 1:
        sys.exit(f"{mbox.name}: the peers do not agree on messages and leaves")


def measure(programs, source, runs, measurements, what):
    """Every program on one input, in turn, `runs` times; the page cache is warm."""
    size = source.stat().st_size
    with open(source, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
    for turn in range(runs):
        for name, template in programs.items():
            with tempfile.TemporaryDirectory(dir=source.parent) as folder:
                command = [part.format(input=source, folder=folder) for part in template]
                run = Run(command, folder)
            if run.status not in (0, 1):
                print(f"{what} {source.stem}: {name} ended with {run.status}: left out", file=sys.stderr)
                continue
            measurements.append({"kind": what, "input": source.stem, "octets": size, "program": name, "turn": turn,
                                 "wall_s": round(run.wall, 4), "cpu_s": round(run.cpu, 4),
                                 "peak_mib": round(run.peak_mib, 1)})
            print(f"{what} {source.stem} {name}: wall {run.wall:.2f} s, CPU {run.cpu:.2f} s", file=sys.stderr)


def table(measurements):
    """Markdown: medians, spread, MB/s by CPU time, and how many times slower than the first program of the input."""
    lines = ["| input | program | wall s (min-max) | CPU s (min-max) | MB/s of CPU | peak MiB | CPU ratio |",
             "|---|---|---|---|---|---|---|"]
    keys = list(dict.fromkeys((m["kind"], m["input"], m["program"]) for m in measurements))
    base = {}
    for kind, source, program in keys:
        rows = [m for m in measurements if (m["kind"], m["input"], m["program"]) == (kind, source, program)]
        wall, cpu = [m["wall_s"] for m in rows], [m["cpu_s"] for m in rows]
        median = statistics.median(cpu)
        first = base.setdefault((kind, source), median)
        lines.append(f"| {kind} {source} | {program} | {statistics.median(wall):.2f} ({min(wall):.2f}-{max(wall):.2f}) "
                     f"| {median:.2f} ({min(cpu):.2f}-{max(cpu):.2f}) | {rows[0]['octets'] / 1e6 / max(median, 1e-4):,.0f} "
                     f"| {max(m['peak_mib'] for m in rows):,.0f} | {median / max(first, 1e-4):.1f} |")
    return "\n".join(lines)


def machine():
    def first_line(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True, cwd=HERE).stdout.splitlines()[0]
        except (OSError, IndexError):
            return "absent"
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    return (f"{datetime.date.today()}, {cpu}, {os.cpu_count()} CPUs, Linux {platform.release()}; load before "
            f"{os.getloadavg()[0]:.1f}; {first_line('c++', '--version')}; commit {first_line('git', 'rev-parse', '--short', 'HEAD')}; "
            f"{first_line('tshark', '--version')}; {first_line('tcpflow', '--version')}; GMime "
            f"{first_line('pkg-config', '--modversion', 'gmime-3.0')}; Python {platform.python_version()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generators", type=pathlib.Path, required=True, help="folder of generate_capture, generate_mbox")
    parser.add_argument("--bin", type=pathlib.Path, help="folder of trace-to-json and msg-inspect")
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--mbox-megabytes", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--captures", nargs="*", choices=CAPTURES, default=list(CAPTURES))
    parser.add_argument("--mboxes", nargs="*", choices=MBOXES, default=list(MBOXES))
    parser.add_argument("--inputs", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "mailparse-bench")
    parser.add_argument("--tshark-json", action="store_true", help="run tshark -T json too, which takes minutes")
    parser.add_argument("--record", help="name of the record below bench/record/ (default: peers-DATE)")
    options = parser.parse_args()

    options.inputs.mkdir(parents=True, exist_ok=True)

    def tool(name):
        path = options.bin / name if options.bin else None
        return str(path.resolve()) if path and path.exists() else None

    about = machine()
    measurements = []
    programs = capture_programs(tool("trace-to-json"), options.tshark_json)
    for name in options.captures:
        source = generated(options.generators / "generate_capture", options.inputs / f"{name}.pcap", options.megabytes,
                           CAPTURES[name])
        measure(programs, source, options.runs, measurements, "capture")
    drivers = built_drivers(options.inputs) if options.mboxes else {}
    for name in options.mboxes:
        source = generated(options.generators / "generate_mbox", options.inputs / f"{name}.mbox", options.mbox_megabytes,
                           MBOXES[name])
        check_drivers(drivers, source)
        measure(mbox_programs(tool("msg-inspect"), drivers), source, options.runs, measurements, "mbox")

    absent = [name for name in ("trace-to-json", "msg-inspect") if not tool(name)]
    absent += [name for name in ("tshark", "tcpflow") if not shutil.which(name)]
    text = (f"{about}\n\nCPU ratio: against the first program of the same input. Peak memory below some 25 MiB is that of "
            "the measuring program, which the system counts until the measured one is loaded.\n")
    if absent:
        text += f"Absent: {', '.join(absent)}.\n"
    text += f"\n{table(measurements)}\n\n{WORK}"
    print(text)
    record = HERE.parent / "record" / (options.record or f"peers-{datetime.date.today()}")
    record.parent.mkdir(exist_ok=True)
    record.with_suffix(".md").write_text(text)
    with open(record.with_suffix(".csv"), "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(measurements[0]))
        writer.writeheader()
        writer.writerows(measurements)


if __name__ == "__main__":
    main()
