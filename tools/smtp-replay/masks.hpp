// What differs between two runs of the same server, and is made equal before texts are compared.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse::tools {

struct MaskPattern;  // a regular expression; kept out of this header, which many include

/// A named pattern; what it matches becomes "<name>".
struct Mask {
  std::string name;
  std::shared_ptr<const MaskPattern> pattern;
};

class Masks {
 public:
  /// Longer lines are compared as they are: a pattern may take time and stack that grow with the text.
  static constexpr std::size_t longest_text = 1000;

  /// Queue ids, dates, host names, addresses, nonces, sizes, durations and process ids, as real servers write them.
  Masks();
  /// "NAME=REGEX" (ECMAScript); the error is for people.
  [[nodiscard]] std::expected<void, std::string> add(std::string_view definition);

  /// `text` masked; names of the masks that matched are added to `used`, each once.
  [[nodiscard]] std::string apply(std::string_view text, std::vector<std::string>& used) const;

 private:
  std::vector<Mask> masks_;
};

}  // namespace mailparse::tools
