#!/usr/bin/env python3
"""The captures of the corpus are what make_captures.py makes, here as anywhere."""
import os
import pathlib
import subprocess
import sys

SCRIPT = pathlib.Path(os.environ["MAILPARSE_SOURCE"]) / "corpus" / "make_captures.py"
sys.exit(subprocess.run([sys.executable, str(SCRIPT), "--check"], check=False).returncode)
