#!/usr/bin/env python3
"""Findings at warning or above on mail that is not broken: each has a reason why it is true, and each reason a finding."""
import subprocess
import sys

import records

SCRIPT = records.SOURCE / "tests/differential/clean_findings.py"

if not (records.SAMPLES / "messages").is_dir():
    print("SKIP: no samples")
    sys.exit(77)

done = subprocess.run([sys.executable, str(SCRIPT), str(records.BIN), str(records.SAMPLES)], capture_output=True, text=True, timeout=300)
assert done.returncode == 0, done.stderr
