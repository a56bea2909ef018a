// What follows a link header: Ethernet, its tags, 802.2, PPP, PPPoE, MPLS, 802.11.
#include "source/layers.hpp"
#include "source/network_order.hpp"

namespace mailparse {
namespace {

constexpr Step deeper(Layer layer, std::uint16_t number = 0) noexcept {
  return {layer, number, {}, true};
}
constexpr Step follows(Layer layer, std::uint16_t number = 0) noexcept {
  return {layer, number, {}, false};
}

/// Type or length, as IEEE 802.3 3.2.6 tells them apart.
Step by_type_or_length(std::uint16_t value, Cursor& cursor) {
  constexpr std::uint16_t smallest_type = 0x0600;
  if (value >= smallest_type) return follows(Layer::ethertype, value);
  cursor.limit(value);
  return follows(Layer::llc);
}

/// A tag of `octets` whose last two are the type of what follows.
Step read_tag(std::size_t octets, Cursor& cursor) {
  if (!cursor.has(octets)) return cursor.ends_early();
  const std::uint16_t type = be16(cursor.data() + octets - 2);
  cursor.skip(octets);
  Step step = by_type_or_length(type, cursor);
  step.deeper = true;
  return step;
}

/// A PPPoE session packet. RFC 2516 4.
Step read_pppoe(Cursor& cursor) {
  if (!cursor.has(6)) return cursor.ends_early();
  const std::uint8_t code = be8(cursor.data() + 1);
  const std::uint16_t length = be16(cursor.data() + 4);
  cursor.skip(6);
  if (code != 0) return Cursor::ended(FrameFate::link_other);
  cursor.limit(length);
  return deeper(Layer::ppp);
}

/// Network service header: a base header, contexts, then what its next-protocol field says. RFC 8300 2.
Step read_service_header(Cursor& cursor) {
  if (!cursor.has(8)) return cursor.ends_early();
  const std::size_t octets = (be8(cursor.data() + 1) & 0x3FU) * 4U;
  const std::uint8_t next = be8(cursor.data() + 3);
  if (octets < 8) return Cursor::ended(FrameFate::malformed);
  if (!cursor.has(octets)) return cursor.ends_early();
  cursor.skip(octets);
  switch (next) {
    case 1:
    case 2:
      return deeper(Layer::ip);
    case 3:
      return deeper(Layer::ethernet);
    case 5:
      return deeper(Layer::mpls);
    default:
      return Cursor::ended(FrameFate::link_other);
  }
}

}  // namespace

Step read_ethernet(Cursor& cursor) {
  constexpr std::size_t header = 14;
  if (!cursor.has(header)) return cursor.ends_early();
  const std::uint16_t type = be16(cursor.data() + 12);
  cursor.skip(header);
  return by_type_or_length(type, cursor);
}

Step read_ethertype(std::uint16_t ethertype, Cursor& cursor) {
  switch (ethertype) {
    case 0x0800:
    case 0x86DD:
      return follows(Layer::ip);
    case 0x8100:  // 802.1Q
    case 0x88A8:  // 802.1ad
    case 0x9100:  // before 802.1ad
    case 0x9200:
    case 0x9300:
      return read_tag(4, cursor);
    case 0x8926:  // VN-Tag
      return read_tag(6, cursor);
    case 0x893F:  // 802.1BR
      return read_tag(8, cursor);
    case 0x88E7:  // 802.1ah: a service tag and a whole frame
      if (!cursor.has(4)) return cursor.ends_early();
      cursor.skip(4);
      return deeper(Layer::ethernet);
    case 0x8847:
    case 0x8848:
      return follows(Layer::mpls);
    case 0x8864:
      return read_pppoe(cursor);
    case 0x880B:
      return follows(Layer::ppp);
    case 0x6558:  // transparent Ethernet bridging
      return deeper(Layer::ethernet);
    case 0x894F:
      return read_service_header(cursor);
    case 0x0806:
    case 0x8035:
      return Cursor::ended(FrameFate::arp);
    default:
      return Cursor::ended(FrameFate::link_other);
  }
}

/// 802.2 with SNAP (RFC 1042), or with the number of IP itself.
Step read_llc(Cursor& cursor) {
  if (!cursor.has(3)) return cursor.ends_early();
  const std::uint16_t points = be16(cursor.data());
  const std::uint8_t control = be8(cursor.data() + 2);
  cursor.skip(3);
  if (points == 0x0606 && control == 3) return follows(Layer::ip);
  if (points != 0xAAAA || control != 3) return Cursor::ended(FrameFate::link_other);
  if (!cursor.has(5)) return cursor.ends_early();
  const std::uint16_t type = be16(cursor.data() + 3);
  cursor.skip(5);
  return follows(Layer::ethertype, type);
}

/// RFC 1661 2, with the address and control octets of RFC 1662 where they are not compressed away.
Step read_ppp(Cursor& cursor) {
  if (cursor.has(2) && be16(cursor.data()) == 0xFF03) cursor.skip(2);
  if (!cursor.has(2)) return cursor.ends_early();
  // A protocol number is odd in its last octet only, so an odd first octet is a compressed one (RFC 1661 6.5).
  const bool compressed = (be8(cursor.data()) & 1U) != 0;
  const std::uint16_t protocol = compressed ? be8(cursor.data()) : be16(cursor.data());
  cursor.skip(compressed ? 1 : 2);
  switch (protocol) {
    case 0x0021:
    case 0x0057:
      return follows(Layer::ip);
    case 0x0281:
    case 0x0283:
      return follows(Layer::mpls);
    case 0x0031:  // bridging: flags and a media type before a frame
      if (!cursor.has(2)) return cursor.ends_early();
      cursor.skip(2);
      return deeper(Layer::ethernet);
    default:
      return Cursor::ended(FrameFate::link_other);
  }
}

/// One label. Below the last stands IP, or an Ethernet frame behind a control word (RFC 4385), which begins with 0.
Step read_mpls(Cursor& cursor) {
  if (!cursor.has(4)) return cursor.ends_early();
  const bool bottom = (be8(cursor.data() + 2) & 1U) != 0;
  cursor.skip(4);
  if (!bottom) return deeper(Layer::mpls);
  if (!cursor.has(1)) return cursor.ends_early();
  const unsigned version = be8(cursor.data()) >> 4;
  if (version == 4 || version == 6) return deeper(Layer::ip);
  if (version != 0 || !cursor.has(4)) return deeper(Layer::ethernet);
  cursor.skip(4);
  return deeper(Layer::ethernet);
}

/// A data frame of 802.11; `padded` says that the header is filled up to four octets.
Step read_wireless(Cursor& cursor, bool padded) {
  if (!cursor.has(2)) return cursor.ends_early();
  const std::uint8_t kind = be8(cursor.data());
  const std::uint8_t flags = be8(cursor.data() + 1);
  constexpr std::uint8_t type_mask = 0x0C, type_data = 0x08, no_data = 0x40, quality = 0x80;
  constexpr std::uint8_t both_systems = 0x03, protected_frame = 0x40, order = 0x80, aggregate = 0x80;
  if ((kind & type_mask) != type_data || (kind & no_data) != 0) return Cursor::ended(FrameFate::link_other);
  if ((flags & protected_frame) != 0) return Cursor::ended(FrameFate::encrypted);
  const std::size_t quality_at = (flags & both_systems) == both_systems ? 30 : 24;
  std::size_t header = quality_at;
  if ((kind & quality) != 0) header += (flags & order) != 0 ? 6 : 2;
  if (padded) header = (header + 3) & ~std::size_t{3};
  if (!cursor.has(header)) return cursor.ends_early();
  if ((kind & quality) != 0 && (be8(cursor.data() + quality_at) & aggregate) != 0) {
    return Cursor::ended(FrameFate::link_other);  // several frames in one: not taken apart
  }
  cursor.skip(header);
  return follows(Layer::llc);
}

}  // namespace mailparse
