// One live reply against the recorded one.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtp-replay/masks.hpp"
#include "smtp-replay/recorded_session.hpp"

namespace mailparse::tools {

/// What must agree, from strict to lax; each level implies those below it.
enum class CompareLevel : std::uint8_t {
  exact,  ///< every octet of every line
  text,   ///< every line, once masked
  code,   ///< code and enhanced status code; of EHLO and LHLO the extensions with their arguments, in any order;
          ///< of the greeting and QUIT the code only
  klass,  ///< first digit of the code
};

[[nodiscard]] std::string_view to_string(CompareLevel level) noexcept;
[[nodiscard]] std::optional<CompareLevel> find_compare_level(std::string_view name) noexcept;

/// A level for every verb.
class CompareLevels {
 public:
  /// "LEVEL" for all verbs, or "VERB=LEVEL"; "connect" is the greeting, "." the end of data. The error is for people.
  [[nodiscard]] std::expected<void, std::string> set(std::string_view definition);
  [[nodiscard]] CompareLevel of(std::string_view verb) const;

 private:
  CompareLevel all_ = CompareLevel::code;
  std::map<std::string, CompareLevel, std::less<>> by_verb_;
};

/// What was found; `difference` is empty where the replies agree.
struct ReplyComparison {
  std::string difference;          ///< for people: "code 250, was 550"
  std::vector<std::string> masks;  ///< that were needed
};

/// `verb` decides what counts at CompareLevel::code.
[[nodiscard]] ReplyComparison compare_replies(std::string_view verb, CompareLevel level, const RecordedReply& recorded,
                                              const RecordedReply& live, const Masks& masks);

}  // namespace mailparse::tools
