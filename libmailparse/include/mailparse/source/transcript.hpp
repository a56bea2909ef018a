// Reads a log of mail conversations, whatever program wrote it, into the octets that both sides said.
// Layer: source. RFC 5321, RFC 2033, RFC 1939 and RFC 9051 only as far as a log without marks needs them.
//
// What a transcript shows becomes chunks with CRLF restored; what it leaves out (message octets, secrets, replies)
// becomes on_elided calls; nothing is invented. A mark such as `>` names no side by itself: each conversation's sides
// are decided by what was said. Stamp::frame is the number of the line in the log, from 1.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/source/conversation.hpp>

namespace mailparse {

/// How lines begin that TranscriptWriter adds to a conversation of the forms c-s and plain: its heading, and
/// transcript_closed or transcript_cut. Where one stands, nothing is left out without a word.
inline constexpr std::string_view transcript_heading = "# trace-to-json: ";
/// Behind transcript_heading: the connection was closed.
inline constexpr std::string_view transcript_closed = "closed";
/// Behind transcript_heading: the source ends before the connection does.
inline constexpr std::string_view transcript_cut = "cut";
/// Behind transcript_heading in the form plain: who says the lines up to the next transcript_heading, where their words
/// do not tell.
inline constexpr std::string_view transcript_client = "the client:";
inline constexpr std::string_view transcript_server = "the server:";
/// Begins what stands behind transcript_heading where a conversation begins: `session s-1, smtp, A -> B, time`.
inline constexpr std::string_view transcript_session = "session ";

struct TranscriptOptions {
  std::string dialect = "auto";                 ///< a name of list_dialects(), or "auto": decided by content
  std::uint32_t file = 0;                       ///< Stamp::file
  std::uint64_t lookahead_octets = 256 * 1024;  ///< kept while the dialect is being decided
  Limits limits;                                ///< transcript_line_octets and transcript_conversations
  std::chrono::minutes zone{0};                 ///< east of UTC, for times that are shown without a zone
  std::optional<int> year;  ///< for dates that are shown without a year; without it they give no time
};

/// A dialect as `--dialect list` shows it. Views live for ever.
struct DialectInfo {
  std::string_view name;
  std::string_view title;    ///< the programs that write it
  std::string_view example;  ///< a few lines of it
};

/// All dialects known, by name.
[[nodiscard]] std::span<const DialectInfo> list_dialects() noexcept;

/// What a log is taken for.
struct DialectGuess {
  std::string_view name = "none";  ///< of list_dialects(), or "none"
  double confidence = 0;           ///< 0 to 1; below TranscriptReader::threshold the name is "none"
};

/// Decides on the beginning of a file. `head` may end anywhere; more than 256 KiB of it is not looked at.
[[nodiscard]] DialectGuess detect_dialect(std::string_view head);

/// Push reader of one log. Any cut of the input gives the same calls.
///
/// With dialect "auto" nothing is told until lookahead_octets have come or finish() was called; octets in which no
/// dialect is found are dropped, and the next ones are looked at. Memory is bounded by the options. The factory and the
/// diagnostics sink must outlive the reader. Reports capfile.unknown-format when there was no dialect in all the input.
class TranscriptReader {
 public:
  /// Confidence below which a dialect is not taken.
  static constexpr double threshold = 0.5;

  TranscriptReader(ConversationFactory& factory, const TranscriptOptions& options, DiagnosticSink& diagnostics);
  ~TranscriptReader();
  TranscriptReader(const TranscriptReader&) = delete;
  TranscriptReader& operator=(const TranscriptReader&) = delete;

  void feed(std::string_view octets);
  /// The source was silent for a while: where what came so far shows the dialect, it is not waited for more of it.
  void on_silence();
  void finish();

  /// The dialect being read; "none" until it is decided.
  [[nodiscard]] DialectGuess dialect() const noexcept;
  /// Lines read, and conversations opened, so far.
  [[nodiscard]] std::uint64_t lines() const noexcept;
  [[nodiscard]] std::uint64_t conversations() const noexcept;

 private:
  class Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace mailparse
