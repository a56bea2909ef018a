// Findings that are told once per connection with a count.
// Layer: source.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include <mailparse/base/diagnostic.hpp>

#include "source/tcp/sequence.hpp"

namespace mailparse::tcp {

/// Counts deviations of one connection until it ends. Takes memory only for what it met.
class FlowFindings {
 public:
  struct Item {
    Code code{};
    unsigned direction = 0;
    Position position = 0;     ///< of the first one; 0: no place in the stream
    std::uint64_t length = 0;  ///< of the first one
    std::uint64_t frame = 0;   ///< of the first one
    std::uint64_t count = 0;
    std::uint64_t octets = 0;  ///< of all together
    std::string detail;        ///< of the first one
    bool single = false;       ///< kept by itself
  };

  /// Counted together per code, or per code and direction where `code` is told once a side.
  void note(Code code, unsigned direction, Position position, std::uint64_t length, std::uint64_t frame,
            std::uint64_t octets = 0, std::string detail = {});
  /// One that is told by itself.
  void keep(Item item);
  [[nodiscard]] const std::vector<Item>& items() const noexcept { return items_; }
  /// As a diagnostic; `start` holds the position of offset 0 of both directions, `client` the client's direction.
  [[nodiscard]] static Diagnostic diagnostic(const Item& item, const std::array<Position, 2>& start, unsigned client);

 private:
  std::vector<Item> items_;  ///< a dozen codes at most
};

}  // namespace mailparse::tcp
