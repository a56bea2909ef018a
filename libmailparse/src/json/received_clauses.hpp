// A Received field cut at its clause words, each clause as it stands with its comments.
// Layer: json, private. RFC 5321 4.4. message/received.hpp reads what the clauses mean.
#pragma once

#include <string_view>

namespace mailparse {

/// Views into the field; empty where a clause is absent.
struct ReceivedClauses {
  std::string_view from, by, via, with, id, recipient, envelope_from, envelope_sender, date;
  [[nodiscard]] bool any() const noexcept {
    return !(from.empty() && by.empty() && via.empty() && with.empty() && id.empty() && recipient.empty());
  }
};

/// `value` is unfolded.
[[nodiscard]] ReceivedClauses split_received(std::string_view value) noexcept;

}  // namespace mailparse
