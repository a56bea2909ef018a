#!/usr/bin/env python3
"""What real mail readers make of messages that can be read in more than one way. README.md here; `--write`: docs/readings.md."""
import email
import email.policy
import email.utils
import os
import pathlib
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent.parent / "docs/readings.md"
FILE_A, FILE_B = "QUFBQQ==", "QkJCQg=="  # AAAA and BBBB
NOT_SHOWN = {("Dovecot", "base64-behind-padding")}  # its structure names no content
TOP = "From: ann@a.example\nDate: Sun, 22 Nov 2026 10:00:00 +0000\n"
MIME = TOP + "MIME-Version: 1.0\n"


def part(content, *fields):
    return "\n".join(fields + ("", content, ""))


def named(name, content):
    return part(content, "Content-Type: application/x-%s; name=%s" % (name, name), "Content-Disposition: attachment; filename=" + name,
                "Content-Transfer-Encoding: base64")


# (class, what decides, message, {reading: what is seen}). "seen" is the contents of leaves that begin with A or B, or authors.
CASES = [
    ("content-type-twice", MIME + "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + named("a", FILE_A) + "--b--\n",
     {"first": "", "last": "A"}),
    ("transfer-encoding-twice", MIME + "Content-Type: application/x-a; name=a\nContent-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n" + FILE_A + "\n",
     {"first": "", "last": "A"}),
    ("boundary-twice", MIME + "Content-Type: multipart/mixed; boundary=one; boundary=two\n\n--one\n" + named("a", FILE_A) + "--one--\n\n--two\n" + named("b", FILE_B) + "--two--\n",
     {"first": "A", "last": "B", "both": "AB"}),
    ("boundary-extended", MIME + "Content-Type: multipart/mixed; boundary=one; boundary*=us-ascii''two\n\n--one\n" + named("a", FILE_A) + "--one--\n\n--two\n" + named("b", FILE_B) + "--two--\n",
     {"plain": "A", "extended": "B"}),
    ("boundary-comment", MIME + "Content-Type: multipart/mixed; boundary=o(x)ne\n\n--o\n" + named("a", FILE_A) + "--o--\n\n--one\n" + named("b", FILE_B) + "--one--\n\n--o(x)ne\n" + named("c", "Q0NDQw==") + "--o(x)ne--\n",
     {"cut": "A", "comment-blind": "C", "joined": "B"}),
    ("boundary-in-comment", MIME + "Content-Type: multipart/mixed; (x; boundary=two; x) boundary=one\n\n--one\n" + named("a", FILE_A) + "--one--\n\n--two\n" + named("b", FILE_B) + "--two--\n",
     {"skipped": "A", "comment-blind": "B"}),
    ("boundary-prefix", MIME + "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + part("text", "Content-Type: text/plain") + "--bogus\n" + named("a", FILE_A) + "--b--\n",
     {"exact": "", "prefix": "A"}),
    ("base64-behind-padding", MIME + "Content-Type: application/x-a; name=a\nContent-Transfer-Encoding: base64\n\n" + FILE_A + "\n" + FILE_B + "\n",
     {"stop": "A", "go-on": "AB"}),
    ("content-after-close", MIME + "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + named("a", FILE_A) + "--b--\n--b\n" + named("b", FILE_B) + "--b--\n",
     {"closed": "A", "reopened": "AB"}),
    ("no-mime-version", TOP + "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + named("a", FILE_A) + "--b--\n",
     {"mime": "A", "text": ""}),
    ("transfer-encoding-quoted", MIME + "Content-Type: application/x-a; name=a\nContent-Transfer-Encoding: \"base64\"\n\n" + FILE_A + "\n",
     {"decoded": "A", "kept": ""}),
    ("blank-line-of-spaces", MIME + "Subject: x\n \t\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + named("a", FILE_A) + "--b--\n",
     {"fold": "A", "end-of-header": ""}),
    ("from-twice", "From: first@a.example\nFrom: last@b.example\nDate: Sun, 22 Nov 2026 10:00:00 +0000\n\ntext\n",
     {"first": "first@a.example", "last": "last@b.example", "both": "first@a.example last@b.example"}),
]


