#!/usr/bin/env python3
"""The files of the corpus are what their scripts make, here as anywhere."""
import os
import pathlib
import subprocess
import sys

CORPUS = pathlib.Path(os.environ["MAILPARSE_SOURCE"]) / "corpus"
SCRIPTS = ("make_captures.py", "make_messages.py", "make_field_seeds.py", "make_policies.py")
sys.exit(max(subprocess.run([sys.executable, str(CORPUS / script), "--check"], check=False).returncode for script in SCRIPTS))
