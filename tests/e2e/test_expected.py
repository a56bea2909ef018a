#!/usr/bin/env python3
"""The sample captures as Zeek, Suricata and Arkime read them, compared with our records.

Every value the three projects expect that our records tell too is compared. Each difference stands in
expected_differences.py with who is right by the octets of the capture and the RFC; a difference that is not listed
fails, and so does a listed one that is gone. Spelling that is no reading of the octets is made equal first:
Suricata keeps the angle brackets of a path, Arkime lowers addresses and names, Zeek drops the space around commas and
calls the Received field of the first hop, the last one in the message, the first. Zeek names an answer within AUTH "**"
and AUTH_ANSWER where our verb is "+", and repeats the dot that ends data as its argument.
"""
import base64
import collections
import datetime
import fnmatch
import hashlib
import json
import pathlib
import quopri
import re
import sys
import tempfile

try:
    import yaml
except ImportError:
    print("SKIP: python3-yaml is not installed")
    sys.exit(77)

from captures import MSG_INSPECT, TRACE_TO_JSON, need, run
from expected_differences import DIFFERENCES
from records import SAMPLES

CAPTURES = SAMPLES / "captures"
EXPECTED = CAPTURES / "expected"
MAIL = ("smtp", "lmtp", "pop3", "imap")
DECODERS = {"base64": base64.b64decode, "quoted-printable": quopri.decodestring}


class Comparison:
    """Counts what is equal, and judges what is not by the table of known differences."""

    def __init__(self):
        self.equal, self.differs = collections.Counter(), collections.Counter()
        self.unknown, self.met = [], set()

    def compare(self, oracle, capture, what, theirs, ours):
        if theirs == ours:
            self.equal[oracle, capture] += 1
            return
        known = DIFFERENCES.get((oracle, capture, what))
        if known is not None and [known.theirs, known.ours] == [shown(theirs), shown(ours)]:
            self.differs[oracle, capture] += 1
            self.met.add((oracle, capture, what))
        else:
            self.unknown.append((oracle, capture, what, shown(theirs), shown(ours)))

    def report(self):
        for key in sorted(set(self.equal) | set(self.differs)):
            print("%-9s %-110s %4d equal, %2d differ" % (*key, self.equal[key], self.differs[key]))
        print("%d equal, %d known differences:" % (sum(self.equal.values()), len(self.met)))
        for key in sorted(self.met):
            known = DIFFERENCES[key]
            print("  %s %s: %s\n    theirs %s\n    ours   %s" % (*key, known.theirs, known.ours))
            print("    right: %s, %s" % (known.right, known.why))
        for row in self.unknown:
            print("UNKNOWN DIFFERENCE %r\n    theirs %s\n    ours   %s" % (row[:3], *row[3:]))
        gone = sorted(set(DIFFERENCES) - self.met)
        for key in gone:
            print("A KNOWN DIFFERENCE IS GONE: %r" % (key,))
        return 1 if self.unknown or gone else 0


