// The messages of an input, one after the other, whatever kind of input it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse::tools {

/// Where a message was found.
struct FoundMessage {
  std::string file;
  std::string format;        ///< "message", "maildir", "mh", or the variant of the mbox
  std::string flags;         ///< letters of a Maildir name: D, F, P, R, S, T
  std::uint64_t offset = 0;  ///< in the file, as decompressed
  std::uint64_t length = 0;
  std::uint64_t index = 0;             ///< among the messages of the file
  std::string partial_id;              ///< of a message that was joined from fragments; empty: it was not
  std::vector<std::string> fragments;  ///< their ids: such a message has no place in the file, which is the last one's
  bool lone_in_mbox = false;           ///< behind a separator line, and the only one
};

/// Files that a name stands for: the file itself, or the messages below a folder (Maildir, Maildir++, MH, any tree), in
/// order of their names, numbers by value. Files that hold no message by their place or name (Maildir's tmp, MH's and
/// editors' hidden files) are left out.
[[nodiscard]] std::vector<std::string> expand_input(const std::string& name);

/// Receives messages as they stand.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  virtual void begin_message() = 0;
  virtual void on_octets(std::string_view octets) = 0;
  virtual void end_message(FoundMessage found) = 0;
  /// Whether to go on.
  [[nodiscard]] virtual bool going() const = 0;
};

/// Reads all messages of one file or of standard input. Returns what went wrong, or nothing. Reports damage of a
/// compressed file.
[[nodiscard]] std::string read_messages(const std::string& file, MessageSink& sink, DiagnosticSink& findings);

/// Reads the one message that `found` says, without what stands before it where the file is not compressed.
[[nodiscard]] std::string read_message_at(const FoundMessage& found, MessageSink& sink, DiagnosticSink& findings);

}  // namespace mailparse::tools
