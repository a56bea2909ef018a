"""Real mail servers on loopback, each with a configuration of its own in a folder of its own, started and stopped by pid.

    with Postfix(smtpd_recipient_restrictions="reject") as server:
        connect(server.to)

`server.absent` tells, before anything is started, why a server cannot be had here; `needs()` turns it into a skip.
Exim and OpenSMTPD conflict with Postfix as Debian packages; `./dev setup test` unpacks them below build/mail-servers.
"""
import contextlib
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ["MAILPARSE_SOURCE"])
UNPACKED = SOURCE / "build" / "mail-servers"
PATIENCE_S = 30
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


given_ports = set()


def free_port():
    """A port that nobody listens at, and never the same twice: the system may draw one again before its server is up."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        if port not in given_ports:
            given_ports.add(port)
            return port


def find(*names):
    """The first of the programs that is installed, or unpacked; None if none is."""
    for name in names:
        for folder in ("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"):
            for root in ("", str(UNPACKED)):
                path = pathlib.Path(root + folder) / name
                if path.exists():
                    return path
    return None


def user_exists(name):
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def certificate(folder, name="localhost"):
    """(certificate, key): files with a self-signed certificate for `name`."""
    key, file = pathlib.Path(folder) / "server.key", pathlib.Path(folder) / "server.pem"
    subprocess.run(["openssl", "req", "-x509", *NEW_KEY, "-keyout", key, "-out", file, "-subj", "/CN=" + name, "-addext", "subjectAltName=DNS:" + name,
                    "-days", "2"], check=True, capture_output=True)
    return str(file), str(key)


def expired_certificate(folder, name="localhost"):
    """The same, but it was valid for a day of the year 2020."""
    folder = pathlib.Path(folder)
    key, request, file = (folder / ("expired" + suffix) for suffix in (".key", ".csr", ".pem"))
    subprocess.run(["openssl", "req", "-new", *NEW_KEY, "-keyout", key, "-out", request, "-subj", "/CN=" + name, "-addext",
                    "subjectAltName=DNS:" + name], check=True, capture_output=True)
    (folder / "index.txt").write_text("")
    (folder / "ca.cnf").write_text("[ca]\ndefault_ca = own\n[own]\ndatabase = %s/index.txt\nnew_certs_dir = %s\ndefault_md = sha256\npolicy = any\n"
                                   "rand_serial = yes\ncopy_extensions = copy\n[any]\ncommonName = supplied\n" % (folder, folder))
    subprocess.run(["openssl", "ca", "-selfsign", "-batch", "-notext", "-config", folder / "ca.cnf", "-keyfile", key, "-in", request, "-out", file,
                    "-startdate", "20200101000000Z", "-enddate", "20200102000000Z"], check=True, capture_output=True)
    return str(file), str(key)


def needs(server):
    """Skips a test class visibly where the server cannot be had."""
    reason = server.absent()
    if reason:
        print("SKIP: %s: %s" % (server.__name__, reason))
    return unittest.skipIf(reason, reason or "")


class Server:
    """What all of them share: a folder, a port, a process, an end."""

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mailparse-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.to = "127.0.0.1:%d" % self.port
        self.process = None
        try:
            self.write()
            with open(self.folder / "output.log", "ab") as log:
                self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                                start_new_session=True, cwd=self.folder)
            self.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self):
        """Writes the configuration."""

    def stop(self):
        """For servers with processes outside their first one's group."""

    def said(self):
        return "".join(path.read_text("utf-8", "replace") for path in sorted(self.folder.glob("*.log")))

    def logs(self, words, expected):
        """Whether the log holds these words; where they are expected they may still be on their way there."""
        end = time.monotonic() + (PATIENCE_S if expected else 0)
        while words not in self.said():
            if time.monotonic() >= end:
                return False
            time.sleep(0.02)
        return True

    def wait(self):
        """Until the server greets, or answers at all."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.process.poll() is not None and self.process.returncode != 0:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as client:
                    if client.recv(1):
                        return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("%s does not start: %s" % (type(self).__name__, self.said()[-2000:]))

    def end_pid(self, file):
        """Ends the process whose pid stands in `file`, and waits for it."""
        try:
            pid = int((self.folder / file).read_text().split()[0])
            os.kill(pid, signal.SIGTERM)
        except (OSError, ValueError, IndexError):
            return
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and pathlib.Path("/proc/%d" % pid).exists():
            time.sleep(0.02)


class Aiosmtpd(Server):
    """Options: refuse=ADDRESS, size=N, smtputf8=False, delay_s=S for MAIL, tls=(certificate, key), user/password, lmtp."""

    PROGRAM = '''
import asyncio, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult
from aiosmtpd.lmtp import LMTP
options = json.loads(sys.argv[1])
class Handler:
    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        await asyncio.sleep(options.get("delay_s", 0))
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 2.1.0 OK"
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address == options.get("refuse"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"
    async def handle_DATA(self, server, session, envelope):
        return "250 2.0.0 OK"
def authenticate(server, session, envelope, mechanism, data):
    good = data.login.decode() == options["user"] and data.password.decode() == options["password"]
    return AuthResult(success=good, handled=False)
def factory():
    more = {}
    if options.get("tls"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion[options.get("tls_least", "TLSv1_2")]
        context.maximum_version = ssl.TLSVersion[options.get("tls_most", "TLSv1_3")]
        if options.get("ciphers"):
            context.set_ciphers(options["ciphers"])
        context.load_cert_chain(*options["tls"])
        more["tls_context"] = context
    if options.get("user"):
        more.update(authenticator=authenticate, auth_require_tls=bool(options.get("tls")))
    kind = LMTP if options.get("lmtp") else SMTP
    return kind(Handler(), hostname="mx.example.test", ident=options.get("ident", "test server"),
                data_size_limit=options.get("size", 33554432), enable_SMTPUTF8=options.get("smtputf8", True), **more)
async def main():
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", options["port"])
    await server.serve_forever()
asyncio.run(main())
'''

    def __init__(self, **options):
        self.options = options

    @staticmethod
    def absent():
        done = subprocess.run([sys.executable, "-c", "import aiosmtpd"], capture_output=True)
        return "" if done.returncode == 0 else "aiosmtpd is not installed"

    def command(self):
        return [sys.executable, "-c", self.PROGRAM, json.dumps(dict(self.options, port=self.port))]


class SmtpSink(Server):
    """Postfix's sink; the arguments are its flags."""

    def __init__(self, *flags):
        self.flags = flags

    @staticmethod
    def absent():
        return "" if find("smtp-sink") else "smtp-sink is not installed"

    def command(self):
        run_as = ["-u", "nobody"] if os.geteuid() == 0 else []
        return [find("smtp-sink"), *run_as, *self.flags, self.to, "100"]


