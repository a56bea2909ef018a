#!/usr/bin/env python3
"""Measures every stage that has a goal of speed, in one go on one machine, and writes the table of goals and figures.

    bench/goals.py --generators build/bench/bench --bin build/bench/bin        # a minute and a half; the machine must be quiet

A figure is the median of the rounds, with the slowest and the fastest round behind it. All programs and all stages have
their turn in each round, so that what else the machine does meets all of them alike; ratios are taken within a round.
Whole programs are measured by processor time, but two cores by the clock. The record goes below bench/record/.
"""
import argparse
import csv
import datetime
import json
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "peers"))
import run as peers  # noqa: E402

MICRO = {
    "micro_scan": "read_memory$|memchr_loop|getline_loop|line_index$|base64$|quoted_printable_few_escapes",
    "micro_fields": "header_to_fields_reused|address_list|date|received|content_type",
}
MIXES = ("mixed", "text", "attachments")
TSHARK = ("tshark fields", "tshark json")


class Round:
    """Every figure of one round, by name: octets per second, or seconds where the name says so."""

    def __init__(self):
        self.values = {}

    def micro(self, program, pattern):
        done = subprocess.run([program, f"--benchmark_filter={pattern}", "--benchmark_format=json", "--benchmark_min_time=0.3"],
                              capture_output=True, check=True)
        for row in json.loads(done.stdout)["benchmarks"]:
            self.values[row["name"].split("/")[0]] = row["bytes_per_second"]

    def program(self, name, command, octets):
        with tempfile.TemporaryDirectory() as folder:
            measured = peers.Run(command, folder)
        if measured.status not in (0, 1):
            sys.exit(f"{name} ended with {measured.status}")
        self.values[name] = octets / measured.cpu
        self.values[name + ", wall s"] = measured.wall
        self.values[name + ", peak MiB"] = measured.peak_mib

    def together(self, name, commands):
        """Several at the same time, by the clock."""
        script = " & ".join(" ".join(command) for command in commands) + " & wait"
        measured = peers.Run(["sh", "-c", script], "/")
        self.values[name + ", wall s"] = measured.wall


class Inputs:
    def __init__(self, options):
        def made(generator, name, megabytes, arguments):
            file = peers.generated(options.generators / generator, options.inputs / name, megabytes, arguments)
            peers.warm(file)
            return file
        self.mboxes = {mix: made("generate_mbox", f"{mix}.mbox", options.mbox_megabytes, peers.MBOXES[mix]) for mix in MIXES}
        self.capture = made("generate_capture", "clean.pcap", options.megabytes, peers.CAPTURES["clean"])
        self.part = made("generate_capture", "clean-slice.pcap", options.slice_megabytes, peers.CAPTURES["clean"])
        self.small = HERE.parent / "corpus" / "captures" / "demo.pcap"


def measure(options, inputs, drivers):
    """One round over everything."""
    done = Round()
    for program, pattern in MICRO.items():
        done.micro(options.generators / program, pattern)
    trace, inspect = str(options.bin / "trace-to-json"), str(options.bin / "msg-inspect")
    for mix, mbox in inputs.mboxes.items():
        for name, command in drivers.items():
            done.program(f"{name}, {mix}", [*command, str(mbox)], mbox.stat().st_size)
        done.program(f"msg-inspect, {mix}", [inspect, "--json", str(mbox)], mbox.stat().st_size)
    done.program("msg-inspect, two jobs", [inspect, "--json", "--jobs", "2", str(inputs.mboxes["mixed"])],
                 inputs.mboxes["mixed"].stat().st_size)
    for emit in ("events", "sessions"):
        done.program(emit, [trace, "--emit", emit, str(inputs.capture)], inputs.capture.stat().st_size)
        done.program(f"{emit}, slice", [trace, "--emit", emit, str(inputs.part)], inputs.part.stat().st_size)
    done.together("two shards", [[trace, "--shard", f"{part}/2", str(inputs.capture), ">/dev/null"] for part in (1, 2)])
    if shutil.which("tshark"):
        for name, template in peers.slow_capture_programs().items():
            done.program(name, [part.format(input=inputs.part) for part in template], inputs.part.stat().st_size)
    starts = []
    for _ in range(20):
        starts.append(peers.Run([trace, str(inputs.small)], "/").wall)
    done.values["start, wall s"] = statistics.median(starts)
    return done.values


def speed(name):
    return lambda r: r[name] / 1e9


def ratio(name, base):
    return lambda r: r[name] / r[base]


