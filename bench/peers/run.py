#!/usr/bin/env python3
"""Compares trace-to-json and msg-inspect with the tools people use today, in one go on one machine.

Generates the inputs (the same for the same options), builds the peers' drivers, and runs every program on every input in
turn, `--runs` times over, so that what else the machine does meets all of them alike. Prints a table and writes it,
with every single measurement as CSV, below bench/record/.

    bench/peers/run.py --generators build/bench/bench --bin build/bench/bin            # some 12 minutes
    bench/peers/run.py --generators build/bench/bench --bin build/bench/bin --quick    # one or two

What reads less than some 30 MB/s gets a slice of the same kind of input, together with one or two of the fast ones.
Peers: of Debian tshark, tcpflow, GMime, mimetic, Python, Email::MIME, ripmime, mu; of npm mailparser and postal-mime, which
are installed below the folder of the inputs. One that is absent is left out, and the report says so.
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
- `libmailparse decode`: the same. `libmailparse structure`: the same without decoding.
- `Email::MIME`: the same. `mailparser`, `postal-mime`: the same, and texts joined and converted to strings.
- `msg-inspect --json`: the same, and charsets, MD5 and SHA-256 of every part, addresses, links, signatures, findings, a JSON
  record for each message.
- `ripmime`: writes the content of every leaf to a file. `mu index`: parses every message of a Maildir with GMime and puts its
  words into a Xapian database.
"""

# Peers of npm, in the versions that were measured.
NPM_PACKAGES = ["mailparser@3.7.2", "postal-mime@2.4.3"]


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


def built(command, program):
    """The driver, or None where its library is absent."""
    done = subprocess.run([*command, "-o", str(program)], capture_output=True)
    return [str(program)] if done.returncode == 0 else None


def fast_drivers(folder, generators):
    """Commands of the fast message parsers' drivers, by name; None: absent here."""
    gmime = subprocess.run(["pkg-config", "--cflags", "--libs", "gmime-3.0"], capture_output=True, text=True).stdout.split()
    ours = (generators / "mailparse_driver").resolve()
    return {
        "libmailparse structure": [str(ours), "--structure"] if ours.exists() else None,
        "libmailparse decode": [str(ours)] if ours.exists() else None,
        "GMime": built(["cc", "-O2", str(HERE / "gmime_driver.c"), *gmime], folder / "gmime_driver"),
        "mimetic": built(["c++", "-std=c++17", "-O2", str(HERE / "mimetic_driver.cpp"), "-lmimetic"], folder / "mimetic_driver"),
    }


def npm_modules(folder):
    """The folder of npm's packages, installed once; None where there is no npm or no network."""
    modules = folder / "npm" / "node_modules"
    if shutil.which("npm") and not modules.exists():
        (folder / "npm").mkdir(exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder / "npm"), *NPM_PACKAGES],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return modules if modules.exists() else None


def slow_drivers(folder):
    perl = subprocess.run(["perl", "-MEmail::MIME", "-e", "1"], capture_output=True).returncode == 0
    modules = npm_modules(folder)
    if modules:
        os.environ["NODE_MODULES"] = str(modules)
    return {
        "Python email": [sys.executable, str(HERE / "email_driver.py")],
        "Email::MIME": ["perl", str(HERE / "email_mime_driver.pl")] if perl else None,
        "mailparser (npm)": ["node", str(HERE / "mailparser_driver.mjs")] if modules else None,
        "postal-mime (npm)": ["node", str(HERE / "postal_mime_driver.mjs")] if modules else None,
    }


def with_input(commands):
    return {name: [*command, "{input}"] for name, command in commands.items() if command}


def capture_programs(tool):
    programs = {}
    if tool:
        programs["trace-to-json events"] = [tool, "--emit", "events", "{input}"]
        programs["trace-to-json sessions"] = [tool, "--emit", "sessions", "{input}"]
    if shutil.which("tcpflow"):
        programs["tcpflow"] = ["tcpflow", "-q", "-o", "{folder}", "-r", "{input}"]
    return programs


def slow_capture_programs():
    if not shutil.which("tshark"):
        return {}
    fields = [argument for field in TSHARK_FIELDS for argument in ("-e", field)]
    return {"tshark fields": ["tshark", "-n", "-r", "{input}", "-Y", "smtp", "-T", "fields", *fields],
            "tshark json": ["tshark", "-n", "-r", "{input}", "-Y", "smtp", "-T", "json"]}


def make_maildir(mbox, folder):
    """The messages of an mbox as files of a Maildir; the octets of all of them."""
    octets = 0
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True)
    text = mbox.read_bytes()
    at = number = 0
    while at < len(text):
        begin = text.find(b"\n", at) + 1
        end = text.find(b"\nFrom ", begin)
        at = len(text) if end < 0 else end + 1
        (folder / "cur" / f"{number:07d}.bench:2,S").write_bytes(text[begin:at])
        octets += at - begin
        number += 1
    return octets


def tree_programs(tool):
    programs = {"msg-inspect --json": [tool, "--json", "{input}"]} if tool else {}
    if shutil.which("mu"):
        index = "mu init --muhome={folder}/mu --maildir={input} && exec mu index --muhome={folder}/mu"
        programs["mu index"] = ["sh", "-c", index]
    return programs


