// Tunnels in IP and in UDP.
#include "source/layers.hpp"
#include "source/network_order.hpp"

namespace mailparse {
namespace {

constexpr Step deeper(Layer layer, std::uint16_t number = 0) noexcept {
  return {layer, number, {}, true};
}

/// Mirrored frames. Type I has no header, II one of eight octets, III of twelve and perhaps eight more.
/// draft-foschiano-erspan 4.
Step read_erspan(bool third, bool numbered, Cursor& cursor) {
  std::size_t header = numbered ? 8 : 0;
  if (third) {
    constexpr std::size_t flags_at = 11;
    if (!cursor.has(flags_at + 1)) return cursor.ends_early();
    header = (be8(cursor.data() + flags_at) & 1U) != 0 ? 20 : 12;
  }
  if (!cursor.has(header)) return cursor.ends_early();
  cursor.skip(header);
  return deeper(Layer::ethernet);
}

/// RFC 7348 5. The number of the network identifier says nothing to a reader of conversations.
Step read_vxlan(Cursor& cursor) {
  cursor.skip(8);
  return deeper(Layer::ethernet);
}

bool is_vxlan(const Cursor& cursor) {
  // Only the flag "identifier valid" is defined; group policy (draft-smith-vxlan-group-policy) adds 0x80.
  return cursor.has(8 + 14) && (be8(cursor.data()) & 0x7FU) == 0x08;
}

/// RFC 8926 3.4.
Step read_geneve(Cursor& cursor) {
  const std::size_t header = 8 + (be8(cursor.data()) & 0x3FU) * 4U;
  const std::uint16_t type = be16(cursor.data() + 2);
  if (!cursor.has(header)) return cursor.ends_early();
  cursor.skip(header);
  return deeper(Layer::ethertype, type);
}

bool is_geneve(const Cursor& cursor) {
  return cursor.has(8) && be8(cursor.data()) >> 6 == 0;
}

/// IPv6 behind an optional authentication and an optional origin indication. RFC 4380 5.1.1.
Step read_teredo(Cursor& cursor) {
  Cursor inner = cursor;
  if (inner.has(4) && be16(inner.data()) == 0x0001) {
    const std::size_t header = 4U + be8(inner.data() + 2) + be8(inner.data() + 3) + 9U;
    if (!inner.has(header)) return Cursor::ended(FrameFate::udp_other);
    inner.skip(header);
  }
  if (inner.has(8) && be16(inner.data()) == 0x0000) inner.skip(8);
  if (!inner.has(40) || be8(inner.data()) >> 4 != 6) return Cursor::ended(FrameFate::udp_other);
  cursor = inner;
  return deeper(Layer::ip);
}

}  // namespace

/// RFC 2784, the key and sequence number of RFC 2890, the acknowledgment of RFC 2637.
Step read_gre(Cursor& cursor) {
  if (!cursor.has(4)) return cursor.ends_early();
  const std::uint16_t flags = be16(cursor.data());
  const std::uint16_t protocol = be16(cursor.data() + 2);
  constexpr unsigned checksum = 0x8000, routing = 0x4000, key = 0x2000, number = 0x1000, acknowledgment = 0x0080;
  if ((flags & 7U) > 1 || (flags & routing) != 0) return Cursor::ended(FrameFate::ip_other);
  std::size_t header = 4;
  if ((flags & checksum) != 0) header += 4;
  if ((flags & key) != 0) header += 4;
  if ((flags & number) != 0) header += 4;
  if ((flags & 7U) == 1 && (flags & acknowledgment) != 0) header += 4;
  if (!cursor.has(header)) return cursor.ends_early();
  cursor.skip(header);
  constexpr std::uint16_t erspan = 0x88BE, erspan_third = 0x22EB;
  if (protocol == erspan || protocol == erspan_third)
    return read_erspan(protocol == erspan_third, (flags & number) != 0, cursor);
  if (cursor.octets.empty()) return Cursor::ended(FrameFate::ip_other);  // a keep-alive, or an acknowledgment of PPTP
  return deeper(Layer::ethertype, protocol);
}

Step read_udp(Cursor& cursor) {
  constexpr std::size_t header = 8;
  if (!cursor.has(header)) return cursor.ends_early();
  const std::uint16_t from = be16(cursor.data());
  const std::uint16_t to = be16(cursor.data() + 2);
  const std::size_t length = be16(cursor.data() + 4);
  cursor.skip(header);
  if (length >= header && length - header < cursor.octets.size()) cursor.limit(length - header);
  constexpr std::uint16_t dns = 53, multicast_dns = 5353, vxlan = 4789, vxlan_before_iana = 8472, geneve = 6081,
                          teredo = 3544;
  if (from == dns || to == dns || to == multicast_dns) return Cursor::ended(FrameFate::udp_dns);
  if ((to == vxlan || to == vxlan_before_iana) && is_vxlan(cursor)) return read_vxlan(cursor);
  if (to == geneve && is_geneve(cursor)) return read_geneve(cursor);
  if (to == teredo || from == teredo) return read_teredo(cursor);
  return Cursor::ended(FrameFate::udp_other);
}

}  // namespace mailparse
