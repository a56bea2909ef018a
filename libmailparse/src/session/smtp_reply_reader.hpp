// Whole replies out of the server's octets.
// Layer: session (private). RFC 5321 4.2.1.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/base/seldom.hpp>
#include <mailparse/scan/line_reader.hpp>
#include <mailparse/session/smtp_reply.hpp>

namespace mailparse {

/// A reply whose last line came, or will not come.
struct SmtpReply {
  std::uint16_t code = 0;        ///< of the last line
  std::uint16_t first_code = 0;  ///< of the first line
  std::span<const std::string_view> lines;
  std::optional<EnhancedCode> enhanced;  ///< of the first line that has one
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  Stamp first;
  Stamp last;
};

[[nodiscard]] constexpr bool is_positive(std::uint16_t code) noexcept {
  return code / 100 == 2;
}
[[nodiscard]] constexpr bool is_intermediate(std::uint16_t code) noexcept {
  return code / 100 == 3;
}
[[nodiscard]] constexpr bool is_negative(std::uint16_t code) noexcept {
  return code / 100 == 4 || code / 100 == 5;
}
/// What may follow the end of data: PRDR announces its replies, one a recipient, with 353. draft-hall-prdr.
[[nodiscard]] constexpr bool is_final(std::uint16_t code) noexcept {
  return is_positive(code) || is_negative(code) || code == 353;
}

/// Reads replies. At most limits.reply_lines lines, and 16 lines' worth of octets, of one reply are kept; what follows
/// is read for its end only. Reports smtp.reply.syntax, .code-mismatch, .control-char, .too-long and .unterminated.
class SmtpReplyReader {
 public:
  SmtpReplyReader(DiagnosticSink& sink, const Limits& limits);
  /// Goes on where `other` stands, and reports to another sink.
  SmtpReplyReader(const SmtpReplyReader& other, DiagnosticSink& sink);

  /// The next reply in `octets`, which it takes off their front; null when they are used up. The reply lives until the
  /// next call.
  [[nodiscard]] const SmtpReply* next(std::string_view& octets, const Stamp& stamp);
  /// Nothing more comes, or `length` octets are missing. What there is of a reply, if its code can be read.
  /// `ended`: the server itself ended the stream, so that the missing lines are its fault.
  [[nodiscard]] const SmtpReply* finish(bool ended, std::uint64_t next_offset);
  /// The next octet is the first of a line at `offset`.
  void restart(std::uint64_t offset) noexcept { lines_.restart(offset); }
  /// The next line may be the rest of one: it is no fault if it is no reply.
  void resync() noexcept { resync_ = true; }
  /// Tells what was counted over the session.
  void report_counts();

  [[nodiscard]] std::uint64_t offset() const noexcept { return lines_.offset(); }

 private:
  /// Lines that are kept until their reply is over.
  struct Lines {
    std::string text;
    std::vector<std::size_t> ends;  ///< of each in `text`
    std::vector<std::string_view> views;
  };

  [[nodiscard]] const SmtpReply* take(const TextLine& line);
  [[nodiscard]] const SmtpReply* complete();
  void keep(std::string_view text);
  void check(const TextLine& line, std::uint16_t code);

  DiagnosticSink& sink_;
  std::uint64_t reply_lines_;
  std::uint64_t kept_octets_;
  LineReader lines_;
  Stamp line_first_;
  Stamp stamp_;
  bool swallowing_ = false;  ///< the rest of a line longer than the limit
  bool resync_ = false;
  std::uint64_t count_ = 0;  ///< lines of the reply under way
  bool mismatch_ = false;
  Seldom<Lines> several_;  ///< of a reply of more than one, until the next one begins
  std::string_view only_line_;
  SmtpReply reply_;
  Seldom<Diagnostic> too_long_;  ///< the first such line, with the number of all
};

}  // namespace mailparse
