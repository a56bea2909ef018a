#!/usr/bin/env python3
"""Each code of codes.def has an example under tests/conformance/findings that raises it, and no finding is outside the table."""
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import finding_inputs
import records

FOLDER = records.SOURCE / "tests/conformance/findings"
TABLE = records.SOURCE / "libmailparse/include/mailparse/base/codes.def"


def severities():
    rows = re.findall(r'^MAILPARSE_CODE\(\w+, "([^"]+)", (\w+),', TABLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 200, "codes.def cannot be read"
    return dict(rows)


def findings(value):
    """All findings below a record, (code, severity)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "findings":
                for finding in inner:
                    yield finding["code"], finding["severity"]
            else:
                yield from findings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from findings(inner)


def raised(case):
    """The findings of a case's input; records are validated on the way."""
    with tempfile.NamedTemporaryFile(suffix=".input") as file:
        file.write(case.octets())
        file.flush()
        status, made, errors = records.run(case.tool, *case.arguments, file.name)
    assert status in (0, 2), (case.place, status, errors)
    return {finding for record in made for finding in findings(record)}


def explanations(table):
    """--explain: a code, a family, all, and what is none."""
    for tool in ("trace-to-json", "msg-inspect"):
        def explain(name):
            done = subprocess.run([records.BIN / tool, "--explain", name], capture_output=True, timeout=20, text=True)
            return done.returncode, done.stdout, done.stderr
        status, text, _ = explain("smtp.eod.nonstandard")
        assert status == 0 and text.startswith("smtp.eod.nonstandard (error)\n") and "RFC 5321" in text, text
        assert len(re.findall(r"^[a-z]", explain("mime.boundary")[1], re.MULTILINE)) == sum(c.startswith("mime.boundary.") for c in table)
        assert len(re.findall(r"^[a-z]", explain("all")[1], re.MULTILINE)) == len(table)
        for name in ("no.such", "smt", "smtp."):
            status, text, error = explain(name)
            assert status == 2 and not text and "no code" in error, (name, status, text, error)


def main():
    table, failures, exampled = severities(), [], set()
    everything = list(finding_inputs.cases(FOLDER))
    with ThreadPoolExecutor(2) as pool:
        for case, found in zip(everything, pool.map(raised, everything)):
            if case.code not in table:
                failures.append("%s: %s is not in codes.def" % (case.place, case.code))
                continue
            exampled.add(case.code)
            wanted = (case.code, case.severity or table[case.code])
            if wanted not in found:
                failures.append("%s: no %s(%s) among %s" % ((case.place,) + wanted + (sorted(found) or "nothing",)))
            failures += ["%s: %s is not in codes.def" % (case.place, code) for code, _ in found if code not in table]
    failures += ["%s: no example" % code for code in sorted(set(table) - exampled)]
    explanations(table)
    page = subprocess.run([sys.executable, records.SOURCE / "docs/make_findings.py", "--check"], capture_output=True, text=True)
    failures += [page.stdout.strip()] if page.returncode else []
    print("\n".join(failures))
    print("%d cases, %d of %d codes, %d failures" % (len(everything), len(exampled), len(table), len(failures)))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