def python_leaves(policy):
    def read(path):
        message = email.message_from_bytes(path.read_bytes(), policy=policy)
        leaves = [p.get_payload(decode=True) or b"" for p in message.walk() if not p.is_multipart()]
        return leaves, [a for _, a in email.utils.getaddresses([str(message.get("From", ""))])]
    return read


def program(*command):
    def read(path):
        done = subprocess.run([*command, str(path)], capture_output=True, timeout=30)
        lines = [line.split("\t") for line in done.stdout.decode("utf-8", "replace").splitlines()]
        if done.returncode and not lines:
            raise OSError(done.stderr.decode("utf-8", "replace")[-200:])
        return [bytes.fromhex(line[2]) for line in lines if len(line) == 3], [line[1] for line in lines if line[0] == "from"]
    return read


def dovecot(folder):
    """Dovecot serves no decoded leaf but tells the structure: the types of its leaves stand for their contents."""
    mail = folder / "maildir"
    # It serves nobody's mail to root.
    owner = ("nobody", "nogroup") if os.getuid() == 0 else (os.getuid(), os.getgid())
    folder.chmod(0o755 if os.getuid() else 0o777)
    config = folder / "dovecot.conf"
    config.write_text("base_dir=%s\nlog_path=%s\nmail_location=maildir:%s\nmail_uid=%s\nmail_gid=%s\nfirst_valid_uid=0\nfirst_valid_gid=0\nssl=no\n"
                      % (folder, folder / "log", mail, *owner))

    def read(path):
        shutil.rmtree(mail, ignore_errors=True)
        for name in ("cur", "new", "tmp"):
            (mail / name).mkdir(parents=True)
        shutil.copy(path, mail / "cur" / "1.x:2,S")
        if os.getuid() == 0:
            for entry in (mail, *mail.rglob("*")):
                shutil.chown(entry, *owner)
        done = subprocess.run(["doveadm", "-c", str(config), "fetch", "imap.bodystructure imap.envelope", "all"],
                              capture_output=True, timeout=30, text=True, env={**os.environ, "HOME": str(folder), "USER": str(owner[0])})
        if done.returncode:
            raise OSError(done.stderr[-200:])
        text = done.stdout.lower()
        leaves = [letter.upper().encode() * 4 for letter in "abc" if '"application" "x-%s"' % letter in text]
        # Content that is not decoded is no file to a client: the encoding tells.
        if leaves and '"7bit"' in text and '"base64"' not in text:
            leaves = []
        return leaves, [a for a in ("first@a.example", "last@b.example") if '"%s" "%s"' % tuple(a.split("@")) in text]
    return read


