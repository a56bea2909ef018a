#!/usr/bin/env python3
"""Shows session records (JSON lines on standard input) as a person reads a conversation; used by ./dev demo."""
import json
import sys


def text_of(value):
    return "<octets, base64 %s>" % value["bytes"] if isinstance(value, dict) else value


def reply_lines(reply):
    head = str(reply.get("code", reply.get("status", "")))
    lines = reply.get("text") or [""]
    return ["%s%s%s" % (head, "-" if i + 1 < len(lines) else " ", text_of(line)) for i, line in enumerate(lines)]


def show(session):
    ends = ["%s:%s" % (session[side]["ip"], session[side]["port"]) for side in ("client", "server") if side in session]
    print("%s  %s  %s  %s, %s" % (session["id"], session["protocol"], " -> ".join(ends), session["ending"],
                                  "complete" if session["complete"] else "incomplete"))
    for line in reply_lines(session["greeting"]["reply"]) if "greeting" in session else []:
        print("  %6s  S: %s" % (session["greeting"]["reply"].get("frame", ""), line))
    for exchange in session["exchanges"]:
        command, reply = exchange.get("command"), exchange.get("reply")
        if command:
            print("  %6s  C: %s" % (command.get("frame", ""), text_of(command["text"]) or command["verb"]))
        for line in reply_lines(reply) if reply else []:
            print("  %6s  S: %s" % (reply.get("frame", ""), line))
    for mail in session.get("transactions", []):
        message = mail.get("message", {})
        print("  mail from <%s>: %s, %s octets%s, sha256 %s" % (
            text_of(mail.get("mail_from", "?")), mail["outcome"], message.get("size", "no"),
            "" if message.get("complete", True) else " seen, incomplete", message.get("sha256", "-")[:16]))
        for recipient in mail.get("recipients", []):
            print("    to <%s>: %s %s" % (text_of(recipient["address"]), recipient["outcome"], recipient.get("code", "")))
    for finding in session["findings"]:
        print("  %s: %s at %s octet %s (frame %s): %s" % (finding["severity"], finding["code"], finding.get("side", ""), finding["offset"],
                                                     finding.get("frame", "-"), text_of(finding["text"])))
    print()


for record in map(json.loads, sys.stdin):
    if record["record"] == "session":
        show(record)
