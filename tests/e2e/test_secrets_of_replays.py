#!/usr/bin/env python3
"""No secret in anything that smtp-replay wrote while its tests ran: every password and token of theirs begins with "canary-".

Runs after those tests, over what records.keep() left in MAILPARSE_REPLAY_OUTPUTS, and removes it where nothing was found.
"""
import base64
import os
import pathlib
import shutil
import sys

CANARY = b"canary-"
KINDS = {"errors", "json", "junit", "serve", "tap", "terminal", "text", "transcript", "update"}


def forms():
    """The canary in clear, and in base64 at each of the three places that it can have in a group."""
    yield CANARY
    for before in range(3):
        encoded = base64.b64encode(b"x" * before + CANARY)
        yield encoded[(before * 8 + 5) // 6:(before + len(CANARY)) * 8 // 6]


def main():
    folder = pathlib.Path(os.environ["MAILPARSE_REPLAY_OUTPUTS"])
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    if not files:
        sys.exit("%s is empty: the tests of smtp-replay have not run" % folder)
    lacking = KINDS - {file.name.split("-")[0] for file in files}
    if lacking:
        sys.exit("nothing was kept of %s" % ", ".join(sorted(lacking)))
    contents = [file.read_bytes() for file in files]
    assert any(b"AUTH" in octets and b"***" in octets for octets in contents), "nobody logged in"
    found = [file.name for file, octets in zip(files, contents) if any(form in octets for form in forms())]
    if found:
        sys.exit("secrets in %s" % ", ".join(found))
    print("%d outputs, %d octets" % (len(files), sum(map(len, contents))))
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
