#!/usr/bin/env python3
"""A capture that stops anywhere: an exit status and no signal, JSON on every line, every frame and octet accounted for.

Every sample is cut at its record boundaries and at random places of a fixed seed. MAILPARSE_THOROUGH=1 takes every
boundary and 1,000 places of each file instead of a share that takes about a minute of processor time. Files named on the
command line are taken instead of the samples.
"""
import os
import pathlib
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from captures import TRACE_TO_JSON, is_packed, need, record_ends, run
from records import SAMPLES, add_up, sample_captures

THOROUGH = os.environ.get("MAILPARSE_THOROUGH") == "1"
BOUNDARIES_AT_MOST = 300  # files with more records than that are cut at a share of their boundaries
SHARE = 100
PLACES = 1000 if THOROUGH else 3
PROCESSOR_SECONDS = None if THOROUGH else 180  # a build with sanitizers does not get through in that


def places_to_cut(whole, chance):
    """Sizes to cut a file to; a packed file has places but no boundaries."""
    places = {chance.randrange(len(whole) + 1) for _ in range(PLACES)}
    if not is_packed(whole):
        boundaries = record_ends(whole)
        if len(boundaries) > BOUNDARIES_AT_MOST and not THOROUGH:
            boundaries = chance.sample(boundaries, SHARE)
        places.update(boundaries)
    return sorted(places)


def fault_of(path, size, through_stdin):
    """What is wrong with the run on the first octets of a capture, or None."""
    octets = path.read_bytes()
    source = {"octets": octets} if through_stdin else {}
    try:
        status, records, errors = run(TRACE_TO_JSON, "--summary", "-" if through_stdin else path, **source)
    except ValueError as error:
        return "not JSON: %s" % error
    if status not in (0, 1, 2):
        return "exit status %d: %s" % (status, errors[-200:])
    if status != 0 and not errors:
        return "exit status %d without a word" % status
    if not records or records[-1]["record"] != "summary":
        return "no summary"
    summary = records[-1]
    unequal = [row for row in add_up(summary) if row[1] != row[2]]
    if unequal:
        return "sums: %s" % unequal
    if not through_stdin and summary["inputs"][0]["size"] != size:
        return "size of the input: %d" % summary["inputs"][0]["size"]
    if summary["sessions"] != sum(1 for record in records if record["record"] == "session"):
        return "sessions told and summed differ"
    if status == 0 and not is_packed(octets) and summary["octets"]["captures"]["total"] != size:
        return "octets of the capture: %d" % summary["octets"]["captures"]["total"]
    return None


def spent_in_the_tool():
    """Seconds of processor time of all runs so far."""
    spent = os.times()
    return spent.children_user + spent.children_system


def main():
    need(TRACE_TO_JSON)
    captures = [pathlib.Path(name) for name in sys.argv[1:]] or sample_captures()
    if not (SAMPLES / "captures").is_dir():
        print("SKIP: no sample captures here (MAILPARSE_SAMPLES); those of the corpus are cut all the same")
    chance = random.Random(5321)
    runs = faults = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        for path in captures:
            whole = path.read_bytes()
            places = places_to_cut(whole, chance)

            def check(number, size):
                cut = pathlib.Path(folder) / ("%d-%s" % (number, path.name))
                cut.write_bytes(whole[:size])
                fault = fault_of(cut, size, through_stdin=number % 4 == 3)
                cut.unlink()
                return fault
            for size, fault in zip(places, pool.map(check, range(len(places)), places)):
                runs += 1
                if fault:
                    faults += 1
                    print("%s cut to %d octets: %s" % (path.name, size, fault), flush=True)
            if THOROUGH:
                print("%s: %d places" % (path.name, len(places)), flush=True)
            if PROCESSOR_SECONDS and spent_in_the_tool() > PROCESSOR_SECONDS:
                left = len(captures) - captures.index(path) - 1
                print("%d captures are left out: %d s of processor time are spent" % (left, PROCESSOR_SECONDS))
                break
    print("%d captures, %d cuts, %d faults; %.0f s of processor time in the tool, %.0f s in all" %
          (len(captures), runs, faults, spent_in_the_tool(), time.monotonic() - began))
    return 1 if faults else 0


sys.exit(main())
