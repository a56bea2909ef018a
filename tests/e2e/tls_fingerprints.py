"""JA3 and JA4 of a ClientHello, written from their public rules and sharing nothing with the library.

JA3: version, ciphers, extensions, groups and point formats in decimal, without GREASE (RFC 8701), in their order; MD5.
JA4: protocol, highest version, whether a server is named, counts, first and last character of the first ALPN value; the
first twelve digits of SHA-256 over the sorted ciphers; and of that over the sorted extensions without SNI and ALPN, an
underscore, and the signature algorithms in their order.
"""
import hashlib
import struct

SNI, GROUPS, FORMATS, ALGORITHMS, ALPN, VERSIONS = 0, 10, 11, 13, 16, 43


def grease(value):
    return value & 0x0F0F == 0x0A0A and value >> 8 == value & 0xFF


def words(octets):
    return [value for (value,) in struct.iter_unpack("!H", octets[:len(octets) // 2 * 2]) if not grease(value)]


class Hello:
    """A ClientHello without its four octets of handshake header."""

    def __init__(self, octets):
        self.version = struct.unpack_from("!H", octets)[0]
        at = 34
        at += 1 + octets[at]  # session
        size = struct.unpack_from("!H", octets, at)[0]
        self.ciphers = words(octets[at + 2:at + 2 + size])
        at += 2 + size
        at += 1 + octets[at]  # compression
        self.extensions = []
        end = at + 2 + struct.unpack_from("!H", octets, at)[0] if at + 2 <= len(octets) else at
        at += 2
        while at + 4 <= end:
            kind, size = struct.unpack_from("!HH", octets, at)
            self.extensions.append((kind, octets[at + 4:at + 4 + size]))
            at += 4 + size
        self.extensions = [(kind, content) for kind, content in self.extensions if not grease(kind)]

    def content(self, kind):
        return dict(reversed(self.extensions)).get(kind)

    def listed(self, kind, prefix):
        """The numbers of a list that `prefix` octets of length stand before."""
        return words((self.content(kind) or b"")[prefix:])

    def server_name(self):
        content = self.content(SNI)
        return content[5:5 + struct.unpack_from("!H", content, 3)[0]].decode() if content else None

    def protocols(self):
        names, rest = [], (self.content(ALPN) or b"")[2:]
        while rest:
            names.append(rest[1:1 + rest[0]])
            rest = rest[1 + rest[0]:]
        return names

    def highest(self):
        return max(self.listed(VERSIONS, 1) or [self.version])


def ja3(hello):
    lists = (hello.ciphers, [kind for kind, _ in hello.extensions], hello.listed(GROUPS, 2), list((hello.content(FORMATS) or b"")[1:]))
    text = ",".join([str(hello.version)] + ["-".join(map(str, one)) for one in lists])
    return hashlib.md5(text.encode()).hexdigest()


def short(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "0" * 12


def of_protocol(name):
    if not name:
        return "00"
    ends = name[:1] + name[-1:]
    return ends.decode() if ends.isalnum() else ends.hex()[0] + ends.hex()[3]


def ja4(hello):
    joined = lambda values: ",".join("%04x" % value for value in values)
    kinds = [kind for kind, _ in hello.extensions]
    version = {0x0304: "13", 0x0303: "12", 0x0302: "11", 0x0301: "10", 0x0300: "s3", 0x0002: "s2"}.get(hello.highest(), "00")
    head = "t%s%s%02d%02d%s" % (version, "d" if SNI in kinds else "i", min(99, len(hello.ciphers)), min(99, len(kinds)),
                                of_protocol((hello.protocols() or [b""])[0]))
    algorithms = joined(hello.listed(ALGORITHMS, 2))
    extensions = joined(sorted(kind for kind in kinds if kind not in (SNI, ALPN)))
    return "_".join([head, short(joined(sorted(hello.ciphers))), short(extensions + ("_" + algorithms if algorithms else ""))])


def extension(kind, content=b""):
    return struct.pack("!HH", kind, len(content)) + content


def counted(size, content):
    return len(content).to_bytes(size, "big") + content


def build(version=0x0303, ciphers=(0xC02F,), extensions=None, session=b""):
    """The octets of a ClientHello; without `extensions` it has no such field at all."""
    octets = struct.pack("!H", version) + bytes(range(32)) + counted(1, session)
    octets += counted(2, b"".join(struct.pack("!H", cipher) for cipher in ciphers)) + b"\1\0"
    return octets if extensions is None else octets + counted(2, b"".join(extensions))


def name_extension(name):
    return extension(SNI, counted(2, b"\0" + counted(2, name)))


def list_extension(kind, values, prefix=2):
    return extension(kind, counted(prefix, b"".join(struct.pack("!H", value) for value in values)))


def protocol_extension(*names):
    return extension(ALPN, counted(2, b"".join(counted(1, name) for name in names)))
