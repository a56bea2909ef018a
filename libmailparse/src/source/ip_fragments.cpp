#include "source/ip_fragments.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

namespace mailparse {
namespace {

/// RFC 8200 4.5 gives a receiver 60 seconds, RFC 1122 3.3.2 up to 120.
constexpr std::chrono::seconds patience{60};
/// What a pending datagram costs besides its octets, about.
constexpr std::uint64_t overhead_octets = 2048;
constexpr std::size_t most_datagram_octets = 65'535;

}  // namespace

std::size_t IpFragments::Hash::operator()(const DatagramKey& key) const noexcept {
  const std::size_t addresses = std::hash<IpAddress>{}(key.source) * 31 + std::hash<IpAddress>{}(key.destination);
  return (addresses ^ key.identification ^ (std::size_t{key.protocol} << 32)) * 0x9E3779B97F4A7C15U;
}

void IpFragments::forget(Order::iterator datagram) {
  kept_octets_ -= datagram->octets.size() + overhead_octets;
  by_key_.erase(datagram->key);
  datagrams_.erase(datagram);
}

void IpFragments::forget_old(const Stamp& now) {
  while (!datagrams_.empty() && now.time && datagrams_.front().first &&
         elapsed(*datagrams_.front().first, *now.time) > patience) {
    forget(datagrams_.begin());
  }
  while (!datagrams_.empty() && kept_octets_ + most_datagram_octets + overhead_octets > most_octets_)
    forget(datagrams_.begin());
}

IpFragments::Order::iterator IpFragments::find_or_begin(const Fragment& fragment) {
  const auto known = by_key_.find(fragment.key);
  if (known != by_key_.end()) return known->second;
  datagrams_.emplace_back();
  const auto datagram = std::prev(datagrams_.end());
  datagram->key = fragment.key;
  datagram->first = fragment.stamp.time;
  by_key_.emplace(fragment.key, datagram);
  kept_octets_ += overhead_octets;
  return datagram;
}

/// Keeps what is new of `octets`; true when octets known already differ.
bool IpFragments::store(Datagram& datagram, std::size_t offset, std::string_view octets) {
  bool differs = false;
  if (datagram.octets.size() < offset + octets.size()) datagram.octets.resize(offset + octets.size());
  for (std::size_t at = 0; at < octets.size(); at += unit) {
    const std::string_view piece = octets.substr(at, unit);
    const std::size_t index = (offset + at) / unit;
    char* const place = datagram.octets.data() + offset + at;
    if (datagram.have[index]) {
      differs = differs || std::memcmp(place, piece.data(), piece.size()) != 0;
      continue;
    }
    std::memcpy(place, piece.data(), piece.size());
    datagram.have.set(index);
    ++datagram.units;
  }
  return differs;
}

IpFragments::Result IpFragments::add(const Fragment& fragment) {
  std::string_view octets = fragment.octets;
  // Only the last fragment may end between units (RFC 791 3.2): what a hole would need cannot be kept.
  if (fragment.more) octets = octets.substr(0, octets.size() / unit * unit);
  if (octets.empty() || fragment.offset % unit != 0 || fragment.offset + octets.size() > most_datagram_octets)
    return {};
  forget_old(fragment.stamp);
  const auto datagram = find_or_begin(fragment);
  const std::size_t end = fragment.offset + octets.size();
  if (!fragment.more && !datagram->length) datagram->length = end;
  if (datagram->length && end > *datagram->length) {
    if (fragment.offset >= *datagram->length) return {};
    octets = octets.substr(0, *datagram->length - fragment.offset);
  }
  Result result;
  const std::size_t size_before = datagram->octets.size();
  const bool differs = store(*datagram, fragment.offset, octets);
  kept_octets_ += datagram->octets.size() - size_before;
  result.conflict = differs && !std::exchange(datagram->conflict, true);
  if (datagram->length && datagram->units * unit >= *datagram->length && datagram->octets.size() >= *datagram->length) {
    kept_octets_ -= datagram->octets.size();
    result.datagram = std::move(datagram->octets);
    result.datagram->resize(*datagram->length);
    datagram->octets.clear();
    forget(datagram);
  }
  return result;
}

}  // namespace mailparse
