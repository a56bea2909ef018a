#!/usr/bin/env python3
"""--emit zeek and --emit eve, field by field against what Zeek and Suricata expect of the sample captures.

Every field of every expected line is compared, but for those that are drawn by lot there (times, identifiers). A
difference must stand in view_differences.py with its reason, and docs/views.md lists them; one that is not listed
fails, and so does a listed one that is gone. Whether lines follow docs/schema is for test_view_records.py.
"""
import collections
import sys

try:
    import yaml
except ImportError:
    print("SKIP: python3-yaml is not installed")
    sys.exit(77)

from captures import TRACE_TO_JSON, need, run
from records import SAMPLES
from test_expected import (EXPECTED, ZEEK_CAPTURES, at_path, ABSENT, list_of, suricata_applies, zeek_folder, zeek_rows)
from view_differences import DIFFERENCES

CAPTURES = SAMPLES / "captures"
DRAWN = ("ts", "uid", "fuids")
SETS = ("rcptto", "to", "cc")
UNTOLD = ("pcap_cnt", "files", "stats")  # the packet at which a parser was done is its own affair


def emitted(view, capture):
    status, lines, errors = run(TRACE_TO_JSON, "--emit", view, CAPTURES / capture)
    if status != 0:
        raise RuntimeError("%s: exit status %d: %s" % (capture, status, errors))
    return [line for line in lines if "record" not in line]


class Differences:
    def __init__(self):
        self.equal, self.met, self.unknown = collections.Counter(), set(), []

    def compare(self, oracle, case, what, theirs, ours):
        if theirs == ours:
            self.equal[oracle] += 1
        elif (oracle, case, what) in DIFFERENCES and DIFFERENCES[oracle, case, what][:2] == (theirs, ours):
            self.met.add((oracle, case, what))
        else:
            self.unknown.append((oracle, case, what, theirs, ours))

    def report(self):
        print("equal: %s; known differences: %d" % (dict(self.equal), len(self.met)))
        for key in sorted(self.met):
            print("  %s %s: theirs %r, ours %r: %s" % (*key[:1], " ".join(key[1:]), *DIFFERENCES[key]))
        for row in self.unknown:
            print("UNKNOWN DIFFERENCE %r\n    theirs %r\n    ours   %r" % (row[:3], *row[3:]))
        gone = sorted(set(DIFFERENCES) - self.met)
        for key in gone:
            print("A KNOWN DIFFERENCE IS GONE: %r" % (key,))
        return 1 if self.unknown or gone else 0


def zeek_value(name, text):
    """A field of Zeek's tab-separated log as its JSON would have it."""
    if text is None:
        return None
    if name in SETS:
        return list_of(text)
    if name == "path":
        return text.split(",")
    if name in ("id.orig_p", "id.resp_p", "trans_depth"):
        return int(text)
    return text == "T" if name == "tls" else text


def our_value(name, row):
    value = row.get(name)
    return sorted(value) if name in SETS and value is not None else value


def compare_zeek(differences):
    for case, capture in sorted(ZEEK_CAPTURES.items()):
        path = zeek_folder(case) / "smtp.log"
        if not path.exists():
            continue
        theirs, ours = zeek_rows(path), emitted("zeek", capture)
        differences.compare("zeek", case, "lines", len(theirs), len(ours))
        if case == "smtp.mail-transactions-invalid":
            theirs = [theirs[0], theirs[3]]  # the others are attempts that the server refused
        for number, (their_row, our_row) in enumerate(zip(theirs, ours)):
            for name in their_row:
                if name not in DRAWN:
                    differences.compare("zeek", case, "%d %s" % (number + 1, name), zeek_value(name, their_row[name]),
                                        our_value(name, our_row))
            files = their_row["fuids"]
            count = 0 if files in (None, "(empty)") else len(files.split(","))
            differences.compare("zeek", case, "%d fuids" % (number + 1), count, len(our_row["fuids"]))


def zeek_times(differences):
    """Zeek's JSON event dump has the times that its logs lack: a line's time is that of the first thing said."""
    rows = emitted("zeek", "zeek-smtp.pcap")
    differences.compare("zeek", "smtp.attachment", "1 ts", 1254722768.219663, rows[0]["ts"])


def fits(record, match):
    for path, wanted in match.items():
        if path.split("[")[0].split(".")[0] in UNTOLD:
            continue
        if path == "not-has-key":
            if any(at_path(record, name) is not ABSENT for name in (wanted if isinstance(wanted, list) else [wanted])):
                return False
        elif at_path(record, path) != wanted:
            return False
    return True


def ours_to_tell(match):
    """Whether a check speaks of events of the two types; fileinfo, flow, alert and the like are other events."""
    kind = match.get("event_type")
    return kind in ("smtp", "pop3") or (kind is None and any(path.startswith(("smtp.", "pop3.")) for path in match))


def compare_suricata(differences):
    for path in sorted((EXPECTED / "suricata").glob("*.yaml")):
        case = path.name.removesuffix(".yaml")
        checks = yaml.safe_load(path.read_text("utf-8")).get("checks", [])
        events = None
        for number, check in enumerate(checks):
            item = check.get("filter")
            if item is None or not suricata_applies(item) or not ours_to_tell(item["match"]):
                continue
            if events is None:
                events = emitted("eve", "suricata-verify-" + case)
            told = sum(1 for event in events if fits(event, item["match"]))
            differences.compare("suricata", case, "check %d" % (number + 1), item["count"], told)


def main():
    need(TRACE_TO_JSON, EXPECTED)
    differences = Differences()
    compare_zeek(differences)
    zeek_times(differences)
    compare_suricata(differences)
    return differences.report()


if __name__ == "__main__":
    sys.exit(main())
