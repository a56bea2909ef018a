// The words of a text in which a URL, a mail address or an IP address may stand.
// Layer: message, private.
//
// Fast: only ':', '.' and '@' are looked for, by vectors; a word is cut out where one of them may mean something. Its
// oracle, in the tests, cuts out every word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/observables.hpp>

namespace mailparse {

/// What ends a word.
enum class WordEnds : std::uint8_t {
  prose,  ///< white space, controls, angle brackets, double quotes
  code,   ///< those, and single quotes, parentheses, braces, backquotes
};

/// An observable inside a word.
struct WordMatch {
  Observable::Kind kind{};
  std::size_t begin = 0;
  std::size_t length = 0;
};

/// The observables of one word, in order and apart from each other.
[[nodiscard]] std::vector<WordMatch> find_in_word(std::string_view word);

/// Whether `text` may hold an observable at the mark (':', '.', '@') that stands at `at`.
[[nodiscard]] bool may_match(std::string_view text, std::size_t at) noexcept;

[[nodiscard]] bool ends_word(WordEnds ends, char octet) noexcept;

class WordSink {
 public:
  virtual ~WordSink() = default;
  virtual void on_match(Observable::Kind kind, std::string_view text, std::uint64_t offset) = 0;
};

/// Finds matches in text that comes in pieces. A word longer than observable_octets is read as several.
class WordScanner {
 public:
  WordScanner(WordEnds ends, WordSink& sink) : ends_(ends), sink_(&sink) {}

  /// `text` goes on where the text before ended, also where `offset` does not: references of HTML are longer than what
  /// they stand for.
  void feed(std::string_view text, std::uint64_t offset);
  /// The word ends here.
  void end_word();
  /// `text` whole, apart from what was fed.
  void scan(std::string_view text, std::uint64_t offset);

 private:
  /// Octets of `held_` from `at` on stood at `offset`.
  struct Anchor {
    std::size_t at = 0;
    std::uint64_t offset = 0;
  };
  std::size_t hold(std::string_view text, std::uint64_t offset);
  void word(std::string_view word, std::uint64_t offset);
  [[nodiscard]] std::uint64_t held_offset(std::size_t at) const noexcept;

  WordEnds ends_;
  WordSink* sink_;
  std::string held_;  ///< the beginning of a word
  std::vector<Anchor> anchors_;
};

}  // namespace mailparse
