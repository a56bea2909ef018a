// Link layers and tunnels: each function reads one header and says what follows.
// Layer: source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <mailparse/source/capture_account.hpp>
#include <mailparse/source/captured_packet.hpp>

namespace mailparse {

/// What stands at the cursor.
enum class Layer : std::uint8_t {
  ended,      ///< nothing more to read: Step::fate says what it was
  ethernet,   ///< two addresses and a type or length
  ethertype,  ///< the protocol of that EtherType (Step::number)
  llc,        ///< an IEEE 802.2 header
  ppp,        ///< a PPP protocol number, with or without address and control octets
  mpls,       ///< a label stack entry
  ip,         ///< IPv4 or IPv6, as its first four bits say
  transport,  ///< the protocol of that IP protocol number (Step::number)
};

struct Step {
  Layer layer = Layer::ended;
  std::uint16_t number = 0;
  FrameFate fate = FrameFate::malformed;
  bool deeper = false;  ///< a tag, label or tunnel was taken off: counts against Limits::encapsulation_layers
};

/// What is left of a packet.
struct Cursor {
  std::string_view octets;
  std::uint32_t cut = 0;  ///< octets that followed on the wire and were not captured

  [[nodiscard]] const char* data() const noexcept { return octets.data(); }
  [[nodiscard]] bool has(std::size_t size) const noexcept { return octets.size() >= size; }
  void skip(std::size_t size) noexcept { octets.remove_prefix(size); }
  /// The packet is `size` octets long from here: what stands behind is padding, what is missing was cut.
  void limit(std::size_t size) noexcept {
    if (size <= octets.size()) {
      octets = octets.substr(0, size);
      cut = 0;
    } else {
      cut = static_cast<std::uint32_t>(size - octets.size());
    }
  }
  /// The end for a header that is not there whole.
  [[nodiscard]] Step ends_early() const noexcept {
    return ended(cut != 0 ? FrameFate::truncated : FrameFate::malformed);
  }
  [[nodiscard]] static Step ended(FrameFate fate) noexcept { return {Layer::ended, 0, fate, false}; }
};

/// The first step into a packet of that link type; `unsupported_linktype` where there is none.
[[nodiscard]] Step enter_link(std::uint32_t linktype, Cursor& cursor);

[[nodiscard]] Step read_ethernet(Cursor& cursor);
[[nodiscard]] Step read_ethertype(std::uint16_t ethertype, Cursor& cursor);
[[nodiscard]] Step read_llc(Cursor& cursor);
[[nodiscard]] Step read_ppp(Cursor& cursor);
[[nodiscard]] Step read_mpls(Cursor& cursor);
[[nodiscard]] Step read_wireless(Cursor& cursor, bool padded = false);

[[nodiscard]] Step read_gre(Cursor& cursor);
/// A UDP datagram: the tunnel in it, or the fate of a datagram that is none.
[[nodiscard]] Step read_udp(Cursor& cursor);

}  // namespace mailparse
