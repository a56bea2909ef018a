#!/usr/bin/env python3
"""Every shell block of docs/recipes.md runs, ends well and says something; blocks whose programs are absent are told."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from captures import TRACE_TO_JSON, need, record_ends
from records import BIN, SOURCE

TEXT = (SOURCE / "docs" / "recipes.md").read_text("utf-8")
CAPTURE = SOURCE / "corpus" / "captures" / "demo.pcap"


def main():
    need(TRACE_TO_JSON, CAPTURE)
    failed, skipped, done = 0, [], 0
    whole = CAPTURE.read_bytes()
    middle = record_ends(whole)[20]
    environment = {**os.environ, "PATH": "%s:%s" % (BIN, os.environ["PATH"]), "LC_ALL": "C.UTF-8"}
    for programs, block in re.findall(r"^```sh *([^\n]*)\n(.*?)^```$", TEXT, re.S | re.M):
        absent = [program for program in programs.split() if shutil.which(program) is None]
        if absent:
            skipped.append("%s is not installed: %s" % (", ".join(absent), block.splitlines()[0]))
            continue
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(CAPTURE, os.path.join(folder, "mail.pcap"))
            for name, octets in (("part-1.pcap", whole[:middle]), ("part-2.pcap", whole[:24] + whole[middle:])):
                with open(os.path.join(folder, name), "wb") as file:
                    file.write(octets)
            run = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=environment,
                                 capture_output=True, timeout=60, text=True)
        done += 1
        if run.returncode != 0 or not run.stdout.strip():
            failed += 1
            print("FAILED (%d)\n%s\n%s%s" % (run.returncode, block, run.stdout[:500], run.stderr[:500]))
    for line in skipped:
        print("SKIP: " + line)
    print("%d blocks ran, %d failed, %d skipped" % (done, failed, len(skipped)))
    if done == 0:
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
