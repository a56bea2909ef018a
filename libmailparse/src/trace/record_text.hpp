// Texts of a record: kept in its arena, secrets masked, within a budget of octets.
// Layer: trace, private.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/session/dialogue.hpp>

namespace mailparse {

/// What stands in place of a secret.
inline constexpr std::string_view secret_mask = "***";

class RecordText {
 public:
  /// `budget` octets may be kept, structures and texts together.
  RecordText(Arena& arena, std::uint64_t budget, bool show_secrets) noexcept
      : arena_(arena), left_(budget), show_secrets_(show_secrets) {}

  /// Whether `octets` more may be kept; if so they are taken from the budget.
  [[nodiscard]] bool afford(std::uint64_t octets) noexcept {
    if (octets > left_) return false;
    left_ -= octets;
    return true;
  }

  [[nodiscard]] std::string_view keep(std::string_view text) { return arena_.copy(text); }
  /// In upper case (ASCII).
  [[nodiscard]] std::string_view keep_upper(std::string_view text);
  /// With each of `secrets` that lies in line `line`, whatever their order, replaced by the mask.
  [[nodiscard]] std::string_view keep_masked(std::string_view text, std::span<const SecretRange> secrets,
                                             std::size_t line = 0);

 private:
  Arena& arena_;
  std::uint64_t left_;
  bool show_secrets_;
};

}  // namespace mailparse
