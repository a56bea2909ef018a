#!/usr/bin/env python3
"""How much of the library its own tests reach: unit tests, every fuzz driver over its seeds and old crashes, whole and
damaged, the drivers of whole tools over the corpus in each of their modes, and the tests of the tools from outside.

From outside the tools run without their sandbox, which would not let them write down what was reached.
usage: coverage.py BUILD     a build of the preset "coverage"; leaves BUILD/coverage.txt, file by file
Exit status: 0 at least 95 % of lines and 90 % of branches of libmailparse, 1 less.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

LINES, BRANCHES = 95.0, 90.0
MODES = {"fuzz_trace_to_json": 8, "fuzz_msg_inspect": 11}
TOOLS = ("trace-to-json", "msg-inspect", "smtp-replay")
# The first needs the sandbox, the second what other tests wrote.
LEFT_OUT = {"test_sandbox", "test_secrets_of_replays"}
SKIPPED = 77
SOURCE = pathlib.Path(__file__).resolve().parent.parent


def runs(build):
    """Every command that is counted."""
    for tests in sorted(build.glob("tests/*_tests")):
        yield [tests, "--gtest_brief=1"]
    corpus = [folder for folder in sorted((SOURCE / "corpus").iterdir()) if folder.is_dir() and folder.name not in ("seeds", "crashes")]
    for driver in sorted(build.glob("fuzz/fuzz_*")):
        target = driver.name.removeprefix("fuzz_")
        yield [driver, SOURCE / "corpus/seeds" / target, SOURCE / "corpus/crashes" / target]
        yield [driver, "--damage", SOURCE / "corpus/seeds" / target]
        for mode in range(MODES.get(driver.name, 0)):
            yield [driver, "--mode", str(mode), *corpus, SOURCE / "tests/conformance"]
    for script in sorted((SOURCE / "tests/e2e").glob("test_*.py")):
        if script.stem not in LEFT_OUT:
            yield [sys.executable, script]


def unguarded_tools(build):
    """A folder of the tools that run without a sandbox."""
    folder = build / "unguarded"
    folder.mkdir(exist_ok=True)
    for name in TOOLS:
        (folder / name).write_text('#!/bin/sh\nexec %s --no-sandbox "$@"\n' % (build / "bin" / name))
        (folder / name).chmod(0o755)
    return folder


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    profiles = build / "profiles"
    profiles.mkdir(exist_ok=True)
    for old in profiles.iterdir():
        old.unlink()
    environment = dict(os.environ, LLVM_PROFILE_FILE=str(profiles / "%8m.profraw"), MAILPARSE_BIN=str(unguarded_tools(build)),
                       MAILPARSE_SOURCE=str(SOURCE), MAILPARSE_SAMPLES="")
    commands = [list(map(str, command)) for command in runs(build)]
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        run = lambda command: subprocess.run(command, env=environment, cwd=build, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        for command, status in zip(commands, pool.map(run, commands)):
            if status not in (0, SKIPPED):
                print("%s: exit status %d" % (" ".join(command[:3]), status))
                bad += 1
    merged = build / "coverage.profdata"
    subprocess.run(["llvm-profdata-19", "merge", "-sparse", "-o", merged, *sorted(profiles.iterdir())], check=True)
    programs = sorted({command[0] for command in commands} - {sys.executable} | {str(build / "bin" / name) for name in TOOLS})
    objects = [programs[0], *("-object=" + program for program in programs[1:])]
    common = ["-instr-profile=%s" % merged, "-compilation-dir=%s" % build, *objects]
    exported = subprocess.run(["llvm-cov-19", "export", "-summary-only", *common], check=True, capture_output=True, text=True).stdout
    files = {}
    for entry in json.loads(exported)["data"][0]["files"]:
        # A compiler cache leaves names that are relative to other folders.
        if name := re.search(r"libmailparse/(src|include)/.*", entry["filename"]):
            files[name.group()] = [entry["summary"][kind][figure] for kind in ("lines", "branches") for figure in ("count", "covered")]
    lines, reached_lines, branches, reached_branches = map(sum, zip(*files.values()))
    with open(build / "coverage.txt", "w") as report:
        report.write("%9s %9s %9s %9s\n" % ("lines", "missed", "branches", "missed"))
        for name, (all_lines, some_lines, all_branches, some_branches) in sorted(files.items(), key=lambda item: item[1][3] - item[1][2]):
            report.write("%9d %9d %9d %9d  %s\n" % (all_lines, all_lines - some_lines, all_branches, all_branches - some_branches, name))
    line_part, branch_part = 100 * reached_lines / lines, 100 * reached_branches / branches
    print("lines %.2f %% of %d, branches %.2f %% of %d (wanted: %.0f and %.0f); by file in %s" % (
        line_part, lines, branch_part, branches, LINES, BRANCHES, build / "coverage.txt"))
    return 1 if bad or line_part < LINES or branch_part < BRANCHES else 0


if __name__ == "__main__":
    sys.exit(main())
