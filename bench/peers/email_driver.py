#!/usr/bin/env python3
"""What Python's email does of the work that run.py compares: reads an mbox, splits it at its From lines, parses every
message, decodes the transfer encoding of every leaf and counts. Prints: messages, leaves, decoded octets."""
import email
import mmap
import sys

messages = leaves = octets = 0
with open(sys.argv[1], "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mbox:
    at = 0
    while at < len(mbox):
        begin = mbox.find(b"\n", at) + 1
        end = mbox.find(b"\nFrom ", begin)
        end = len(mbox) if end < 0 else end + 1
        messages += 1
        for part in email.message_from_bytes(mbox[begin:end]).walk():
            if not part.is_multipart():
                leaves += 1
                octets += len(part.get_payload(decode=True) or b"")
        at = end
print(messages, leaves, octets)
