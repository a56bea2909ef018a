// What reassembly must come to, by the plainest means: for each octet of a stream its first copy.
// Used by the property test and the fuzz driver.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include <mailparse/source/tcp_segment.hpp>

namespace mailparse::test {

class StreamReference {
 public:
  void add(std::uint64_t offset, std::string_view octets) {
    for (const char octet : octets) octets_.try_emplace(offset++, octet);
  }
  [[nodiscard]] std::uint64_t end() const { return octets_.empty() ? 0 : octets_.rbegin()->first + 1; }
  /// The first `length` octets with '?' for those that never came.
  [[nodiscard]] std::string stream(std::uint64_t length) const {
    std::string all(length, '?');
    for (const auto& [offset, octet] : octets_) {
      if (offset < length) all[offset] = octet;
    }
    return all;
  }

 private:
  std::map<std::uint64_t, char> octets_;
};

inline constexpr SegmentOrigin reference_origin{"pcap", "ETHERNET"};

/// A segment between 192.0.2.10:`client_port` and 198.51.100.25:25 with nothing in it yet.
inline TcpSegment bare_segment(Side from, std::uint16_t client_port = 40'000) {
  constexpr char client[4] = {static_cast<char>(192), 0, 2, 10};
  constexpr char server[4] = {static_cast<char>(198), 51, 100, 25};
  const bool up = from == Side::client;
  TcpSegment segment;
  segment.source = IpAddress::ipv4(up ? client : server);
  segment.destination = IpAddress::ipv4(up ? server : client);
  segment.source_port = up ? client_port : std::uint16_t{25};
  segment.destination_port = up ? std::uint16_t{25} : client_port;
  segment.window = 65'535;
  segment.header_octets = 20;
  segment.ttl = 64;
  segment.origin = &reference_origin;
  return segment;
}

}  // namespace mailparse::test
