// Puts fragmented IP datagrams together again.
// Layer: source. RFC 791 3.2, RFC 815, RFC 8200 4.5, RFC 5722.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <mailparse/base/provenance.hpp>
#include <mailparse/source/ip_address.hpp>

namespace mailparse {

/// What makes fragments those of one datagram.
struct DatagramKey {
  IpAddress source;
  IpAddress destination;
  std::uint32_t identification = 0;
  std::uint8_t protocol = 0;
  bool operator==(const DatagramKey&) const = default;
};

/// One fragment; `octets` is its share of the datagram's payload.
struct Fragment {
  DatagramKey key;
  std::uint32_t offset = 0;  ///< in octets, a multiple of 8
  bool more = false;         ///< not the last
  std::string_view octets;
  Stamp stamp;
};

/// Keeps fragments within a bound: datagrams not completed in time, and the oldest when room is short, are given up.
class IpFragments {
 public:
  explicit IpFragments(std::uint64_t most_octets) : most_octets_(most_octets) {}

  struct Result {
    std::optional<std::string> datagram;  ///< the payload, once it is whole
    bool conflict = false;                ///< for the first time, octets of this datagram came with other contents
  };
  /// The first copy of an octet is kept. Empty fragments and those beyond 65,535 octets are ignored.
  Result add(const Fragment& fragment);

  [[nodiscard]] std::size_t pending() const noexcept { return datagrams_.size(); }
  [[nodiscard]] std::uint64_t kept_octets() const noexcept { return kept_octets_; }

 private:
  static constexpr std::size_t unit = 8;
  static constexpr std::size_t most_units = 65'536 / unit;

  struct Datagram {
    DatagramKey key;
    std::string octets;                 ///< grown to the end of the furthest fragment
    std::bitset<most_units> have;       ///< by units of eight octets
    std::size_t units = 0;              ///< bits set in `have`
    std::optional<std::size_t> length;  ///< known from the last fragment
    std::optional<Timestamp> first;
    bool conflict = false;
  };
  struct Hash {
    std::size_t operator()(const DatagramKey& key) const noexcept;
  };
  using Order = std::list<Datagram>;  ///< oldest first

  void forget(Order::iterator datagram);
  void forget_old(const Stamp& now);
  [[nodiscard]] Order::iterator find_or_begin(const Fragment& fragment);
  [[nodiscard]] static bool store(Datagram& datagram, std::size_t offset, std::string_view octets);

  std::uint64_t most_octets_;
  std::uint64_t kept_octets_ = 0;
  Order datagrams_;
  std::unordered_map<DatagramKey, Order::iterator, Hash> by_key_;
};

}  // namespace mailparse
