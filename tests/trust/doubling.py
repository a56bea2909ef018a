#!/usr/bin/env python3
"""Time is linear in the input, whatever the input: instructions at 2n are at most 2.3 times those at n.

Instructions are counted with valgrind, so that a busy machine changes nothing; what next to no input takes is taken off.
The tools run whole, as fuzz drivers, all inputs of a tool in one process.
usage: doubling.py [--drivers DIR] [--from OCTETS] [--doublings N] [--only NAME] [--table]
Exit status: 0 linear, 1 not, 77 valgrind is not here.
"""
import argparse
import concurrent.futures
import itertools
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


def instructions(driver, inputs):
    """How many instructions each of `inputs` takes, one after the other in one process."""
    with tempfile.TemporaryDirectory() as folder:
        files = pathlib.Path(folder, "inputs")
        files.mkdir()
        for number, octets in enumerate(inputs):
            (files / ("%06d" % number)).write_bytes(octets)
        done = subprocess.run(["valgrind", "--tool=callgrind", "--dump-instr=no", "--dump-before=LLVMFuzzerTestOneInput",
                               "--callgrind-out-file=%s/counts" % folder, driver, "--mode", "0", str(files)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=1100)
        if done.returncode != 0:
            raise RuntimeError("%s ended with %d: %s" % (driver, done.returncode, done.stderr[-400:].decode("utf-8", "replace")))
        # The first dump is of the start, the second of the driver's run on nothing; the last one has no number.
        dumps = [pathlib.Path(folder, "counts.%d" % number) for number in range(3, len(inputs) + 2)] + [pathlib.Path(folder, "counts")]
        counts = [int(re.search(rb"^(?:totals|summary): (\d+)", dump.read_bytes(), re.M)[1]) for dump in dumps]
    return counts


def grow(driver, cases, sizes):
    """(name, instructions at each size less those at next to nothing) for all `cases`."""
    # The first of its kind pays for what is made once a process.
    inputs = [make(size) for _, make in cases for size in [256, 256, *sizes]]
    counts = iter(instructions(driver, inputs))
    for name, _ in cases:
        _, idle, *grown = (next(counts) for _ in range(len(sizes) + 2))
        yield name, [count - idle for count in grown]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--drivers", type=pathlib.Path, default=os.environ.get("MAILPARSE_DRIVERS", "build/release/fuzz"))
    parser.add_argument("--from", type=int, default=65536, dest="least")
    parser.add_argument("--doublings", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("--table", action="store_true", help="print every figure")
    asked = parser.parse_args()
    if not shutil.which("valgrind"):
        print("SKIP: valgrind is not here")
        return 77
    sizes = [asked.least << n for n in range(asked.doublings + 1)]
    messages = list(adversaries.MESSAGES.items())
    conversations = [*adversaries.CONVERSATIONS.items(), *adversaries.CAPTURES.items()]
    # Two processes a driver, so that two processors have work to the end.
    work = [(str(asked.drivers / driver), [case for case in cases[half::2] if asked.only in case[0]])
            for driver, cases in (("fuzz_msg_inspect", messages), ("fuzz_trace_to_json", conversations)) for half in (0, 1)]
    work = [(driver, cases) for driver, cases in work if cases]
    bad = total = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, counts in itertools.chain.from_iterable(pool.map(lambda one: list(grow(*one, sizes)), work)):
            total += 1
            ratios = [after / before for before, after in zip(counts, counts[1:]) if before >= LEAST_INSTRUCTIONS]
            worst = max(ratios, default=0)
            bad += worst > BOUND
            if asked.table or worst > BOUND:
                print("%-44s %s  %5.1f instructions an octet  worst ratio %.2f%s" % (
                    name, " ".join("%6.1fM" % (count / 1e6) for count in counts), counts[-1] / sizes[-1], worst, "  NOT LINEAR" if worst > BOUND else ""))
    print("%d generators, sizes %s, %d not linear" % (total, sizes, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
