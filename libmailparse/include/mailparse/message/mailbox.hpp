// Where messages live: one alone, an mbox of any variant, a Maildir, an MH folder, a tree of all these.
// Layer: message. RFC 4155; practice: qmail's mbox(5), Maildir(5), Maildir++, MH.
//
// An mbox has no grammar that all agree on. A line "From " separates messages when the variant at hand says so, and
// each decision has its reason, so that a person can see why a message was cut where it was.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

/// How an mbox keeps lines of a body that begin with "From ".
enum class MboxVariant : std::uint8_t {
  mboxo,    ///< `>From ` stands for `From `; `>>From ` for itself: what was there before cannot be told
  mboxrd,   ///< one `>` more before every `>*From `
  mboxcl,   ///< Content-Length says where the next message begins; `>From ` as in mboxo
  mboxcl2,  ///< Content-Length, and nothing is quoted
};
[[nodiscard]] std::string_view to_string(MboxVariant variant) noexcept;

/// Why a line that begins with "From " separates messages, or does not.
enum class MboxReason : std::uint8_t {
  file_start,            ///< the first line of the file
  blank_line_and_date,   ///< behind an empty line, with a sender and a date: a separator in every variant
  date,                  ///< with a sender and a date, and the next line is a field; no empty line before it
  blank_line_and_field,  ///< behind an empty line, without a date, and the next line is a field (Thunderbird's "From
                         ///< -", Gmail)
  content_length,        ///< where the Content-Length of the message before it ends
  not_at_content_end,    ///< inside the Content-Length of its message: text
  no_date,               ///< no date, or no field behind it: text
};
[[nodiscard]] std::string_view to_string(MboxReason reason) noexcept;
[[nodiscard]] constexpr bool separates(MboxReason reason) noexcept {
  return reason <= MboxReason::content_length;
}

/// A line that begins with "From ".
struct MboxLine {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< with its line end
  MboxReason reason{};
};

/// Whether `line`, without its line end, has the shape `From SENDER DATE` of RFC 4155 and older mailers.
[[nodiscard]] bool is_mbox_separator(std::string_view line) noexcept;

/// Whether octets at the start of a file are those of an mbox: a separator line, and a field behind it.
[[nodiscard]] bool looks_like_mbox(std::string_view start) noexcept;

/// Receives the messages of an mbox.
class MboxSink {
 public:
  virtual ~MboxSink() = default;
  /// A message begins at `offset`, behind the separator line `line` (without its line end).
  virtual void on_message_begin(std::uint64_t offset, std::string_view line) = 0;
  virtual void on_message_octets(std::string_view octets) = 0;
  /// It ended before `end`; the empty line before the next separator is not part of it.
  virtual void on_message_end(std::uint64_t end) = 0;
  /// A decision about a line that begins with "From ".
  virtual void on_from_line(const MboxLine& line) = 0;
};

/// Cuts an mbox into messages from octets in any cut; keeps two lines of at most 64 KiB. Octets of messages are as they
/// stand: quoted `>From ` lines stay quoted, so that offsets and digests are those of the file.
class MboxReader {
 public:
  explicit MboxReader(MboxSink& sink);
  ~MboxReader();
  MboxReader(MboxReader&&) noexcept;
  MboxReader& operator=(MboxReader&&) noexcept;

  void feed(std::string_view octets);
  void finish();

  /// What the lines met so far say of the variant.
  [[nodiscard]] MboxVariant variant() const noexcept;

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace mailparse
