// Looks into the text of one IMAP command or response: words, strings, nesting, and what a literal will hold.
// Layer: session, private. RFC 9051 4, 9.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse {

/// An astring or atom of a command: its octets as sent, and what they mean.
struct ImapWord {
  std::size_t begin = 0;  ///< in the text, delimiters of the string included
  std::size_t end = 0;
  std::string value;       ///< unquoted
  bool terminated = true;  ///< false: a quoted string without its closing quote
};

/// Reads words one after another. A literal in the text is read as the string that it is.
class ImapWords {
 public:
  explicit ImapWords(std::string_view text, std::size_t begin = 0) noexcept : text_(text), at_(begin) {}
  /// The next word; nothing at the end of the text.
  [[nodiscard]] std::optional<ImapWord> next();

 private:
  ImapWord quoted();
  std::optional<ImapWord> literal();

  std::string_view text_;
  std::size_t at_;
};

/// Tag, verb and arguments of a command. "UID FETCH" is one verb.
struct ImapCommandParts {
  std::string_view tag;
  std::string verb;           ///< upper case
  std::size_t arguments = 0;  ///< index in the text
};
[[nodiscard]] std::optional<ImapCommandParts> split_imap_command(std::string_view text);

/// What the literal announced at the end of a response text is, when it is (part of) a message.
struct ImapFetchItem {
  bool whole = false;                   ///< BODY[] or RFC822 without a range
  std::string_view id;                  ///< UID if it stands before, else the sequence number
  std::optional<std::uint64_t> origin;  ///< BODY[]<origin>: where in the whole message it begins
};
/// `text` is a response up to and including the announcement.
[[nodiscard]] std::optional<ImapFetchItem> find_fetch_item(std::string_view text) noexcept;

/// A body in a FETCH response that is a quoted string: `text.substr(begin, end - begin)`, still escaped.
struct ImapQuotedItem {
  ImapFetchItem item;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t absent = 0;  ///< octets of literals before it that the text does not have
};
/// Those among the first 100 that may be one.
[[nodiscard]] std::vector<ImapQuotedItem> find_quoted_items(std::string_view text);

/// The digits of the data item `name` ("UID", "RFC822.SIZE") in a whole FETCH response, wherever it stands; empty where
/// there is none.
[[nodiscard]] std::string_view find_imap_number(std::string_view text, std::string_view name) noexcept;

/// A part of a message that FETCH asks for: BODY[...]<origin.length>.
struct ImapRange {
  std::uint64_t origin = 0;
  std::uint64_t length = 0;
};
/// The ranges in a FETCH command, eight at most.
[[nodiscard]] std::vector<ImapRange> find_imap_ranges(std::string_view text);

/// Whether the arguments of APPEND behind the mailbox put the message together from parts. RFC 4469.
[[nodiscard]] bool is_imap_catenate(std::string_view arguments) noexcept;

/// Flaws of structure in a command, or in a response that is no human text.
struct ImapFlaws {
  std::optional<std::size_t> too_deep;    ///< index of the parenthesis that exceeds the limit
  std::optional<std::size_t> open_quote;  ///< index of the quote that nothing closes
};
[[nodiscard]] ImapFlaws find_imap_flaws(std::string_view text, std::uint64_t depth_limit) noexcept;

/// "OK", "NO" ... at the front of a response, with what follows.
struct ImapCondition {
  std::string_view status;
  std::string_view text;
};
[[nodiscard]] std::optional<ImapCondition> split_imap_condition(std::string_view text) noexcept;

/// Whether a response ends with text for people, in which braces mean nothing: a tagged one, `* OK`, `+`.
[[nodiscard]] bool is_imap_status_response(std::string_view text) noexcept;

/// Where the list behind CAPABILITY starts, in an untagged response or in a response code.
[[nodiscard]] std::optional<std::size_t> find_imap_capabilities(std::string_view text) noexcept;

}  // namespace mailparse
