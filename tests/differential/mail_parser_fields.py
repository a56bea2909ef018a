#!/usr/bin/env python3
"""The cases of mail-parser for single fields beside what msg-inspect reads of the same: Received clause by clause, addresses,
dates, identifiers, Content-Type, Subject. Cases that differ have a line in reasons.tsv; those without one are printed, or
all with --list. Exit status 1 when one has no reason.

usage: mail_parser_fields.py MSG_INSPECT SAMPLES [--list]     SAMPLES holds mail-parser/fields
"""
import datetime
import json
import pathlib
import re
import subprocess
import sys

TOOL, CASES, LIST = sys.argv[1], pathlib.Path(sys.argv[2]) / "mail-parser" / "fields", "--list" in sys.argv


def records(field, values):
    """What msg-inspect says of an mbox with a message for each value of the field."""
    mbox = b"".join(b"From a@a.example Mon Jan  1 00:00:00 2024\n%s: %s\n\nx\n\n" % (field, value.rstrip("\n").encode()) for value in values)
    lines = subprocess.run([TOOL, "--json", "-"], input=mbox, capture_output=True, check=False).stdout.splitlines()
    assert len(lines) == len(values), (field, len(lines), len(values))
    return [json.loads(line) for line in lines]


def utc(date):
    """RFC 3339 of a date as mail-parser writes it."""
    if not date:
        return None
    try:
        zone = datetime.timedelta(hours=date["tz_hour"], minutes=date["tz_minute"]) * (-1 if date["tz_before_gmt"] else 1)
        local = datetime.datetime(date["year"], date["month"], date["day"], date["hour"], date["minute"], date["second"])
        return (local - zone).strftime("%Y-%m-%dT%H:%M:%S")
    except (ValueError, OverflowError):
        return "no date: %s" % date


def host(value):
    return None if value is None else next(iter(value.values())) if isinstance(value, dict) else value


def received(case, record):
    """(clause, theirs, ours): mail-parser keeps the words where they stand; what the client said and what the server knew of
    it are told apart here."""
    theirs, ours = case or {}, record.get("received", [{}])[0]
    came = ours.get("from", {})
    said = theirs.get("helo")
    yield "helo", host(said or theirs.get("from")), came.get("helo")
    yield "rdns", host(theirs.get("from_iprev") or (theirs.get("from") if said else None)), came.get("rdns")
    yield "ip", theirs.get("from_ip"), came.get("ip")
    yield "ident", theirs.get("ident"), came.get("ident")
    yield "by", host(theirs.get("by")), ours.get("by")
    yield "for", theirs.get("for_"), ours.get("for")
    for clause in ("via", "id", "with"):
        yield clause, theirs.get(clause), ours.get(clause)
    tls = ours.get("tls", {})
    yield "tls version", theirs.get("tls_version"), tls.get("version")
    yield "tls cipher", theirs.get("tls_cipher"), tls.get("cipher")
    yield "date", utc(theirs.get("date")), (ours.get("date") or "")[:19] or None


def plain(clause, value):
    if value is None:
        return ""
    value = str(value).lower()
    if clause == "tls version":  # "TLS-1.2", "TLSv1_2", "TLS1.2"
        value = re.sub("[^a-z0-9]", "", value).replace("v", "")
    return value


def addresses(case, record):
    theirs = []
    for kind, value in (case or {}).items():
        for item in value or []:
            group = item.get("name") if kind == "Group" else None
            for one in item["addresses"] if kind == "Group" else [item]:
                theirs.append((one.get("name") or "", one.get("address") or "", group or ""))
    yield "mailboxes", theirs, [(one.get("name", ""), one["address"], one.get("group", "")) for one in record.get("to", [])]


def attributes(case):
    pairs = [(one["name"], one["value"]) if isinstance(one, dict) else one for one in case.get("attributes") or []]
    return dict(sorted((name.lower(), value) for name, value in pairs))


def content_type(case, record):
    part = record["parts"][0]
    yield "type", "%s/%s" % (case["c_type"], case["c_subtype"]), part["type"]
    yield "parameters", attributes(case), dict(sorted(part.get("params", {}).items()))


def content_disposition(case, record):
    part = record["parts"][0]
    case = case or {}
    yield "disposition", case.get("c_type"), part.get("disposition")
    yield "file name", attributes(case).get("filename"), part.get("filename")


def texts(key):
    def compare(case, record):
        ours = record.get(key)
        theirs = [case] if isinstance(case, str) else case
        yield key, theirs or [], [ours] if isinstance(ours, str) else ours or []
    return compare


def utc_of_date(case, record):
    yield "date", utc(case), record.get("date", {}).get("utc", "")[:19] or None


def is_type(case):
    return bool((case["expected"] or {}).get("c_subtype"))


# file of cases, those of it, field, what is compared
FIELDS = (
    ("received", None, b"Received", received),
    ("address", None, b"To", addresses),
    ("date", None, b"Date", utc_of_date),
    ("id", None, b"References", texts("references")),
    ("content_type", is_type, b"Content-Type", content_type),
    ("content_type", lambda case: not is_type(case), b"Content-Disposition", content_disposition),
    ("unstructured", None, b"Subject", texts("subject")),
)


def reasons():
    lines = (pathlib.Path(__file__).parent / "reasons.tsv").read_text().splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def main():
    known, unexplained = reasons(), 0
    for name, chosen, field, compare in FIELDS:
        cases = [(number, case) for number, case in enumerate(json.loads((CASES / (name + ".json")).read_text()))
                 if chosen is None or chosen(case)]
        equal, explained = 0, 0
        for (number, case), record in zip(cases, records(field, [case["header"] for _, case in cases])):
            differ = [(clause, theirs, ours) for clause, theirs, ours in compare(case["expected"], record)
                      if plain(clause, theirs) != plain(clause, ours)]
            reason = known.get("mail-parser/fields/%s.json#%d" % (name, number))
            equal += not differ
            explained += bool(differ and reason)
            if differ and (LIST or not reason):
                print("%s %d: %r: %s" % (name, number, case["header"], reason or "unexplained"))
                for clause, theirs, ours in differ:
                    print("    %s: theirs %r, ours %r" % (clause, theirs, ours))
        unexplained += len(cases) - equal - explained
        print("%s: %d cases, %d equal, %d differ for a reason" % (field.decode(), len(cases), equal, explained))
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