def goals():
    """(stage, unit, goal, figure of a round); a negative goal is a bound that must not be passed."""
    rows = [("line index with flags", "× memchr loop", 2, ratio("line_index", "memchr_loop")),
            ("line index with flags", "× getline", 4, ratio("line_index", "getline_loop")),
            ("line index with flags", "× a read of the same memory", 0.5, ratio("line_index", "read_memory")),
            ("header fields to views", "GB/s", 1.5, speed("header_to_fields_reused")),
            ("address lists", "GB/s", 0.5, speed("address_list")),
            ("dates", "GB/s", 0.3, speed("date")),
            ("Received", "GB/s", 0.3, speed("received")),
            ("parameters", "GB/s", 0.3, speed("content_type"))]
    for mix, structure, decoded in zip(MIXES, (2.0, 2.2, 4.0), (1.0, 0.8, 2.0)):
        ours, whole = f"libmailparse structure, {mix}", f"libmailparse decode, {mix}"
        rows += [(f"structure, {mix}", "GB/s", structure, speed(ours)),
                 (f"structure, {mix}", "× GMime", 20, ratio(ours, f"GMime, {mix}")),
                 (f"every leaf decoded, {mix}", "GB/s", decoded, speed(whole)),
                 (f"every leaf decoded, {mix}", "× GMime", 8, ratio(whole, f"GMime, {mix}")),
                 (f"every leaf decoded, {mix}", "× mimetic", 4, ratio(whole, f"mimetic, {mix}")),
                 (f"msg-inspect --json, {mix}", "GB/s", 0.4, speed(f"msg-inspect, {mix}"))]
    rows += [("base64", "GB/s", 4, speed("base64")),
             ("quoted-printable", "GB/s", 1.5, speed("quoted_printable_few_escapes")),
             ("trace-to-json --emit events", "GB/s", 1.5, speed("events")),
             ("trace-to-json --emit events", "× tshark fields", 70, ratio("events, slice", "tshark fields")),
             ("trace-to-json --emit events", "× tshark json", 400, ratio("events, slice", "tshark json")),
             ("trace-to-json --emit sessions", "GB/s", 0.5, speed("sessions")),
             ("two cores, msg-inspect --jobs 2", "× one", 1.7, ratio("msg-inspect, mixed, wall s", "msg-inspect, two jobs, wall s")),
             ("two cores, trace-to-json --shard", "× one", 1.7, ratio("sessions, wall s", "two shards, wall s")),
             ("memory, trace-to-json", "MiB at most", -64, lambda r: r["sessions, peak MiB"]),
             ("memory, msg-inspect", "MiB at most", -64, lambda r: max(r[f"msg-inspect, {mix}, peak MiB"] for mix in MIXES)),
             ("start to end of a small capture", "ms at most", -10, lambda r: 1000 * r["start, wall s"])]
    return rows


def table(rounds):
    lines = ["| stage | goal | | measured (slowest - fastest) | |", "|---|---|---|---|---|"]
    for stage, unit, goal, figure in goals():
        try:
            figures = [figure(values) for values in rounds]
        except KeyError as absent:
            lines.append(f"| {stage} | {abs(goal):g} | {unit} | not measured: no {absent.args[0]} | |")
            continue
        median = statistics.median(figures)
        reached = median >= goal if goal > 0 else median <= -goal
        lines.append(f"| {stage} | {abs(goal):g} | {unit} | {median:.3g} ({min(figures):.3g} - {max(figures):.3g}) | {'reached' if reached else ''} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    peers.add_input_options(parser)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--record", help="name of the record below bench/record/ (default: goals-DATE)")
    options = parser.parse_args()
    if not options.bin:
        parser.error("--bin is wanted")
    options.inputs.mkdir(parents=True, exist_ok=True)
    options.bin, options.generators = options.bin.resolve(), options.generators.resolve()
    about = peers.machine()
    inputs = Inputs(options)
    drivers = {name: command for name, command in peers.fast_drivers(options.inputs, options.generators).items() if command}
    rounds = []
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        rounds.append(measure(options, inputs, drivers))
    text = f"{about}\n\n{options.rounds} rounds. {__doc__.split(chr(10) * 2)[2].strip()}\n\n{table(rounds)}\n"
    print(text)
    record = HERE / "record" / (options.record or f"goals-{datetime.date.today()}")
    record.with_suffix(".md").write_text(text)
    with open(record.with_suffix(".csv"), "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["figure", *(f"round {number + 1}" for number in range(len(rounds)))])
        for name in rounds[0]:
            writer.writerow([name, *(f"{values[name]:.6g}" for values in rounds)])


if __name__ == "__main__":
    main()