class Postfix(Server):
    """Takes every recipient of example.test and discards it; the arguments are parameters of main.cf."""

    def __init__(self, tls=None, **parameters):
        self.parameters = dict(parameters)
        if tls:
            self.parameters.update(smtpd_tls_cert_file=tls[0], smtpd_tls_key_file=tls[1], smtpd_tls_security_level="may")

    @staticmethod
    def absent():
        if not find("postfix"):
            return "Postfix is not installed"
        return "" if os.geteuid() == 0 else "Postfix is started by root only"

    def write(self):
        config = self.folder / "etc"
        config.mkdir()
        (self.folder / "data").mkdir()
        shutil.chown(self.folder / "data", "postfix", "postfix")
        self.make_queue()
        parameters = {
            "compatibility_level": "3.6", "queue_directory": self.folder / "queue", "data_directory": self.folder / "data",
            "maillog_file": self.folder / "mail.log", "maillog_file_prefixes": self.folder, "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4", "myhostname": "mx.example.test", "mydestination": "example.test", "local_recipient_maps": "",
            "local_transport": "discard:", "default_transport": "error:no mail leaves", "mynetworks": "127.0.0.0/8",
            "alias_maps": "", "smtpd_peername_lookup": "no", "disable_dns_lookups": "yes", "smtpd_relay_restrictions": "reject_unauth_destination",
            "smtpd_tls_security_level": "none", "notify_classes": ""}
        parameters.update(self.parameters)
        (config / "main.cf").write_text("".join("%s = %s\n" % item for item in parameters.items()))
        services = ["%s inet n - n - - smtpd" % self.to, "postlog unix-dgram n - n - 1 postlogd", "cleanup unix n - n - 0 cleanup",
                    "qmgr unix n - n 300 1 qmgr", "rewrite unix - - n - - trivial-rewrite", "tlsmgr unix - - n 1000? 1 tlsmgr",
                    "proxymap unix - - n - - proxymap", "anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache"]
        services += ["%s unix - - n - 0 bounce" % name for name in ("bounce", "defer", "trace")]
        services += ["%s unix - - n - - %s" % (name, program) for name, program in
                     (("error", "error"), ("retry", "error"), ("discard", "discard"), ("verify", "verify"), ("flush", "flush"))]
        (config / "master.cf").write_text("\n".join(services) + "\n")
        for file in config.iterdir():
            os.utime(file, (0, 0))  # every program of Postfix waits for seconds where its configuration is fresh

    def make_queue(self):
        """As Postfix's own post-install leaves it, which takes a second; `quick-start` says that all is in place."""
        queue = self.folder / "queue"
        queue.mkdir()
        (queue / "quick-start").touch()
        (queue / "pid").mkdir()
        modes = dict.fromkeys(("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"), 0o700)
        for name, mode in {**modes, "maildrop": 0o730, "public": 0o710}.items():
            (queue / name).mkdir()
            shutil.chown(queue / name, "postfix", None if mode == 0o700 else "postdrop")
            (queue / name).chmod(mode)

    def command(self):
        return [find("postfix"), "-c", self.folder / "etc", "start-fg"]

    def stop(self):
        self.end_pid("queue/pid/master.pid")


