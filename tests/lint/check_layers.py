#!/usr/bin/env python3
"""Holds the order of the layers: `check_layers.py CHECKOUT`.

A file of a layer includes only headers of its own layer and of those below; the three siblings session, message and
source never include each other; a public header includes no third-party header. Prints each breach as FILE:LINE and
exits with 1 when there is one.
"""
import pathlib
import re
import sys

BELOW = {
    "base": set(),
    "scan": {"base"},
    "grammar": {"base"},
    "session": {"base", "scan", "grammar"},
    "message": {"base", "scan", "grammar"},
    "source": {"base", "scan", "grammar"},
    "trace": {"base", "scan", "session", "message", "source"},
    "analysis": {"base", "scan", "session", "message", "source", "trace"},
    "json": {"base", "scan", "session", "message", "source", "trace", "analysis"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
FOREIGN = re.compile(r"^(tao/|hwy/|unicode/|pcap|asio|openssl/|simdjson|rapidjson/|zlib|zstd|fmt/|CLI/)")


def layer_of(include):
    parts = include.split("/")
    if parts[0] == "mailparse" and len(parts) > 2:
        return parts[1]
    return parts[0] if len(parts) == 2 and parts[0] in BELOW else None


def main(root):
    breaches, files = [], 0
    for top, public in (("libmailparse/include/mailparse", True), ("libmailparse/src", False)):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".hpp", ".cpp", ".def"):
                continue
            files += 1
            layer = path.relative_to(root / top).parts[0]
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                target = layer_of(match[1])
                if target and target != layer and target not in BELOW.get(layer, set()):
                    breaches.append(f"{path.relative_to(root)}:{number}: {layer} includes {target}")
                if public and FOREIGN.match(match[1]):
                    breaches.append(f"{path.relative_to(root)}:{number}: a public header includes {match[1]}")
    for path in sorted((root / "grammars").glob("*.hpp")):
        files += 1
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if match and match[1].startswith("mailparse/"):
                breaches.append(f"{path.relative_to(root)}:{number}: a grammar includes {match[1]}")
    print("\n".join(breaches))
    print(f"{files} files, {len(breaches)} breaches")
    return 1 if breaches or not files else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
