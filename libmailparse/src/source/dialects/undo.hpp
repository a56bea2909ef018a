// Undoes what a log did to the octets it shows: string escapes, HTML entities, hex dumps, quoted columns.
// Layer: source, private.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse::transcript {

[[nodiscard]] std::optional<std::uint8_t> hex_digit(char c) noexcept;

/// Appends to `out` the octets of a string literal that `text` begins with, up to an unescaped `quote`: `\r \n \t \\ \'
/// \"
/// \xHH \ooo \uHHHH \e` and the like of C, Python, Ruby, Perl and JSON. Returns the octets used with the closing quote,
/// or nothing where it is missing (then `out` holds all of it).
std::optional<std::size_t> unescape(std::string_view text, char quote, std::string& out);

/// Appends the octets of the first literal of `text`: `b'...'`, `'...'`, `"..."`. False where there is none.
bool first_literal(std::string_view text, std::string& out);

/// `&lt; &gt; &amp; &quot; &#039; &nbsp; &eacute;` and numeric entities as the characters they stand for; all else as
/// it is.
void undo_html(std::string_view text, std::string& out);

/// Octets of one line of a hex dump: pairs of digits, up to 16, in columns parted by one to three blanks, followed by
/// the same as text, if at all, behind two or more blanks or a `|`. Appends them; returns how many.
std::size_t undo_hex(std::string_view columns, std::string& out);

/// Cuts at `separator` outside of double quotes; quotes around a field are taken off, doubled ones inside undoubled.
/// Fields are views into `line` or into `room`, which must not move meanwhile.
void split_quoted(std::string_view line, char separator, std::vector<std::string_view>& fields, std::string& room);

/// Cuts a multi-line reply that was glued into one line: `250-a250-b250 c`. Calls `piece` for each; a line that is not
/// glued is one piece.
void split_glued(std::string_view line, std::vector<std::string_view>& pieces);

/// Whether the base64 text (last word of `line`) decodes to something with `mark` in it.
[[nodiscard]] bool base64_holds(std::string_view line, std::string_view mark);

/// Gives a message's header its TABs back, which a program printed as dots: no field begins with one. RFC 5322 2.2.3.
class HeaderFolds {
 public:
  /// `line` follows the line given before.
  void undo(std::string& line);

 private:
  bool in_header_ = false;
};

}  // namespace mailparse::transcript
