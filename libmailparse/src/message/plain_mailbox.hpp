// Mailboxes as nearly all mail writes them, found in one look and without the grammar.
// Layer: message, private. RFC 5322 3.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mailparse {

/// What the name of a plain mailbox says.
enum class PlainName : std::uint8_t {
  as_it_stands,  ///< words with a space between them, or no name
  quoted,        ///< one quoted-string that says what stands between the quotes
  to_decode,     ///< quotes among words, blanks of other kinds, or what may be an encoded-word
};

/// Where the parts of a mailbox stand. The address is a dot-atom, `@` and a dot-atom, all of ASCII.
struct PlainMailbox {
  std::size_t name_end = 0;  ///< of the name that begins where the mailbox does; there, too, where it has none
  std::size_t local_begin = 0;
  std::size_t local_end = 0;  ///< where the at sign stands
  std::size_t domain_end = 0;
  bool angle = false;
  bool a_label = false;  ///< the domain may hold A-labels
  PlainName name = PlainName::as_it_stands;

  /// Behind the mailbox.
  [[nodiscard]] std::size_t end() const noexcept { return domain_end + (angle ? 1 : 0); }
};

/// The mailbox at `at`, `local@domain` or `Name <local@domain>` without comments, folds and anything obsolete but dots
/// in names, with the comma or the end right behind it. Nothing: the grammar is to say.
[[nodiscard]] std::optional<PlainMailbox> read_plain_mailbox(std::string_view text, std::size_t at) noexcept;

}  // namespace mailparse