class Exim(Server):
    """Takes every recipient of example.test and throws it away; `options` stand at the head of the configuration."""

    def __init__(self, *options, refuse="nobody@nowhere.test", limit="50M"):
        self.options, self.refuse = (*options, "message_size_limit = " + limit), refuse

    @staticmethod
    def absent():
        if not find("exim4", "exim"):
            return "Exim is not installed"
        if os.geteuid() != 0:
            return "Exim is started by root only"
        return "" if user_exists("Debian-exim") else "Exim has no user here"

    def write(self):
        spool = self.folder / "spool"
        spool.mkdir()
        spool.chmod(0o777)
        (self.folder / "exim.conf").write_text("""
exim_user = nobody
exim_group = nogroup
never_users =
spool_directory = %s
log_file_path = %s/exim-%%s.log
primary_hostname = mx.example.test
domainlist local_domains = example.test
acl_smtp_rcpt = check_rcpt
host_lookup =
rfc1413_hosts =
queue_only
keep_environment =
%s
begin acl
check_rcpt:
  deny recipients = %s
       message = no such user
  accept domains = +local_domains
  deny message = relay not permitted
begin routers
all:
  driver = redirect
  data = :blackhole:
begin transports
""" % (spool, self.folder, "\n".join(self.options), self.refuse))
        self.folder.chmod(0o777)

    def command(self):
        return [find("exim4", "exim"), "-C", self.folder / "exim.conf", "-bdf", "-oX", str(self.port), "-oP", self.folder / "exim.pid"]


class OpenSmtpd(Server):
    """Takes every recipient of example.test; `listen` is added to the listener, `rules` stand before the last action."""

    def __init__(self, listen="", refuse="", size="20M"):
        self.listen, self.refuse, self.size = listen, refuse, size

    @staticmethod
    def absent():
        if not find("smtpd"):
            return "OpenSMTPD is not installed"
        if os.geteuid() != 0:
            return "OpenSMTPD is started by root only"
        return "" if user_exists("opensmtpd") and user_exists("opensmtpq") else "OpenSMTPD has no users here"

    def write(self):
        reject = 'match from any for rcpt-to { "%s" } reject\n' % self.refuse if self.refuse else ""
        (self.folder / "smtpd.conf").write_text(
            'smtp max-message-size "%s"\nqueue ttl 1m\ntable all { "@example.test" = nobody }\naction "drop" mda "/bin/true" virtual <all>\nlisten on 127.0.0.1 port %d hostname mx.example.test %s\n'
            '%smatch from any for domain "example.test" action "drop"\n' % (self.size, self.port, self.listen, reject))

    def command(self):
        return [find("smtpd"), "-d", "-f", self.folder / "smtpd.conf"]


class Dovecot(Server):
    """LMTP, POP3 and IMAP for the users given, with their passwords; `to` is LMTP, `pop3` and `imap` the others. `messages` lie in the first user's mailbox."""

    def __init__(self, users={"alice": "canary-wonder"}, messages=(), extra=""):
        self.users, self.messages, self.extra = users, messages, extra

    @staticmethod
    def absent():
        if not find("dovecot") or not all(pathlib.Path("/usr/lib/dovecot", program).exists() for program in ("lmtp", "pop3", "imap")):
            return "Dovecot's LMTP, POP3 and IMAP are not installed"
        return "" if os.geteuid() == 0 else "Dovecot is started by root only"

    def write(self):
        self.pop3_port = free_port()
        self.pop3 = "127.0.0.1:%d" % self.pop3_port
        self.imap_port = free_port()
        self.imap = "127.0.0.1:%d" % self.imap_port
        (self.folder / "users").write_text("".join("%s@example.test:{PLAIN}%s:65534:65534::%s/home/%s\n" % (user, password, self.folder, user)
                                                   for user, password in self.users.items()))
        for number, message in enumerate(self.messages, 1):
            box = self.folder / "home" / next(iter(self.users)) / "Maildir" / "new"
            box.mkdir(parents=True, exist_ok=True)
            (box / ("%d.M%d.mx" % (1700000000 + number, number))).write_bytes(message)
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        for path in (home, *home.rglob("*")):
            os.chown(path, 65534, 65534)
        (self.folder / "dovecot.conf").write_text("""
protocols = lmtp pop3 imap
base_dir = %(d)s/run
state_dir = %(d)s/state
log_path = %(d)s/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5 scram-sha-256
auth_username_format = %%Lu
hostname = mx.example.test
postmaster_address = postmaster@example.test
mail_location = maildir:~/Maildir
first_valid_uid = 1
first_valid_gid = 1
mail_plugins =
passdb {
  driver = passwd-file
  args = %(d)s/users
}
userdb {
  driver = passwd-file
  args = %(d)s/users
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = %(lmtp)d
  }
}
service pop3-login {
  inet_listener pop3 {
    address = 127.0.0.1
    port = %(pop3)d
  }
  inet_listener pop3s {
    port = 0
  }
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = %(imap)d
  }
  inet_listener imaps {
    port = 0
  }
}
%(extra)s
""" % {"d": self.folder, "lmtp": self.port, "pop3": self.pop3_port, "imap": self.imap_port, "extra": self.extra})

    def command(self):
        return [find("dovecot"), "-F", "-c", self.folder / "dovecot.conf"]