def typed(program, arguments, home, seconds=5):
    """Runs a program that wants a terminal until it ends, and throws away what it draws."""
    child, terminal = pty.fork()
    if child == 0:
        os.execvpe(program, [program, *arguments], {"HOME": str(home), "TERM": "vt100", "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            if select.select([terminal], [], [], 0.2)[0] and not os.read(terminal, 65536):
                break
    except OSError:  # the terminal of a program that has ended
        pass
    else:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(terminal)


def mutt(program, folder):
    """A folder's only message in the hands of mutt or neomutt: its first four attachments piped to files, and whether `~f` finds an author."""
    mail, out = folder / "mail", folder / "out"

    def press(keys):
        rc = folder / "rc"
        rc.write_text("set mbox_type=Maildir\nset wait_key=no\nset mail_check=0\nset quit=yes\nset beep=no\npush \"%s\"\n" % keys)
        typed(program, ["-n", "-R", "-F", str(rc), "-f", str(mail)], folder)

    def read(path):
        for old in (mail, out):
            shutil.rmtree(old, ignore_errors=True)
        for new in (mail / "cur", mail / "new", mail / "tmp", out):
            new.mkdir(parents=True)
        shutil.copy(path, mail / "cur" / "1.x:2,S")
        for number in range(4):  # behind the last one it stays on it
            press("<view-attachments>%s<pipe-entry>cat > %s/%d<enter><exit><exit>" % ("<next-entry>" * number, out, number))
        authors = ("first@a.example", "last@b.example")
        for author in authors if b"From: first@" in path.read_bytes() else ():
            press("<tag-pattern>~f %s<enter><tag-prefix-cond><pipe-message>cat > %s/%s<enter><end-cond><exit>" % (author, out, author))
        leaves = [file.read_bytes() for file in sorted(out.iterdir()) if file.name not in authors]
        return leaves, [author for author in authors if (out / author).exists()]
    return read


def readers(folder):
    yield "Python email (compat32)", python_leaves(email.policy.compat32)
    yield "Python email (default)", python_leaves(email.policy.default)
    for name, source, flags in (("GMime", "leaves_gmime.c", ["pkg-config", "--cflags", "--libs", "gmime-3.0"]), ("mimetic", "leaves_mimetic.cpp", None)):
        built = folder / source.split(".")[0]
        options = subprocess.run(flags, capture_output=True, text=True).stdout.split() if flags else ["-lmimetic"]
        compiler = "cc" if source.endswith(".c") else "c++"
        done = subprocess.run([compiler, str(HERE / source), "-o", str(built), *options], capture_output=True, text=True)
        yield name, program(str(built)) if done.returncode == 0 else None
    for name, script, module in (("Perl Email::MIME", "leaves_email_mime.pl", "Email::MIME"), ("Perl MIME-tools", "leaves_mime_tools.pl", "MIME::Parser")):
        there = subprocess.run(["perl", "-M" + module, "-e", "1"], capture_output=True).returncode == 0
        yield name, program("perl", str(HERE / script)) if there else None
    node = os.environ.get("READERS_NODE", "")
    for name, module in (("nodemailer mailparser", "mailparser"), ("postal-mime", "postal-mime")):
        there = shutil.which("node") and (pathlib.Path(node) / "node_modules" / module).is_dir()
        yield name, program("node", str(HERE / "leaves_node.js"), node, module) if node and there else None
    yield "Dovecot", dovecot(folder) if shutil.which("doveadm") else None
    for terminal in ("mutt", "neomutt"):
        yield terminal, mutt(terminal, folder) if shutil.which(terminal) else None
    tool = os.environ.get("MAILPARSE_BIN")
    if tool:
        yield "msg-inspect", ours(pathlib.Path(tool) / "msg-inspect")


def ours(tool):
    def read(path):
        import base64
        import json
        record = json.loads(subprocess.run([str(tool), "--json", str(path)], capture_output=True, timeout=30).stdout)
        leaves = []
        for p in record["parts"]:
            if p["type"].startswith("multipart/"):
                continue
            leaves.append(subprocess.run([str(tool), "--part", p["path"], str(path)], capture_output=True, timeout=30).stdout)
        return leaves, [a["address"] for a in record.get("from", [])]
    return read


def seen(case, leaves, authors):
    """The name of the reading that shows what was seen, or what was seen."""
    name, _, readings = case
    if name == "from-twice":
        found = " ".join(a for a in authors if a)
    else:
        found = "".join(letter for letter in "ABC" if any(leaf.startswith(letter.encode() * 4) or (letter.encode() * 4 in leaf and letter != "A" and not leaf.strip().startswith(b"--")) for leaf in leaves))
    return next((reading for reading, shows in readings.items() if shows == found), "other: " + (found or "nothing"))


def table():
    rows, absent = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for reader, read in readers(folder):
            if read is None:
                absent.append(reader)
                continue
            row = [reader]
            for case in CASES:
                path = folder / "case.eml"
                path.write_bytes(case[1].replace("\n", "\r\n").encode())
                try:
                    row.append("not shown" if (reader, case[0]) in NOT_SHOWN else seen(case, *read(path)))
                except Exception as fault:  # a reader that gives up is a reading of its own
                    row.append("fails: " + type(fault).__name__)
            rows.append(row)
    return rows, absent


def main():
    rows, absent = table()
    lines = ["| class | readings | " + " | ".join(row[0] for row in rows) + " |", "|---" * (len(rows) + 2) + "|"]
    for number, (name, _, readings) in enumerate(CASES, 1):
        lines.append("| %s | %s | %s |" % (name, ", ".join(readings), " | ".join(row[number] for row in rows)))
    text = "\n".join(lines) + "\n"
    print(text)
    for reader in absent:
        print("absent:", reader)
    if "--write" in sys.argv[1:]:
        head = PAGE.read_text(encoding="utf-8").partition("<!-- table -->")[0]
        PAGE.write_text(head + "<!-- table -->\n\n" + text, encoding="utf-8")


if __name__ == "__main__":
    main()
