// Link layers by LINKTYPE_ number. https://www.tcpdump.org/linktypes.html
#include <algorithm>
#include <array>
#include <string>

#include <mailparse/source/captured_packet.hpp>
#include <mailparse/source/decapsulation.hpp>

#include "source/layers.hpp"
#include "source/network_order.hpp"

namespace mailparse {
namespace {

constexpr Step ethertype_follows(std::uint16_t type) noexcept {
  return {Layer::ethertype, type, {}, false};
}
constexpr Step follows(Layer layer) noexcept {
  return {layer, 0, {}, false};
}

std::uint16_t le16(const char* octets) noexcept {
  return load<std::uint16_t>(octets, !host_is_little);
}
std::uint32_t le32(const char* octets) noexcept {
  return load<std::uint32_t>(octets, !host_is_little);
}

Step by_address_family(std::uint32_t family) noexcept {
  switch (family) {
    case 2:   // AF_INET everywhere
    case 10:  // AF_INET6: Linux,
    case 24:  // NetBSD and OpenBSD,
    case 28:  // FreeBSD,
    case 30:  // macOS
      return follows(Layer::ip);
    default:
      return Cursor::ended(FrameFate::link_other);
  }
}

/// BSD loopback: an address family in the byte order of the capturing host, which the file does not tell.
Step enter_null(Cursor& cursor) {
  if (!cursor.has(4)) return cursor.ends_early();
  const std::uint32_t little = le32(cursor.data());
  const std::uint32_t family = little < 0x10000 ? little : be32(cursor.data());
  cursor.skip(4);
  return by_address_family(family);
}

Step enter_raw(Cursor&) {
  return follows(Layer::ip);
}

Step enter_ethernet(Cursor&) {
  return follows(Layer::ethernet);
}

Step enter_ppp(Cursor&) {
  return follows(Layer::ppp);
}

/// A header of `octets` whose EtherType stands at `type_at`.
template <std::size_t octets, std::size_t type_at>
Step enter_typed(Cursor& cursor) {
  if (!cursor.has(octets)) return cursor.ends_early();
  const std::uint16_t type = be16(cursor.data() + type_at);
  cursor.skip(octets);
  // Linux cooked captures put 802.2 frames under a number of their own.
  constexpr std::uint16_t eth_p_802_2 = 4;
  return type == eth_p_802_2 ? follows(Layer::llc) : ethertype_follows(type);
}

/// PPP in HDLC-like framing, or Cisco HDLC under the same number: the first octet tells.
Step enter_hdlc(Cursor& cursor) {
  if (!cursor.has(4)) return cursor.ends_early();
  const std::uint8_t address = be8(cursor.data());
  if (address == 0x0F || address == 0x8F) return enter_typed<4, 2>(cursor);
  return follows(Layer::ppp);
}

Step enter_ppp_with_direction(Cursor& cursor) {
  if (!cursor.has(1)) return cursor.ends_early();
  cursor.skip(1);
  return follows(Layer::ppp);
}

Step enter_pppoe(Cursor&) {
  return ethertype_follows(0x8864);
}

Step enter_mpls(Cursor&) {
  return follows(Layer::mpls);
}

Step enter_wireless(Cursor& cursor) {
  return read_wireless(cursor);
}

/// Radiotap: a length, presence words, then fields; of them only the flags matter, which stand behind a timestamp.
Step enter_radiotap(Cursor& cursor) {
  if (!cursor.has(8)) return cursor.ends_early();
  const std::size_t length = le16(cursor.data() + 2);
  if (length < 8 || !cursor.has(length)) return cursor.ends_early();
  const std::string_view header = cursor.octets.substr(0, length);
  cursor.skip(length);
  constexpr std::uint32_t has_timestamp = 1, has_flags = 2, has_more = 0x80000000;
  const std::uint32_t present = le32(header.data() + 4);
  std::size_t at = 8;
  for (std::uint32_t word = present; (word & has_more) != 0 && at + 4 <= length; at += 4)
    word = le32(header.data() + at);
  if ((present & has_timestamp) != 0) at = ((at + 7) & ~std::size_t{7}) + 8;
  constexpr std::uint8_t fcs_at_end = 0x10, data_padded = 0x20;
  const std::uint8_t flags = (present & has_flags) != 0 && at < length ? be8(header.data() + at) : std::uint8_t{0};
  if ((flags & fcs_at_end) != 0 && cursor.cut == 0 && cursor.has(4)) cursor.octets.remove_suffix(4);
  return read_wireless(cursor, (flags & data_padded) != 0);
}

/// A header that names the link type behind it. It may not name another such header, so the depth is two.
Step enter_inner(std::uint32_t linktype, std::size_t header, Cursor& cursor) {
  if (!cursor.has(header)) return cursor.ends_early();
  constexpr std::uint32_t ppi = 192, pktap = 258;
  if (linktype == ppi || linktype == pktap) return Cursor::ended(FrameFate::malformed);
  cursor.skip(header);
  return enter_link(linktype, cursor);
}

Step enter_ppi(Cursor& cursor) {
  if (!cursor.has(8)) return cursor.ends_early();
  return enter_inner(le32(cursor.data() + 4), std::max<std::size_t>(le16(cursor.data() + 2), 8), cursor);
}

Step enter_pktap(Cursor& cursor) {
  if (!cursor.has(12)) return cursor.ends_early();
  return enter_inner(le32(cursor.data() + 8), std::max<std::size_t>(le32(cursor.data()), 12), cursor);
}

/// OpenBSD and FreeBSD firewall log: a length without its padding, then the address family.
Step enter_pflog(Cursor& cursor) {
  if (!cursor.has(4)) return cursor.ends_early();
  const std::size_t length = (be8(cursor.data()) + 3U) & ~3U;
  const std::uint8_t family = be8(cursor.data() + 1);
  if (length < 4 || !cursor.has(length)) return cursor.ends_early();
  cursor.skip(length);
  return by_address_family(family);
}

/// OpenBSD IPsec encapsulating interface: family, SPI and flags, four octets each.
Step enter_enc(Cursor& cursor) {
  if (!cursor.has(12)) return cursor.ends_early();
  const std::uint32_t little = le32(cursor.data());
  const std::uint32_t family = little < 0x10000 ? little : be32(cursor.data());
  cursor.skip(12);
  return by_address_family(family);
}

/// Netfilter log: attributes with lengths in host order, one of which is the packet.
Step enter_nflog(Cursor& cursor) {
  if (!cursor.has(4)) return cursor.ends_early();
  cursor.skip(4);
  constexpr std::uint16_t payload = 9;
  while (cursor.has(4)) {
    const std::size_t length = le16(cursor.data());
    const std::uint16_t type = le16(cursor.data() + 2) & 0x7FFF;
    if (length < 4) return Cursor::ended(FrameFate::malformed);
    if (type == payload) {
      cursor.skip(4);
      cursor.limit(length - 4);
      return follows(Layer::ip);
    }
    const std::size_t step = (length + 3) & ~std::size_t{3};
    if (!cursor.has(step)) break;
    cursor.skip(step);
  }
  return cursor.ends_early();
}

struct LinkReader {
  std::uint32_t linktype;
  std::string_view name;
  Step (*enter)(Cursor&);  ///< null: known by name only
};

constexpr auto link_readers = std::to_array<LinkReader>({
    {0, "NULL", enter_null},
    {1, "ETHERNET", enter_ethernet},
    {6, "IEEE802_5", nullptr},
    {9, "PPP", enter_ppp},
    {10, "FDDI", nullptr},
    {12, "RAW", enter_raw},  // DLT_RAW, which some writers put in files
    {14, "RAW", enter_raw},  // the same on OpenBSD
    {50, "PPP_HDLC", enter_hdlc},
    {51, "PPP_ETHER", enter_pppoe},
    {101, "RAW", enter_raw},
    {104, "C_HDLC", enter_typed<4, 2>},
    {105, "IEEE802_11", enter_wireless},
    {107, "FRELAY", nullptr},
    {108, "LOOP", enter_null},
    {109, "ENC", enter_enc},
    {113, "LINUX_SLL", enter_typed<16, 14>},
    {117, "PFLOG", enter_pflog},
    {127, "IEEE802_11_RADIOTAP", enter_radiotap},
    {138, "APPLE_IP_OVER_IEEE1394", enter_typed<18, 16>},
    {192, "PPI", enter_ppi},
    {204, "PPP_WITH_DIR", enter_ppp_with_direction},
    {219, "MPLS", enter_mpls},
    {228, "IPV4", enter_raw},
    {229, "IPV6", enter_raw},
    {239, "NFLOG", enter_nflog},
    {258, "PKTAP", enter_pktap},
    {276, "LINUX_SLL2", enter_typed<20, 0>},
});
static_assert(std::ranges::is_sorted(link_readers, {}, &LinkReader::linktype));

const LinkReader* find_reader(std::uint32_t linktype) noexcept {
  const auto* const at = std::ranges::lower_bound(link_readers, linktype, {}, &LinkReader::linktype);
  return at != link_readers.end() && at->linktype == linktype ? at : nullptr;
}

}  // namespace

Step enter_link(std::uint32_t linktype, Cursor& cursor) {
  constexpr std::uint32_t ethernet = 1;
  if (linktype == ethernet) return enter_ethernet(cursor);  // as nearly every packet: no search
  const LinkReader* const reader = find_reader(linktype);
  if (reader == nullptr || reader->enter == nullptr) return Cursor::ended(FrameFate::unsupported_linktype);
  return reader->enter(cursor);
}

bool linktype_supported(std::uint32_t linktype) noexcept {
  const LinkReader* const reader = find_reader(linktype);
  return reader != nullptr && reader->enter != nullptr;
}

std::string linktype_name(std::uint32_t linktype) {
  const LinkReader* const reader = find_reader(linktype);
  return reader != nullptr ? std::string(reader->name) : std::to_string(linktype);
}

}  // namespace mailparse
