// HTML as mail has it, cut into text and tags.
// Layer: message. HTML Living Standard 13.2.5 (tokenization), as far as it decides what is text, what a tag is and what
// its attributes say; 13.2.5.72 (character references).
//
// No tree is built: what is open, hidden or shown is the caller's question. Any charset that is a superset of ASCII
// passes; octets above 127 are text like any other.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mailparse {

struct HtmlAttribute {
  std::string name;          ///< in lower case
  std::string value;         ///< character references resolved
  std::uint64_t offset = 0;  ///< of the value, or of the name where there is none
};

/// A start or end tag. Views live during the call.
struct HtmlTag {
  std::string_view name;  ///< in lower case
  bool closing = false;
  bool self_closing = false;
  std::span<const HtmlAttribute> attributes;  ///< in order; where a name stands twice, the first one counts
  std::uint64_t offset = 0;                   ///< of its "<"

  /// The value of the attribute that counts, or null.
  [[nodiscard]] const HtmlAttribute* attribute(std::string_view wanted) const noexcept;
};

enum class HtmlText : std::uint8_t {
  content,  ///< what a reader may see; character references are resolved
  code,     ///< inside script, style and the like, as it stands
  comment,  ///< inside a comment or declaration, as it stands: Outlook reads some of them
};

class HtmlSink {
 public:
  virtual ~HtmlSink() = default;
  /// A piece of text, cut anywhere but inside a character reference. `offset` is where it begins in the input; a
  /// resolved reference is a piece of its own.
  virtual void on_text(HtmlText kind, std::string_view text, std::uint64_t offset) = 0;
  virtual void on_tag(const HtmlTag& tag) = 0;
};

/// Cuts HTML from octets in any cut. Keeps one tag of at most `tag_octets` octets and `tag_attributes` attributes; what
/// is beyond is passed over. Time is linear.
class HtmlTokenizer {
 public:
  static constexpr std::size_t tag_octets = 64 * 1024;
  static constexpr std::size_t tag_attributes = 256;

  explicit HtmlTokenizer(HtmlSink& sink);
  ~HtmlTokenizer();
  HtmlTokenizer(HtmlTokenizer&&) noexcept;
  HtmlTokenizer& operator=(HtmlTokenizer&&) noexcept;

  void feed(std::string_view octets);
  /// The input is over. A tag that it ends in is told as far as it came.
  void finish();

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace mailparse
