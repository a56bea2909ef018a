#!/usr/bin/env python3
"""Instructions that fixed cases take, against those on record: a busy machine changes nothing, a lost optimisation shows.

Each case is a run of a tool on an input that is generated from a seed or committed; callgrind counts what main() takes.
The figures stand in bench/record/instructions.tsv. A case that takes over 3 % more fails, until the file is changed:
    bench/instructions.py --update      and the reason goes into the commit.
usage: instructions.py [--bin DIR] [--generators DIR] [--only TEXT] [--update] [--compiler PATH] [--profile]
Exit status: 0 no more than recorded, 1 more, 77 not comparable here: no valgrind, or another compiler, library or processor
than the recorded ones.
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE.parent / "corpus"
RECORD = HERE / "record" / "instructions.tsv"
TOLERANCE = 1.03

# name of the input: generator and its options; all small, for valgrind takes fifty times as long
GENERATED = {
    "mixed.pcap": ("generate_capture", "--mix=mixed"),
    "attachments.pcap": ("generate_capture", "--mix=attachments", "--flows=1"),
    "small.pcap": ("generate_capture", "--mix=small"),
    "flows.pcap": ("generate_capture", "--mix=small", "--flows=200"),
    "loss.pcap": ("generate_capture", "--mix=mixed", "--loss=50", "--retransmit=200", "--reorder=200"),
    "bdat.pcap": ("generate_capture", "--mix=text", "--bdat=100", "--pipelining=100"),
    "mixed.mbox": ("generate_mbox", "--mix=mixed"),
    "text.mbox": ("generate_mbox", "--mix=text"),
    "attachments.mbox": ("generate_mbox", "--mix=attachments"),
    "small.mbox": ("generate_mbox", "--mix=small"),
    "signed.mbox": ("generate_mbox", "--mix=signed"),
}

# name: tool, its options, input
CASES = {
    "start": ("trace-to-json", (), CORPUS / "captures" / "demo.pcap"),
    "sessions mixed": ("trace-to-json", (), "mixed.pcap"),
    "sessions attachments": ("trace-to-json", (), "attachments.pcap"),
    "sessions small": ("trace-to-json", (), "small.pcap"),
    "sessions 200 flows": ("trace-to-json", (), "flows.pcap"),
    "sessions loss": ("trace-to-json", (), "loss.pcap"),
    "sessions bdat": ("trace-to-json", (), "bdat.pcap"),
    "summary small": ("trace-to-json", ("--summary",), "small.pcap"),
    "events mixed": ("trace-to-json", ("--emit", "events"), "mixed.pcap"),
    "events small": ("trace-to-json", ("--emit", "events"), "small.pcap"),
    "messages mixed": ("trace-to-json", ("--emit", "messages"), "mixed.pcap"),
    "zeek small": ("trace-to-json", ("--emit", "zeek"), "small.pcap"),
    "eve small": ("trace-to-json", ("--emit", "eve"), "small.pcap"),
    "transcript": ("trace-to-json", (), CORPUS / "transcripts"),
    "inspect mixed": ("msg-inspect", ("--json",), "mixed.mbox"),
    "inspect text": ("msg-inspect", ("--json",), "text.mbox"),
    "inspect attachments": ("msg-inspect", ("--json",), "attachments.mbox"),
    "inspect small": ("msg-inspect", ("--json",), "small.mbox"),
    "inspect signed": ("msg-inspect", ("--json",), "signed.mbox"),
    "inspect phishing": ("msg-inspect", ("--json",), CORPUS / "messages" / "phishing.eml"),
    "eml_parser text": ("msg-inspect", ("--format", "eml_parser"), "text.mbox"),
}


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return (done.stdout.splitlines() or ["absent"])[0]


def surroundings(compiler):
    """What the counts depend on besides our code: the compiler, libraries that we call, vectors that they find."""
    packages = {}
    for name in ("libc6", "libssl3", "libstdc++6", "libicu72", "valgrind"):
        packages[name] = first_line("dpkg-query", "-W", "-f", "${Version}", name)
    flags = set(re.search(r"^flags\s*:(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)[1].split())
    vectors = "avx2" if {"avx2", "bmi2"} <= flags else "less than avx2"  # valgrind knows no more
    return "; ".join([first_line(compiler, "--version"), *("%s %s" % item for item in packages.items()), vectors])


def generate(generators, folder, megabytes):
    for name, (generator, *options) in GENERATED.items():
        subprocess.run([generators / generator, *options, "--megabytes=%d" % megabytes, "--output=%s" % (folder / name)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def inputs_of(source, folder):
    path = source if isinstance(source, pathlib.Path) else folder / source
    return sorted(path.iterdir()) if path.is_dir() else [path]


def count(tools, folder, case):
    """(instructions, octets of input)"""
    tool, options, source = CASES[case]
    files = inputs_of(source, folder)
    profile = folder / ("callgrind." + case.replace(" ", "-"))
    done = subprocess.run(["valgrind", "--tool=callgrind", "--toggle-collect=main", "--callgrind-out-file=%s" % profile,
                           tools / tool, "--no-sandbox", *options, *files],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=300)
    totals = re.search(rb"^(?:totals|summary): (\d+)", profile.read_bytes(), re.M) if profile.exists() else None
    if done.returncode not in (0, 1) or not totals:
        sys.exit("%s: ended with %d: %s" % (case, done.returncode, done.stderr[-400:].decode("utf-8", "replace")))
    return int(totals[1]), sum(file.stat().st_size for file in files)


def read_record():
    about, counts = "", {}
    for line in RECORD.read_text().splitlines() if RECORD.exists() else []:
        if line.startswith("# with "):
            about = line.removeprefix("# with ")
        elif not line.startswith("#"):
            name, instructions, *_ = line.split("\t")
            counts[name] = int(instructions)
    return about, counts


def write_record(about, counts):
    lines = ["# Instructions of fixed cases, counted by bench/instructions.py --update", "# with " + about,
             "# case\tinstructions\tof them per octet of input"]
    lines += ["%s\t%d\t%.1f" % (name, instructions, instructions / octets) for name, (instructions, octets) in counts.items()]
    RECORD.write_text("\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=HERE.parent / "build" / "release" / "bin", help="folder of the tools")
    parser.add_argument("--generators", type=pathlib.Path, default=HERE.parent / "build" / "release" / "bench")
    parser.add_argument("--compiler", default="c++", help="the one that built them")
    parser.add_argument("--only", default="", help="cases whose name holds this text")
    parser.add_argument("--update", action="store_true", help="write the record")
    parser.add_argument("--profile", action="store_true", help="print where each case spends its instructions")
    asked = parser.parse_args()
    if not shutil.which("valgrind"):
        print("SKIP: valgrind is not here")
        return 77
    about, recorded = read_record()
    here = surroundings(asked.compiler)
    if not asked.update and not asked.profile and about != here:
        print("SKIP: recorded with other means\n  there: %s\n  here:  %s" % (about, here))
        return 77
    names = [name for name in CASES if asked.only in name]
    worse = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        generate(asked.generators, folder, 1)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = dict(zip(names, pool.map(lambda name: count(asked.bin, folder, name), names)))
        for name, (instructions, octets) in counts.items():
            before = recorded.get(name)
            ratio = instructions / before if before else 1.0
            grown = not asked.update and (before is None or ratio > TOLERANCE)
            worse += grown
            print("%-24s %12d  %7.1f per octet  %6s of the record%s" % (
                name, instructions, instructions / octets, "%.3f" % ratio if before else "none", "  MORE" if grown else ""))
            if asked.profile:
                profile = folder / ("callgrind." + name.replace(" ", "-"))
                text = subprocess.run(["callgrind_annotate", "--threshold=90", profile], capture_output=True, text=True).stdout
                print("\n".join(line[:160] for line in text.splitlines() if re.match(r" *[\d,]+ \(", line)))
    if asked.update:
        write_record(here, counts)
    if worse:
        print("%d cases take over %.0f %% more than recorded; bench/instructions.py --update, where there is a reason" % (
            worse, (TOLERANCE - 1) * 100))
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
