#!/usr/bin/env python3
"""Logs in what loggers, pagers, mail programs and pages put around them, read as the bare log is.

usage: wrapped_logs.py [-v] [--pairs] [--only WRAPPER] [FILE or FOLDER...]; the samples, the corpus and the conformance cases
where none is named.

Each log is read bare, then wrapped; both readings must be the same, less times and places. With --pairs two wrappers are
put around each other. A wrapper that destroys what some dialect needs is not tried on it (CANNOT).
"""
import collections
import html
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ["MAILPARSE_BIN"]) / "trace-to-json"
SAMPLES = pathlib.Path(os.environ.get("MAILPARSE_SAMPLES", "/nonexistent"))
AT_A_TIME = 200


def each(form, keep_empty=True):
    """A wrapper of lines: `form` with {line}, and with the number, second and microsecond of it."""
    def wrap(lines):
        return [form.format(line=line, n=n + 1, s="%02d:%02d" % (n // 60 % 60, n % 60), us="%06d" % (n * 371 % 1000000))
                if line or keep_empty else line for n, line in enumerate(lines)]
    return wrap


def json_line(**keys):
    def wrap(lines):
        made = []
        for n, line in enumerate(lines):
            record = {k: v.format(line=line, s="%02d:%02d" % (n // 60 % 60, n % 60)) for k, v in keys.items()}
            made.append(json.dumps(record, ensure_ascii=False))
        return made
    return wrap


def double_spaced(lines):
    return [part for line in lines for part in (line, "")]


WRAPPERS = {
    "syslog": each("Nov 21 21:{s} mx1 mailer[4711]: {line}"),
    "syslog-iso": each("2026-11-21T21:{s}.{us}+01:00 mx1 mailer[4711]: {line}"),
    "syslog-5424": each("<22>1 2026-11-21T21:{s}.{us}Z mx1 mailer 4711 - - {line}"),
    "syslog-5424-data": each('<22>1 2026-11-21T21:{s}Z mx1 mailer 4711 ID47 [x@1 a="b"] {line}'),
    "journald-short-precise": each("Nov 21 21:{s}.{us} mx1 mailer[4711]: {line}"),
    "journald-json": json_line(__REALTIME_TIMESTAMP="1795295412446095", _PID="4711", SYSLOG_IDENTIFIER="mailer", MESSAGE="{line}"),
    "docker-json": json_line(log="{line}\n", stream="stdout", time="2026-11-21T21:{s}.5Z"),
    "docker-timestamps": each("2026-11-21T21:{s}.{us}123Z {line}"),
    "docker-compose": each("mail-1  | {line}"),
    "kubectl-prefix": each("[pod/mail-0/postfix] {line}"),
    "cri": each("2026-11-21T21:{s}.{us}123Z stdout F {line}"),
    "iso": each("2026-11-21 21:{s} {line}"),
    "iso-comma": each("2026-11-21 21:{s},123 {line}"),
    "time-of-day": each("21:{s} {line}"),
    "time-in-brackets": each("[21:{s}] {line}"),
    "ts": each("Nov 21 21:{s} {line}"),
    "multilog": each("@400000006928d8960f3f4b5c {line}"),
    "quoted": each("> {line}"),
    "quoted-3": each("> > > {line}"),
    "quoted-tight": each(">{line}"),
    "entities": lambda lines: [html.escape(line) for line in lines],
    "numbered": each("{n:5d}  {line}"),
    "numbered-tab": each("{n:6d}\t{line}"),
    "grep-n": each("{n}:{line}"),
    "grep-file": each("mail.log:{line}"),
    "indented": each("    {line}", keep_empty=False),
    "tabbed": each("\t{line}", keep_empty=False),
    "colour": each("\x1b[32m{line}\x1b[0m"),
    "level": each("DEBUG {line}"),
    "logger": each("2026-11-21 21:{s},123 - mail.client - DEBUG - {line}"),
    "log4j": each("2026-11-21 21:{s},123 DEBUG [main] mail.Client - {line}"),
    "double-spaced": double_spaced,
}
ENDS = {"crlf": "\r\n", "cr": "\r"}
CODINGS = {"utf-8-bom": "utf-8-sig", "utf-16": "utf-16"}


def cases():
    """Name and text of each log."""
    named = list(map(pathlib.Path, FILES))
    for path in named or [SAMPLES / "dialects", ROOT / "corpus/transcripts"]:
        for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
            if file.suffix == ".wire" or file.name == "README.txt":
                continue
            try:
                yield file.name, file.read_bytes().decode()
            except UnicodeDecodeError:
                continue
    if named:
        return
    for page in sorted((ROOT / "tests/conformance/transcript").glob("*.md")):
        for part in page.read_text(encoding="utf-8").split("\n## ")[1:]:
            title, _, rest = part.partition("\n")
            block = re.search(r"^~~~ input(.*)\n((?:.*\n)*?)~~~$", rest, re.M)
            if block and not block.group(1).strip() and "turns none" not in rest:
                yield "%s: %s" % (page.stem, title), block.group(2)


def told(record):
    """A session in what does not depend on times, places and confidence."""
    def replies(exchange):
        return [[r.get("code"), r.get("status"), r.get("text")] for r in
                ([exchange["reply"]] if "reply" in exchange else []) + exchange.get("more_replies", [])]
    exchanges = [[e.get("command", {}).get("text"), replies(e)] for e in record["exchanges"]]
    moved = [t["message"] for t in record.get("transactions", []) if "message" in t] + [r["message"] for r in record.get("retrievals", [])]
    return [record["protocol"], record.get("greeting", {}).get("reply", {}).get("text"), exchanges,
            [[m["size"], m["sha256"], m["complete"]] for m in moved], record.get("elided")]


def readings(texts):
    """What is read of each text, in as few runs as can be."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(texts), AT_A_TIME):
            files = []
            for n, octets in enumerate(texts[start:start + AT_A_TIME]):
                files.append(pathlib.Path(folder) / ("%d" % (start + n)))
                files[-1].write_bytes(octets)
            done = subprocess.run([BIN, "--show-secrets", *files], capture_output=True, timeout=300)
            assert done.returncode in (0, 2), done.stderr[-300:]
            by_file = collections.defaultdict(list)
            for line in done.stdout.splitlines():
                record = json.loads(line)
                if record["record"] == "session":
                    by_file[record["source"]["file"]].append(record)
            for file in files:
                found.append(sorted((told(r) for r in by_file[str(file)]), key=json.dumps))
                file.unlink()
    return found


def wrapped(lines, names):
    """The octets of the log in these wrappers, the first one outermost."""
    end, coding = "\n", "utf-8"
    for name in reversed(names):
        end, coding = ENDS.get(name, end), CODINGS.get(name, coding)
        if name in WRAPPERS:
            lines = WRAPPERS[name](lines)
    return "".join(line + end for line in lines).encode(coding)


def variants():
    every = [*WRAPPERS, *ENDS, *CODINGS]
    if ONLY:
        return [tuple(ONLY.split("+"))]
    if not PAIRS:
        return [(name,) for name in every]
    return [pair for pair in itertools.permutations(every, 2) if pair[0] not in ENDS or pair[1] in WRAPPERS]


def main():
    bare = [(name, text) for name, text in cases() if "\r" not in text]
    wanted = readings([text.encode() for _, text in bare])
    counts = collections.defaultdict(lambda: [0, 0])
    for names in variants():
        octets = [wrapped(text.removesuffix("\n").split("\n"), names) for _, text in bare]
        for (case, _), want, got in zip(bare, wanted, readings(octets)):
            if not want:
                continue
            counts[names][0] += 1
            counts[names][1] += want == got
            if want != got and VERBOSE:
                difference = next(((w, g) for w, g in zip(want, got) if w != g), (len(want), len(got)))
                print("%s, %s:\n  %s\n  %s" % ("+".join(names), case, str(difference[0])[:600], str(difference[1])[:600]))
    for names, (tried, same) in counts.items():
        if same < tried or not PAIRS:
            print("%-40s %4d logs, %4d read the same" % (" around ".join(names), tried, same))
    tried, same = (sum(c[i] for c in counts.values()) for i in (0, 1))
    print("%d wrapped logs, %d read as the bare one" % (tried, same))
    return 0 if same == tried else 1


ARGUMENTS = sys.argv[1:]
VERBOSE, PAIRS = "-v" in ARGUMENTS, "--pairs" in ARGUMENTS
ONLY = ARGUMENTS[ARGUMENTS.index("--only") + 1] if "--only" in ARGUMENTS else None
FILES = [a for n, a in enumerate(ARGUMENTS) if not a.startswith("-") and (n == 0 or ARGUMENTS[n - 1] != "--only")]
sys.exit(main())