def shown(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 200 else "%s... %s" % (text[:100], hashlib.sha256(text.encode()).hexdigest()[:16])


class Reading:
    """What our tools tell of one capture; cached, since several expectations speak of the same one."""

    _cache = {}

    def __new__(cls, name):
        if name not in cls._cache:
            cls._cache[name] = super().__new__(cls)
            cls._cache[name].read(CAPTURES / name)
        return cls._cache[name]

    def read(self, path):
        with tempfile.TemporaryDirectory() as folder:
            status, records, errors = run(TRACE_TO_JSON, "--summary", "--show-secrets", "--extract", folder, path)
            if status != 0:
                raise RuntimeError("%s: exit status %d: %s" % (path.name, status, errors))
            self.sessions = [record for record in records if record["record"] == "session"]
            self.summary = records[-1]
            files = sorted(pathlib.Path(folder).glob("*.eml"))
            self.octets = {hashlib.sha256(file.read_bytes()).hexdigest(): file.read_bytes() for file in files}
            inspected = run(MSG_INSPECT, "--json", *files)[1] if files else []
            self.messages = {record["sha256"]: record for record in inspected if record["record"] == "message"}
        records = run(TRACE_TO_JSON, "--emit", "events", "--show-secrets", path)[1]
        self.events = [record for record in records if record["record"] == "event"]

    def session(self, client, port):
        for session in self.sessions:
            if (session["client"]["ip"], session["client"]["port"]) == (client, port):
                return session
        return None

    def message_of(self, transaction):
        return self.messages.get(transaction.get("message", {}).get("sha256"))

    def leaves(self, message):
        """(part, its content as Python's decoders read it) of each part that is no multipart."""
        octets = self.octets[message["sha256"]]
        for part in message["parts"]:
            body = octets[part["body_offset"]:part["body_offset"] + part["body_length"]]
            if not part["type"].startswith("multipart/"):
                yield part, DECODERS.get(part["encoding"], bytes)(body)


def fields(message, name):
    return [field["value"] for field in (message or {}).get("headers", []) if field["name"].lower() == name]


def addresses(message, *names):
    return {entry["address"].lower() for name in names for entry in (message or {}).get(name, []) if "address" in entry}


# ---------------------------------------------------------------------------------------------------- Zeek

ZEEK_CAPTURES = {
    "http.http-connect": "zeek-http_connect-with-smtp.pcap",
    "smtp.attachment": "zeek-smtp.pcap",
    "smtp.attachment-msg": "zeek-smtp-attachment-msg.pcap",
    "smtp.basic": "zeek-smtp.pcap",
    "smtp.bdat": "zeek-smtp_rfc3030-bdat-example1.pcap",
    "smtp.bdat-0-last": "zeek-smtp_rfc3030-bdat-0-last.pcap",
    "smtp.bdat-chunk-size-overflow": "zeek-smtp_smtp-bdat-cmd-chunk-size-overflow.pcap",
    "smtp.bdat-chunk-size-overflow2": "zeek-smtp_smtp-bdat-cmd-chunk-size-overflow2.pcap",
    "smtp.bdat-cmd-invalid": "zeek-smtp_smtp-bdat-cmd-invalid.pcapng",
    "smtp.bdat-gap": "zeek-smtp_smtp-bdat-gap.pcap",
    "smtp.bdat-multipart": "zeek-smtp_rfc3030-bdat-multipart.pcap",
    "smtp.bdat-multipart-chunked": "zeek-smtp_rfc3030-bdat-multipart-chunked.pcap",
    "smtp.bdat-negative-chunk-size": "zeek-smtp_smtp-bdat-cmd-negative-chunk-size.pcap",
    "smtp.bdat-pipeline-8bitmime": "zeek-smtp_smtp-bdat-pipeline-8bitmime.pcap",
    "smtp.mail-transactions-invalid": "zeek-smtp-mail-transactions-invalid.pcap",
    "smtp.mime-all-headers-event": "zeek-smtp.pcap",
    "smtp.mime-header-size-limit": "zeek-smtp_mime-header-size-limit.pcap.gz",
    "smtp.one-side": "zeek-smtp-one-side-only.pcap",
    "smtp.rfc822-msg-file-analysis": "zeek-smtp-attachment-msg.pcap",
    "smtp.rfc822-msg-file-analysis-binary": "zeek-smtp_rfc3030-bdat-nonascii.pcap",
    "smtp.rfc822-msg-file-analysis-gap": "zeek-smtp_smtp-bdat-gap.pcap",
    "smtp.rfc822-msg-file-analysis-multi-mail": "zeek-smtp_smtp-bdat-pipeline-8bitmime.pcap",
    "smtp.rfc822-msg-file-analysis-multi-session": "zeek-smtp.pcap",
    "smtp.starttls": "zeek-tls_smtp-starttls.pcap",
    "smtp.address-limits": "zeek-smtp_smtp-many-addresses.pcap.gz",
    "pop3.bad-list-retr-crafted": "zeek-pop3_bad-list-retr-crafted.pcap",
    "pop3.basic": "zeek-pop3_pop3.pcap",
    "pop3.redis": "zeek-pop3_redis-50-pings.pcap",
    "pop3.starttls": "zeek-tls_pop3-starttls.pcap",
}

ZEEK_ROWS = {"smtp.mail-transactions-invalid": (0, 3)}  # the rows that are transactions


def zeek_folder(case):
    return EXPECTED / "zeek" / ("scripts.base.protocols." + case)


def zeek_rows(path):
    """Rows of a Zeek log as dictionaries; unset fields are None."""
    names, rows = None, []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#fields"):
            names = line.split("\t")[1:]
        elif line.startswith("#") or not line:
            continue
        elif names is None:
            names = line.split("\t")
        else:
            rows.append({name: None if value == "-" else value for name, value in zip(names, line.split("\t"))})
    return rows


def last_reply(transaction, session):
    """Code and last line of the reply that ended the transaction, or else of the session's last command before QUIT."""
    if transaction and "reply" in transaction:
        return "%d %s" % (transaction["reply"]["code"], transaction["reply"]["text"][-1])
    others = [exchange for exchange in session["exchanges"] if exchange.get("command", {}).get("verb") != "QUIT"]
    replies = [exchange["reply"] for exchange in others if "reply" in exchange]
    return "%d %s" % (replies[-1]["code"], replies[-1]["text"][-1]) if replies else None


def list_of(text):
    """A list of addresses as Zeek writes it: a set, each without its display name's quoting changed."""
    return sorted(part.strip() for part in re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", text)) if text else None


def zeek_mail_log(comparison, case):
    reading, capture = Reading(ZEEK_CAPTURES[case]), ZEEK_CAPTURES[case]
    rows = collections.defaultdict(list)
    for row in zeek_rows(zeek_folder(case) / "smtp.log"):
        rows[row["id.orig_h"], int(row["id.orig_p"])].append(row)
    mail = [(s["client"]["ip"], s["client"]["port"]) for s in reading.sessions if s["protocol"] == "smtp"]
    comparison.compare("zeek", capture, case + " connections", sorted(rows), sorted(mail))
    for (client, port), told in rows.items():
        session = reading.session(client, port)
        if session is None:
            continue
        transactions = session.get("transactions", [])
        if case != "smtp.starttls":
            comparison.compare("zeek", capture, "%s rows of %d" % (case, port), len(told), len(transactions))
        told = [told[number] for number in ZEEK_ROWS.get(case, range(len(told)))]
        for number, row in enumerate(told):
            place = "%s %d/%d " % (case, port, number + 1)
            transaction = transactions[number] if transactions else {}
            for name, ours in zeek_columns(reading, session, transaction).items():
                theirs = row[name]
                if name in ("rcptto", "to", "cc"):
                    theirs = list_of(theirs)
                comparison.compare("zeek", capture, place + name, theirs, ours)


def zeek_columns(reading, session, transaction):
    message = reading.message_of(transaction)

    def first(name):
        values = fields(message, name)
        return values[0] if values else None
    received = fields(message, "received")
    return {"helo": session.get("hello", {}).get("name"), "mailfrom": transaction.get("mail_from"),
            "rcptto": sorted(recipient["address"] for recipient in transaction.get("recipients", [])) or None,
            "date": first("date"), "from": first("from"), "to": list_of(first("to")), "cc": list_of(first("cc")),
            "reply_to": first("reply-to"), "msg_id": first("message-id"), "in_reply_to": first("in-reply-to"),
            "subject": first("subject"), "first_received": received[-1] if received else None,
            "second_received": received[-2] if len(received) > 1 else None,
            "last_reply": last_reply(transaction, session), "user_agent": first("user-agent") or first("x-mailer"),
            "tls": "T" if session.get("tls", {}).get("accepted") else "F"}


def smtp_events(reading, ids=None):
    """Our events as Zeek's: (time, event, from the client, code, command, text, more lines follow)."""
    pending = {}
    for event in reading.events:
        if ids is not None and event["session"] not in ids:
            continue
        if event["event"] == "command":
            verb, _, argument = event["command"].get("text", "").partition(" ")
            if event["command"]["verb"] == "+":
                verb, argument = "**", event["command"]["text"]
            elif event["command"]["verb"] == ".":
                verb, argument = ".", "."
            pending[event["session"], event["n"]] = "AUTH_ANSWER" if verb == "**" else verb.upper()
            yield event["at"], "smtp_request", True, None, verb.upper(), argument, None
        elif event["event"] == "reply":
            command = pending.get((event["session"], event["n"]), "?") if "n" in event else ">"
            lines = event["reply"]["text"]
            for number, line in enumerate(lines):
                yield event["at"], "smtp_reply", False, event["reply"]["code"], command, line, number + 1 < len(lines)


def zeek_event_dump(comparison):
    """The 44 events of smtp-events.json, each with its time to the microsecond."""
    text = (EXPECTED / "zeek" / "scripts.policy.misc.dump-events-json" / "smtp-events.json").read_text("utf-8")
    decoder, at, theirs = json.JSONDecoder(), text.index("{"), []
    while at < len(text):
        event, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        told = event["args"]
        theirs.append(["%.6f" % event["ts"], event["event"], told["is_orig"], told.get("code"),
                       told.get("cmd", told.get("command")), told.get("msg", told.get("arg")), told.get("cont_resp")])
    reading = Reading("zeek-smtp.pcap")
    ids = {session["id"] for session in reading.sessions if session["protocol"] == "smtp"}
    ours = [[seconds(event[0]), *event[1:]] for event in smtp_events(reading, ids)]
    comparison.compare("zeek", "zeek-smtp.pcap", "smtp-events.json count", [44, 44], [len(theirs), len(ours)])
    for number, (their_event, our_event) in enumerate(zip(theirs, ours)):
        comparison.compare("zeek", "zeek-smtp.pcap", "smtp-events.json %d" % (number + 1), their_event, our_event)


def seconds(at):
    """A time of our records as seconds since 1970 with six digits."""
    whole, fraction = at.rstrip("Z").split(".")
    return "%d.%s" % (datetime.datetime.fromisoformat(whole + "+00:00").timestamp(), fraction[:6])


def zeek_output(case):
    return [line for line in (zeek_folder(case) / "out").read_text("utf-8").splitlines() if not line.startswith("#")]


def zeek_dialogue(comparison, case):
    """Commands and replies that a script of the test printed, each side in its order."""
    capture, reading = ZEEK_CAPTURES[case], Reading(ZEEK_CAPTURES[case])
    lines = [line.split(", ") for line in zeek_output(case)]
    uids = list(dict.fromkeys(line[1] if line[0].startswith("smtp_") else line[0] for line in lines))
    sessions = [session["id"] for session in reading.sessions if session["protocol"] == "smtp"]
    comparison.compare("zeek", capture, case + " out connections", len(uids), len(sessions))
    for number, (uid, session) in enumerate(zip(uids, sessions)):
        theirs = [line if line[0].startswith("smtp_") else ["smtp_request"] + line for line in lines if uid in line[:2]]
        told = list(smtp_events(reading, {session}))
        their_requests = [" ".join(line[3:]).strip() for line in theirs if line[0] == "smtp_request"]
        our_requests = [("%s %s" % (event[4], event[5])).strip() for event in told if event[1] == "smtp_request"]
        comparison.compare("zeek", capture, "%s out requests %d" % (case, number + 1), their_requests, our_requests)
        their_replies = [line[3:5] + [", ".join(line[5:])] for line in theirs if line[0] == "smtp_reply"]
        if their_replies:
            our_replies = [[str(event[3]), event[4], event[5]] for event in told if event[1] == "smtp_reply"]
            comparison.compare("zeek", capture, "%s out replies %d" % (case, number + 1), their_replies, our_replies)


def zeek_files(comparison, case, name):
    """Sizes and SHA-1 of messages and their parts."""
    capture, reading = ZEEK_CAPTURES[case], Reading(ZEEK_CAPTURES[case])
    messages, parts = {}, []
    for session in reading.sessions:
        for transaction in session.get("transactions", []):
            message = reading.message_of(transaction)
            if message is None:
                continue
            octets = reading.octets[message["sha256"]]
            messages[len(octets)] = hashlib.sha1(octets).hexdigest()
            for part, decoded in reading.leaves(message):
                comparison.compare("python", capture, "%s part %s" % (message["id"], part["path"]),
                                   [len(decoded), hashlib.sha256(decoded).hexdigest()],
                                   [part["decoded_size"], part.get("sha256")])
                parts.append([len(decoded), hashlib.sha1(decoded).hexdigest(), part.get("filename")])
    for number, row in enumerate(zeek_rows(zeek_folder(case) / name)):
        place = "%s %s %d" % (case, name, number + 1)
        size = int(row["seen_bytes"]) if "seen_bytes" in row else None
        if row["mime_type"] == "message/rfc822":
            wanted = {"size": size, "sha1": row.get("sha1")}
            ours = [{"size": one, "sha1": messages[one] if row.get("sha1") else None} for one in sorted(messages)]
            comparison.compare("zeek", capture, place, wanted, wanted if wanted in ours else ours)
            continue
        wanted = {"size": size, "sha1": row.get("sha1"), "filename": row.get("filename")}
        ours = [{"size": one[0] if size is not None else None, "sha1": one[1] if row.get("sha1") else None,
                 "filename": one[2] if row.get("filename") else None} for one in parts]
        comparison.compare("zeek", capture, place, wanted, wanted if wanted in ours else ours)


def zeek_headers(comparison):
    """The fields of both messages of zeek-smtp.pcap; Zeek tells those of the parts too, which we do not list."""
    case, reading = "smtp.mime-all-headers-event", Reading("zeek-smtp.pcap")
    blocks = re.findall(r"mime_all_headers\n\{\n(.*?)\n\}", (zeek_folder(case) / "out").read_text("utf-8"), re.S)
    theirs = [sorted(re.findall(r"original_name=(.*?), name=.*?, value=(.*?)\],?$", block, re.M)) for block in blocks]
    transactions = [each for session in reading.sessions for each in session.get("transactions", [])]
    messages = [reading.message_of(transaction) for transaction in transactions]
    for number, message in enumerate(messages):
        ours = sorted((field["name"], field["value"].replace("\t", "\\x09")) for field in message["headers"])
        same_size = [list(map(list, block)) for block in theirs if len(block) == len(ours)]
        comparison.compare("zeek", "zeek-smtp.pcap", "%s message %d" % (case, number + 1), same_size[number],
                           list(map(list, ours)))


POP3_STATUS = {"+OK": "OK", "-ERR": "ERR", "+": "+"}


def zeek_pop3(comparison):
    capture, reading = ZEEK_CAPTURES["pop3.basic"], Reading(ZEEK_CAPTURES["pop3.basic"])
    lines = [line.split(", ", 4) for line in zeek_output("pop3.basic")]
    uids = list(dict.fromkeys(line[0] for line in lines))
    comparison.compare("zeek", capture, "pop3.basic sessions", len(uids), len(reading.sessions))
    for number, (uid, session) in enumerate(zip(uids, reading.sessions)):
        told = [event for event in reading.events if event["session"] == session["id"]]
        commands = [event["command"] for event in told if event["event"] == "command"]
        ours = ["+" if command["verb"] == "+" else command["text"] for command in commands]
        theirs = [" ".join(line[3:]).strip() for line in lines if line[0] == uid and line[1] == "pop3_request"]
        comparison.compare("zeek", capture, "pop3.basic %d requests" % (number + 1), theirs, ours)
        replies = [event["reply"] for event in told if event["event"] == "reply"]
        ours = [[POP3_STATUS.get(reply["status"]), reply["text"][0]] for reply in replies]
        theirs = [[line[3], line[4]] for line in lines if line[0] == uid and line[1] == "pop3_reply"]
        comparison.compare("zeek", capture, "pop3.basic %d replies" % (number + 1), theirs, ours)


def zeek_connections(comparison, case):
    """conn.log: the protocol, and the octets of both sides, of each connection."""
    capture, reading = ZEEK_CAPTURES[case], Reading(ZEEK_CAPTURES[case])
    for row in zeek_rows(zeek_folder(case) / "conn.log"):
        if row.get("conn_state") in ("REJ", None):
            continue
        session = reading.session(row["id.orig_h"], int(row["id.orig_p"]))
        place = "%s conn.log %s " % (case, row["id.orig_p"])
        theirs = (row["service"] or "-").split(",")[0]
        comparison.compare("zeek", capture, place + "service", theirs, session["protocol"] if session else "-")
        if session:
            comparison.compare("zeek", capture, place + "octets", [int(row["orig_bytes"]), int(row["resp_bytes"])],
                               [session["octets"]["client"], session["octets"]["server"]])


def compare_zeek(comparison):
    zeek_event_dump(comparison)
    for case in sorted(ZEEK_CAPTURES):
        folder = zeek_folder(case)
        if (folder / "smtp.log").exists():
            zeek_mail_log(comparison, case)
        if case.startswith("smtp.bdat") and (folder / "out").exists():
            zeek_dialogue(comparison, case)
        for name in ("files.cut", "files.log.cut", "files.log"):
            if (folder / name).exists():
                zeek_files(comparison, case, name)
        if case.startswith("pop3.") and (folder / "conn.log").exists():
            zeek_connections(comparison, case)
    zeek_headers(comparison)
    zeek_pop3(comparison)
    limits = Reading(ZEEK_CAPTURES["smtp.address-limits"]).sessions[0]["transactions"][0]["recipients"]
    comparison.compare("zeek", ZEEK_CAPTURES["smtp.address-limits"], "smtp.address-limits rcptto", 500, len(limits))
    missed = zeek_rows(zeek_folder("smtp.bdat-gap") / "conn.log.cut")[0]["missed_bytes"]
    gap = Reading(ZEEK_CAPTURES["smtp.bdat-gap"]).sessions[0]
    comparison.compare("zeek", ZEEK_CAPTURES["smtp.bdat-gap"], "smtp.bdat-gap missed_bytes", int(missed),
                       gap["octets"]["missing"])


# ------------------------------------------------------------------------------------------------ Suricata

SURICATA_VERSION = (8, 0, 7)
NOT_OURS = ("alert", "anomaly", "drop")  # events about Suricata's rules, parser and verdicts


def suricata_applies(item):
    requires = item.get("requires", {})
    number = lambda text: tuple(int(part) for part in str(text).split("."))  # noqa: E731
    return not ("lt-version" in requires and number(requires["lt-version"]) <= SURICATA_VERSION)


def comparable(match):
    return match.get("event_type") not in NOT_OURS and not any(path.startswith("email.url") for path in match)


def bare(path):
    return path.strip().removeprefix("<").removesuffix(">")


def suricata_records(reading):
    """Our records in Suricata's shape."""
    for session in reading.sessions:
        client, server = session["client"], session["server"]
        ends = {"src_ip": client["ip"], "src_port": client["port"],
                "dest_ip": server["ip"], "dest_port": server["port"],
                "proto": "TCP", "ip_v": 6 if ":" in client["ip"] else 4}
        yield {**ends, "event_type": "flow", "app_proto": session["protocol"]}
        if session["protocol"] == "pop3":
            yield from suricata_pop3(session, ends)
        hello = {"helo": session["hello"]["name"]} if "hello" in session else {}
        transactions = session.get("transactions", [])
        if session["protocol"] == "smtp" and not transactions:
            yield {**ends, "event_type": "smtp", "tx_id": 0, "smtp": hello}
        for number, transaction in enumerate(transactions):
            envelope = {**hello, "rcpt_to": [recipient["address"] for recipient in transaction["recipients"]]}
            if "mail_from" in transaction:
                envelope["mail_from"] = transaction["mail_from"]
            message = reading.message_of(transaction)
            record = {**ends, "tx_id": number, "app_proto": "smtp", "smtp": envelope}
            if message is not None:
                record["email"] = suricata_email(message)
            yield {**record, "event_type": "smtp"}
            for part in (message or {}).get("parts", []):
                if "filename" in part:
                    yield {**record, "event_type": "fileinfo",
                           "fileinfo": {"filename": part["filename"], "size": part["decoded_size"],
                                        "sha256": part.get("sha256"), "gaps": False, "stored": False, "tx_id": number,
                                        "state": "CLOSED" if transaction["message"]["complete"] else "TRUNCATED"}}


def suricata_email(message):
    names = [part["filename"] for part in message["parts"] if "filename" in part]
    email = {"status": "PARSE_DONE", "attachment": names}
    for name in ("from", "subject"):
        if fields(message, name):
            email[name] = fields(message, name)[0]
    for name in ("to", "cc"):
        if any(fields(message, name)):
            email[name] = list_of(fields(message, name)[0])
    email["received"] = fields(message, "received")
    return email


def suricata_pop3(session, ends):
    for exchange in session["exchanges"]:
        if "command" not in exchange:
            continue
        text = exchange["command"]["text"].split(" ")
        request = {"command": exchange["command"]["verb"], "args": text[1:]}
        record = {**ends, "event_type": "pop3", "pop3": {"request": request}}
        if "reply" in exchange:
            status, text = exchange["reply"].get("status", ""), exchange["reply"]["text"]
            record["pop3"]["response"] = {"success": status == "+OK", "status": status.lstrip("+-"), "header": text[0],
                                          "data": text[1:]}
        yield record


ABSENT = object()


def at_path(record, path):
    """A value by Suricata's path, such as smtp.rcpt_to[0]."""
    for name in path.split("."):
        name, _, index = name.partition("[")
        record = record.get(name, ABSENT) if isinstance(record, dict) else ABSENT
        if index and record is not ABSENT:
            number = int(index.rstrip("]"))
            record = record[number] if isinstance(record, list) and number < len(record) else ABSENT
        if record is ABSENT:
            return ABSENT
    return record


UNTOLD = ("pcap_cnt", "pkt_src", "files", "stats")  # which packet completed a parser's state, and the like


def fits(record, match):
    for path, wanted in match.items():
        if path.split("[")[0].split(".")[0] in UNTOLD:
            continue
        if path == "not-has-key":
            names = wanted if isinstance(wanted, list) else [wanted]
            if any(at_path(record, name) is not ABSENT for name in names):
                return False
            continue
        value = at_path(record, path)
        if value is ABSENT:
            return False
        if isinstance(value, str):
            value, wanted = bare(value), bare(str(wanted))
        if value != wanted:
            return False
    return True


def compare_suricata(comparison, left_out):
    for path in sorted((EXPECTED / "suricata").glob("*.yaml")):
        capture = "suricata-verify-" + path.name.removesuffix(".yaml")
        records = list(suricata_records(Reading(capture)))
        document = yaml.safe_load(path.read_text("utf-8"))
        for number, check in enumerate(document.get("checks", [])):
            item = check.get("filter")
            if item is None or not suricata_applies(item) or not comparable(item["match"]):
                left_out[capture] += 1
                continue
            comparison.compare("suricata", capture, "check %d" % (number + 1), item["count"],
                               sum(1 for record in records if fits(record, item["match"])))


# -------------------------------------------------------------------------------------------------- Arkime

def compare_arkime(comparison):
    for path in sorted((EXPECTED / "arkime").glob("*.json")):
        capture = "arkime-pcap_" + path.name.removesuffix(".json") + ".pcap"
        reading = Reading(capture)
        theirs = [entry["body"] for entry in json.loads(path.read_text("utf-8"))["sessions3"]]
        theirs = [body for body in theirs if "ip" in body.get("source", {})]
        theirs.sort(key=lambda body: body.get("totDataBytes", 0))  # of the pieces of one, that with most octets
        theirs = {(body["source"]["ip"], body["source"]["port"]): body for body in theirs}
        mail = {ends: body for ends, body in theirs.items() if set(body.get("protocol", [])) & set(MAIL)}
        ours = {(s["client"]["ip"], s["client"]["port"]): s for s in reading.sessions if s["protocol"] in MAIL}
        comparison.compare("arkime", capture, "mail sessions", sorted(mail), sorted(ours))
        for ends in sorted(set(mail) & set(ours)):
            for what, their_value, our_value in arkime_values(reading, mail[ends], ours[ends]):
                comparison.compare("arkime", capture, "%d %s" % (ends[1], what), their_value, our_value)


def arkime_values(reading, body, session):
    email, tags = body.get("email", {}), body.get("tags", [])
    yield "community_id", body["network"]["community_id"], session["community_id"]
    octets = session["octets"]
    yield "octets", [body["client"]["bytes"], body["server"]["bytes"]], [octets["client"], octets["server"]]
    yield "protocol", True, session["protocol"] in body["protocol"]
    identities = sorted({entry["identity"].lower() for entry in session.get("auth", []) if "identity" in entry})
    yield "user", [name.lower() for name in body.get("user", [])], identities
    messages = [reading.message_of(transaction) for transaction in session.get("transactions", [])]
    if session["protocol"] == "imap":
        messages = [reading.message_of(retrieval) for retrieval in session.get("retrievals", [])]
    messages = [message for message in messages if message]
    envelopes = session.get("transactions", [])
    senders = {t["mail_from"].lower() for t in envelopes if t.get("mail_from")}
    recipients = {recipient["address"].lower() for t in envelopes for recipient in t["recipients"]}
    for message in messages:
        senders |= addresses(message, "from", "reply_to")
        recipients |= addresses(message, "to", "cc", "bcc")

    def told(name):
        return sorted(email.get(name, []))

    def ours(name):
        return sorted({message[name] for message in messages if name in message})

    def raw(*names):
        return [value for message in messages for name in names for value in fields(message, name)]
    yield "src", told("src"), sorted(senders)
    yield "dst", told("dst"), sorted(recipients)
    yield "subject", told("subject"), ours("subject")
    if session["protocol"] != "smtp":
        return
    name = session.get("hello", {}).get("name")
    yield "id", told("id"), ours("message_id")
    yield "smtpHello", told("smtpHello"), [name.lower()] if name else []
    names = {field["name"].lower() for message in messages for field in message["headers"]}
    yield "header", told("header"), sorted(names)
    yield "contentType", told("contentType"), raw("content-type")
    yield "useragent", told("useragent"), raw("user-agent", "x-mailer")
    codes = sorted(tag for tag in tags if fnmatch.fnmatch(tag, "smtp:statuscode:*"))
    yield "statuscode", codes, sorted("smtp:statuscode:%d" % t["reply"]["code"] for t in envelopes if "reply" in t)
    mechanisms = sorted(tag[len("smtp:auth"):] for tag in tags if tag.startswith("smtp:auth"))
    yield "mechanism", mechanisms, sorted(entry["mechanism"].lower() for entry in session.get("auth", []))
    parts = [part for message in messages for part in message["parts"] if part.get("encoding") == "base64"]
    yield "sha256", told("sha256"), sorted(part["sha256"] for part in parts if "sha256" in part)


def main():
    need(TRACE_TO_JSON, MSG_INSPECT, EXPECTED)
    comparison, left_out = Comparison(), collections.Counter()
    compare_zeek(comparison)
    compare_suricata(comparison, left_out)
    compare_arkime(comparison)
    status = comparison.report()
    print("%d checks of Suricata are not compared: they speak of rules, anomalies, verdicts, URLs or older releases" %
          sum(left_out.values()))
    return status


if __name__ == "__main__":
    sys.exit(main())
