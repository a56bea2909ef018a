#!/usr/bin/env python3
"""Reads every message of a collection with four readers and says where they differ.

    messages.py MSG_INSPECT SAMPLES [--list] [--reasons FILE]

Readers: msg-inspect, Python's email, GMime, mimetic (the latter two are built here, and left out where their development
files are absent). What is compared of a message is the list of its leaves: type and decoded content, line ends and the last
empty lines put aside, since readers differ in what they hand out. Leaves of enclosed messages count; of reports and partial
messages, too.

A message is `equal` where all readers agree, `with` where we agree with at least one other reader, `alone` where we stand
alone. FILE holds a line `path<TAB>reason` for messages looked at by hand; reasons begin with "they:" or "we:". Messages
that are alone and without a line there are listed. Last line: totals a folder. Exit 1 when a message is alone without a
reason, or for a reason of ours.
"""
import argparse
import collections
import email
import hashlib
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUFFIXES = {'.eml', '.msg', '.raw', '.txt', ''}


def plain(octets):
    return octets.replace(b'\r\n', b'\n').replace(b'\r', b'\n').rstrip(b'\n')


def run(command, seconds=20):
    try:
        return subprocess.run(command, capture_output=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None


class Leaf:
    """One of ours: its octets are asked for only where its digest does not settle the matter."""

    def __init__(self, tool, file, part):
        self.kind, self.sha256, self.command = part['type'], part['sha256'], [tool, '--part', part['path'], str(file)]
        self.octets = None

    def equals(self, kind, octets):
        if kind != self.kind:
            return False
        if octets is None or hashlib.sha256(octets).hexdigest() == self.sha256:
            return True
        if self.octets is None:
            done = run(self.command)
            self.octets = done.stdout if done else b''
        return plain(octets) == plain(self.octets)

    def __repr__(self):
        return f'{self.kind} {self.sha256[:8]}'


def ours(tool, path):
    """Leaves by msg-inspect: the parts without parts below them, those of files in content left out."""
    done = run([tool, '--json', str(path)])
    if done is None or done.returncode not in (0, 1):
        return None, 0
    records = [json.loads(line) for line in done.stdout.splitlines()]
    records = [r for r in records if r['record'] == 'message']
    if len(records) != 1:
        return None, len(records)
    leaves = []
    for part in records[0]['parts']:
        if part['type'].startswith('multipart/') and 'sha256' not in part or part.get('origin') == 'content':
            continue
        if part['type'] in ('message/rfc822', 'message/global', 'message/news') and any(
                p['path'].startswith(part['path'] + '.') for p in records[0]['parts']):
            continue
        leaves.append(Leaf(tool, path, part))
    return leaves, 1


def python_leaves(octets):
    message = email.message_from_bytes(octets)
    leaves = []

    def walk(entity):
        kind = entity.get_content_type()
        payload = entity.get_payload()
        if kind.startswith('message/') and kind != 'message/rfc822' and isinstance(payload, list):
            leaves.append((kind, None))  # taken apart: its octets are not to be had
        elif isinstance(payload, list):
            for part in payload:
                walk(part)
        else:
            leaves.append((kind, entity.get_payload(decode=True) or b''))

    walk(message)
    return leaves


def program_leaves(command, path):
    done = run([command, str(path)])
    if done is None or done.returncode != 0:
        return None
    leaves = []
    for line in done.stdout.decode('latin-1').splitlines():
        kind, content = line.rsplit(' ', 1)
        leaves.append((kind, bytes.fromhex(content.rstrip('.'))))
    return leaves


def same(ours, theirs):
    """None stands for content that a reader does not give."""
    if ours is None or theirs is None or len(ours) != len(theirs):
        return False
    return all(leaf.equals(*other) for leaf, other in zip(ours, theirs))


def build(folder):
    readers = {}
    flags = run(['pkg-config', '--cflags', '--libs', 'gmime-3.0'])
    if flags and flags.returncode == 0:
        target = folder + '/gmime_leaves'
        if run(['cc', '-O1', '-o', target, str(HERE / 'gmime_leaves.c'), *flags.stdout.decode().split()], 300).returncode == 0:
            readers['gmime'] = target
    target = folder + '/mimetic_leaves'
    if run(['c++', '-O1', '-std=c++17', '-o', target, str(HERE / 'mimetic_leaves.cpp'), '-lmimetic'], 300).returncode == 0:
        readers['mimetic'] = target
    return readers


def compare(job):
    tool, path, readers = job
    octets = path.read_bytes()
    leaves, records = ours(tool, path)
    if records != 1:
        return path, 'mailbox', None, {}
    others = {}
    try:
        others['email'] = python_leaves(octets)
    except Exception:  # it raises whatever its parser runs into
        others['email'] = None
    for name, command in readers.items():
        others[name] = program_leaves(command, path)
    agree = [name for name, theirs in others.items() if same(leaves, theirs)]
    verdict = 'equal' if len(agree) == len(others) else 'with' if agree else 'alone'
    return path, verdict, leaves, {name: theirs for name, theirs in others.items() if name not in agree}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument('tool')
    arguments.add_argument('samples', type=Path)
    arguments.add_argument('--list', action='store_true', help='the leaves of each message that is alone')
    arguments.add_argument('--reasons', type=Path, default=HERE / 'reasons.tsv')
    options = arguments.parse_args()
    reasons = {}
    if options.reasons.exists():
        for line in options.reasons.read_text().splitlines():
            if line and not line.startswith('#'):
                path, reason = line.split('\t')
                reasons[path] = reason
    files = sorted(p for p in options.samples.rglob('*') if p.is_file() and p.suffix in SUFFIXES and '_decoded' not in p.name)
    with tempfile.TemporaryDirectory() as folder:
        readers = build(folder)
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(compare, [(options.tool, p, readers) for p in files]))
    totals = collections.defaultdict(collections.Counter)
    bad = 0
    for path, verdict, leaves, others in results:
        name = str(path.relative_to(options.samples))
        row = totals[name.split('/')[0]]
        row[verdict] += 1
        row['cases'] += verdict != 'mailbox'
        for reader in others:
            row['not ' + reader] += 1
        if verdict != 'alone':
            continue
        reason = reasons.get(name)
        row[(reason or 'unexplained').split(':')[0]] += 1
        if reason and reason.startswith('they:') and not options.list:
            continue
        bad += not (reason or '').startswith('they:')
        print(f'{name}: alone: {reason or "unexplained"}')
        if options.list:
            print('   ours', leaves)
            for reader, theirs in others.items():
                print('  ', reader, [(kind, len(octets or b'')) for kind, octets in theirs or []])
    columns = ['cases', 'equal', 'with', 'alone', 'they', 'we', 'unexplained', 'not email', 'not gmime', 'not mimetic']
    print('| folder | ' + ' | '.join(columns) + ' |')
    print('|' + '---|' * (len(columns) + 1))
    whole = collections.Counter()
    for folder, row in sorted(totals.items()):
        whole.update(row)
        print(f'| {folder} | ' + ' | '.join(str(row[c]) for c in columns) + ' |')
    print('| all | ' + ' | '.join(str(whole[c]) for c in columns) + ' |')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
