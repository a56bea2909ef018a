#include <algorithm>

#include <mailparse/trace/shard.hpp>

namespace mailparse {
namespace {

/// FNV-1a, and the last step of MurmurHash3 over it so that every bit of the key moves every bit that counts. Part of
/// the contract: workers of different builds must agree.
class Hash {
 public:
  void add(std::string_view text) noexcept {
    for (const char octet : text) step(static_cast<unsigned char>(octet));
    step(0);
  }
  void add(std::uint64_t number) noexcept {
    for (int shift = 0; shift < 64; shift += 8) step(static_cast<unsigned char>(number >> shift & 0xFF));
  }
  [[nodiscard]] std::uint64_t value() const noexcept {
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCDU;
    mixed = (mixed ^ (mixed >> 33)) * 0xC4CEB9FE1A85EC53U;
    return mixed ^ (mixed >> 33);
  }

 private:
  void step(unsigned char octet) noexcept { state_ = (state_ ^ octet) * 0x100000001B3U; }
  std::uint64_t state_ = 0xCBF29CE484222325U;
};

std::uint64_t hash_of(const Endpoint& endpoint) noexcept {
  Hash hash;
  hash.add(endpoint.ip);
  hash.add(std::uint64_t{endpoint.port});
  return hash.value();
}

}  // namespace

bool Shard::has(const ConversationStart& start, std::string_view file) const {
  if (parts <= 1) return true;
  Hash hash;
  if (start.client && start.server) {
    const auto [low, high] = std::minmax({hash_of(*start.client), hash_of(*start.server)});
    hash.add(low);
    hash.add(high);
  } else {
    hash.add(file.substr(file.rfind('/') + 1));
    hash.add(start.first.frame);
  }
  return hash.value() % parts == part - 1;
}

}  // namespace mailparse
