// Decides which dialect a log is written in: each one reads its beginning, and what it makes of it is weighed.
// Layer: source, private.
#pragma once

#include <vector>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {

struct Detection {
  const DialectRow* row = nullptr;  ///< null: none
  double confidence = 0;
  double worth = 0;  ///< the more lines are understood, the more; to compare readings of one log
};

/// `lines` have their common prefixes peeled off.
[[nodiscard]] Detection detect(const std::vector<LogLine>& lines);
/// How well one dialect explains them.
[[nodiscard]] Detection explain(const DialectRow& row, const std::vector<LogLine>& lines);

}  // namespace mailparse::transcript
