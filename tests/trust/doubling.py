#!/usr/bin/env python3
"""Time is linear in the input, whatever the input: instructions at 2n are at most 2.3 times those at n.

Instructions are counted with valgrind, so that a busy machine changes nothing; what a run without work takes is taken off.
usage: doubling.py [--bin DIR] [--from OCTETS] [--doublings N] [--only NAME] [--table]
Exit status: 0 linear, 1 not, 77 valgrind is not here.
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

import adversaries

BOUND = 2.3
# Runs so short that what happens once a process outweighs the input say nothing.
LEAST_INSTRUCTIONS = 2_000_000


def instructions(command, octets, folder):
    # From a file, as most input comes; its name is the same for all.
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(octets)
        file.flush()
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command, "--no-sandbox", file.name],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=600)
    collected = re.search(rb"Collected : (\d+)", done.stderr)
    if done.returncode not in (0, 2) or not collected:
        raise RuntimeError("%s ended with %d: %s" % (command[0], done.returncode, done.stderr[-400:].decode("utf-8", "replace")))
    return int(collected[1])


def grow(tool, name, make, sizes, folder):
    """(name, instructions at each size less those at none)."""
    idle = instructions(tool, make(256), folder)
    return name, [instructions(tool, make(size), folder) - idle for size in sizes]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=os.environ.get("MAILPARSE_BIN", "build/release/bin"))
    parser.add_argument("--from", type=int, default=65536, dest="least")
    parser.add_argument("--doublings", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--table", action="store_true", help="print every figure")
    asked = parser.parse_args()
    if not shutil.which("valgrind"):
        print("SKIP: valgrind is not here")
        return 77
    sizes = [asked.least << n for n in range(asked.doublings + 1)]
    inspect, trace = [str(asked.bin / "msg-inspect"), "--json"], [str(asked.bin / "trace-to-json"), "--summary"]
    cases = [(inspect, name, make) for name, make in adversaries.MESSAGES.items()]
    cases += [(trace, name, make) for table in (adversaries.CONVERSATIONS, adversaries.CAPTURES) for name, make in table.items()]
    cases = [case for case in cases if asked.only in case[1]]
    bad = 0
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, counts in pool.map(lambda case: grow(*case, sizes, folder), cases):
            ratios = [after / before for before, after in zip(counts, counts[1:]) if before >= LEAST_INSTRUCTIONS]
            worst = max(ratios, default=0)
            bad += worst > BOUND
            if asked.table or worst > BOUND:
                print("%-44s %s  %5.1f instructions an octet  worst ratio %.2f%s" % (
                    name, " ".join("%6.1fM" % (count / 1e6) for count in counts), counts[-1] / sizes[-1], worst, "  NOT LINEAR" if worst > BOUND else ""))
    print("%d generators, sizes %s, %d not linear" % (len(cases), sizes, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
