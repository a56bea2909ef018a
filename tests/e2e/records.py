"""What the end-to-end tests share: running a tool, and records checked against docs/schema."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIP: python3-jsonschema is not installed")
    sys.exit(77)

BIN = pathlib.Path(os.environ["MAILPARSE_BIN"])
SOURCE = pathlib.Path(os.environ["MAILPARSE_SOURCE"])
SAMPLES = pathlib.Path(os.environ.get("MAILPARSE_SAMPLES", ""))
OUTPUTS = os.environ.get("MAILPARSE_REPLAY_OUTPUTS")
_SCHEMAS = {path.name: json.loads(path.read_text()) for path in sorted((SOURCE / "docs" / "schema").glob("*.json"))}
_VALIDATORS = {}


def validator(record):
    """The validator for records of that name; refuses names that have no schema."""
    if record not in _VALIDATORS:
        schema = _SCHEMAS[record + ".json"]
        resolver = jsonschema.RefResolver(record + ".json", schema, store=_SCHEMAS)
        _VALIDATORS[record] = jsonschema.Draft202012Validator(schema, resolver=resolver)
    return _VALIDATORS[record]


def parse(output):
    """Records of a tool's output, each validated; raises AssertionError at the first that is not as its schema says."""
    assert output == b"" or output.endswith(b"\n"), "the last line has no end"
    records = []
    for line in output.splitlines():
        record = json.loads(line)
        for error in validator(record["record"]).iter_errors(record):
            raise AssertionError("%s: %s" % ("/".join(map(str, error.absolute_path)), error.message[:300]))
        records.append(record)
    return records


def keep(kind, octets):
    """Keeps what smtp-replay wrote, for test_secrets_of_replays.py."""
    if OUTPUTS and octets:
        pathlib.Path(OUTPUTS).mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=OUTPUTS, prefix=kind + "-", delete=False) as file:
            file.write(octets)


def execute(tool, *arguments, octets=None, timeout=120, **more):
    """The ended process, its output captured and, of smtp-replay, kept: both streams and the files that it was told to write."""
    arguments = [str(argument) for argument in arguments]
    done = subprocess.run([str(BIN / tool), *arguments], input=octets, capture_output=True, timeout=timeout,
                          stdin=subprocess.DEVNULL if octets is None else None, **more)
    if tool == "smtp-replay":
        keep(next((flag[2:] for flag in ("--json", "--tap", "--transcript") if flag in arguments), "text"), done.stdout)
        keep("errors", done.stderr)
        for flag, value in zip(arguments, arguments[1:]):
            if flag in ("--junit", "--update") and pathlib.Path(value).is_file():
                keep(flag[2:], pathlib.Path(value).read_bytes())
    return done


def run(tool, *arguments, octets=None, timeout=120):
    """(exit status, records, standard error)."""
    done = execute(tool, *arguments, octets=octets, timeout=timeout)
    return done.returncode, parse(done.stdout), done.stderr.decode("utf-8", "replace")


def sample_captures():
    """Captures of the collection and of corpus/, in a stable order."""
    roots = [SOURCE / "corpus", SAMPLES / "captures", SAMPLES / "captures-loopback"]
    names = [path for root in roots if root.is_dir() for path in sorted(root.rglob("*"))]
    return [path for path in names if path.name.endswith((".pcap", ".pcapng", ".pcap.gz", ".pcap.zst", ".pcapng.gz"))]


def add_up(summary):
    """The equations that docs/schema/summary.json states."""
    frames, octets = summary["frames"], summary["octets"]
    packets, payload = dict(octets["packets"]), dict(octets["payload"])
    yield "frames", frames["read"], frames["decoded"] + sum(frames["skipped"].values())
    files = octets["captures"]
    yield "files", files["total"], files["framing"] + files["damaged"] + files["packets"]
    yield "packets of files", files["packets"], packets["total"]
    yield "packets", packets.pop("total"), sum(packets.values())
    yield "tcp frames", octets["tcp"]["total"], packets.get("tcp", 0)
    yield "tcp", octets["tcp"]["total"], octets["tcp"]["headers"] + octets["tcp"]["payload"]
    total, fragments = payload.pop("total"), payload.pop("from_fragments")
    yield "payload", total, octets["tcp"]["payload"] + fragments
    yield "fates of payload", total, sum(payload.values())
    flows = sum(flow["octets"] for flow in summary["flows"].values())
    yield "flows", flows, payload["delivered"] + octets["transcripts"]
    yield "missing", sum(flow["missing"] for flow in summary["flows"].values()), octets["missing"]
