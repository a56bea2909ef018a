// A message that says two things, read in each way that real software reads it.
// Layer: analysis. RFC 2045 5.1 and 6, RFC 2046 5.1.1, RFC 2231 3 and 4, RFC 5322 3.6; RFC 7103.
//
// The primary reading is the one of the record. Where an ambiguity was found, the message is read again the other way,
// and what comes of it is compared: a choice is never silent. Which ways there are, and who goes them, is one table in
// src/analysis/reading_rules.cpp; tests/differential/readers.py measures it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/message.hpp>

namespace mailparse {

/// A way to read, other than the primary one.
struct ReadingRule {
  std::string_view name;     ///< "last-content-type"
  Code because;              ///< the finding that makes it matter
  std::string_view readers;  ///< programs that read so
  std::string_view source;   ///< how that is known
};

/// All rules, in a fixed order.
[[nodiscard]] std::span<const ReadingRule> list_reading_rules() noexcept;

/// Content that some reading shows. Two are the same where type, name and octets are.
struct SeenContent {
  std::string type;
  std::string filename;  ///< empty = none
  std::string sha256;
  std::uint64_t decoded_size = 0;
  std::vector<std::string_view> readings;  ///< names of those that see it; "primary" is the record's own
};

/// An author that some reading shows.
struct SeenAuthor {
  std::string address;
  std::vector<std::string_view> readings;
};

struct Readings {
  std::vector<const ReadingRule*> alternatives;  ///< those that differ from the primary reading
  std::vector<SeenContent> contents;             ///< of all of them; the primary one's first
  std::vector<SeenAuthor> authors;               ///< empty where all readings have the same
  bool too_long = false;                         ///< an ambiguity in a message of which not all octets were kept

  [[nodiscard]] bool empty() const noexcept { return alternatives.empty() && !too_long; }
};

/// Octets of a message that are kept for another reading.
inline constexpr std::size_t reading_octets = 1024 * 1024;

/// Reads `octets`, of which `message` is the primary reading, in every other way that its findings call for.
[[nodiscard]] Readings read_otherwise(std::string_view octets, const Message& message, const Limits& limits);

}  // namespace mailparse