def check_drivers(drivers, mbox):
    """The drivers must find the same messages and leaves, or they do not do the same work."""
    counts = {name: subprocess.run([*command, str(mbox)], capture_output=True, text=True, check=True).stdout.split()
              for name, command in drivers.items() if command}
    for name, count in counts.items():
        print(f"{mbox.name}: {name}: {count[0]} messages, {count[1]} leaves, {count[2]} octets decoded")
    if len({tuple(count[:2]) for count in counts.values()}) != 1:
        sys.exit(f"{mbox.name}: the peers do not agree on messages and leaves")


def warm(file):
    """Brings a file into the page cache, in pieces: what this program holds counts as memory of those it starts."""
    with open(file, "rb") as octets:
        while octets.read(1 << 20):
            pass


def measure(programs, source, runs, measurements, what, size=None):
    """Every program on one input, in turn, `runs` times; the page cache is warm."""
    size = size or source.stat().st_size
    for file in [source] if source.is_file() else sorted(source.rglob("*")):
        if file.is_file():
            warm(file)
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
            f"{first_line('pkg-config', '--modversion', 'gmime-3.0')}; Python {platform.python_version()}; "
            f"Email::MIME {first_line('perl', '-MEmail::MIME', '-e', 'print $Email::MIME::VERSION')}; node "
            f"{first_line('node', '--version')}, {', '.join(NPM_PACKAGES)}; {first_line('mu', '--version')}")


def add_input_options(parser):
    """Where the programs are, and what inputs they get."""
    parser.add_argument("--generators", type=pathlib.Path, required=True, help="folder of generators, drivers and micro benchmarks")
    parser.add_argument("--bin", type=pathlib.Path, help="folder of trace-to-json and msg-inspect")
    parser.add_argument("--megabytes", type=int, default=300, help="of each capture")
    parser.add_argument("--mbox-megabytes", type=int, default=200)
    parser.add_argument("--slice-megabytes", type=int, default=20, help="of the inputs of slow programs")
    parser.add_argument("--inputs", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "mailparse-bench")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_input_options(parser)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a tenth of all sizes")
    parser.add_argument("--captures", nargs="*", choices=CAPTURES, default=list(CAPTURES))
    parser.add_argument("--mboxes", nargs="*", choices=MBOXES, default=list(MBOXES))
    parser.add_argument("--record", help="name of the record below bench/record/ (default: peers-DATE)")
    options = parser.parse_args()
    if options.quick:
        options.megabytes, options.mbox_megabytes, options.slice_megabytes = 30, 20, 3

    options.inputs.mkdir(parents=True, exist_ok=True)

    def tool(name):
        path = options.bin / name if options.bin else None
        return str(path.resolve()) if path and path.exists() else None

    def inputs(generator, name, suffix, arguments, megabytes):
        """The whole input and the slice of it that slow programs get."""
        return [generated(options.generators / generator, options.inputs / f"{name}{part}{suffix}", size, arguments)
                for part, size in (("", megabytes), ("-slice", options.slice_megabytes))]

    about = machine()
    measurements = []
    fast = capture_programs(tool("trace-to-json"))
    for name in options.captures:
        whole, part = inputs("generate_capture", name, ".pcap", CAPTURES[name], options.megabytes)
        # A file for each of a hundred thousand streams measures the file system.
        lasting = {program: command for program, command in fast.items() if name != "flows" or program != "tcpflow"}
        measure(lasting, whole, options.runs, measurements, "capture")
        measure({**fast, **slow_capture_programs()}, part, options.runs, measurements, "capture")
    fast = fast_drivers(options.inputs, options.generators) if options.mboxes else {}
    slow = slow_drivers(options.inputs) if options.mboxes else {}
    inspect = {"msg-inspect --json": [tool("msg-inspect"), "--json"] if tool("msg-inspect") else None}
    ripmime = {}
    if shutil.which("ripmime"):
        ripmime["ripmime"] = ["ripmime", "-q", "--overwrite", "--mailbox", "-d", "{folder}", "-i", "{input}"]
    for name in options.mboxes:
        whole, part = inputs("generate_mbox", name, ".mbox", MBOXES[name], options.mbox_megabytes)
        check_drivers({**fast, **slow}, part)
        measure(with_input({**inspect, **fast}), whole, options.runs, measurements, "mbox")
        measure({**with_input({**inspect, **fast, **slow}), **ripmime}, part, options.runs, measurements, "mbox")
    if "mixed" in options.mboxes:
        tree = options.inputs / "mixed-tree"
        octets = make_maildir(options.inputs / "mixed-slice.mbox", tree)
        measure(tree_programs(tool("msg-inspect")), tree, options.runs, measurements, "Maildir", octets)

    absent = [name for name in ("trace-to-json", "msg-inspect") if not tool(name)]
    absent += [name for name in ("tshark", "tcpflow", "ripmime", "mu") if not shutil.which(name)]
    absent += [name for name, command in {**fast, **slow}.items() if not command]
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
