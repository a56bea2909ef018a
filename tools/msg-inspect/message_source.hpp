// The messages of an input, one after the other, whatever kind of input it is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/analysis/message_analyzer.hpp>
#include <mailparse/json/message_record.hpp>

namespace mailparse::tools {

/// Files that a name stands for: the file itself, or the messages below a folder (Maildir, Maildir++, MH, any tree),
/// sorted. Files that hold no message by their place or name (Maildir's tmp, MH's and editors' hidden files) are left
/// out.
[[nodiscard]] std::vector<std::string> expand_input(const std::string& name);

/// What happens to each message.
class MessageVisitor {
 public:
  virtual ~MessageVisitor() = default;
  /// A message begins; the sink that its decoded parts go to, or null.
  virtual PartSink* begin_message() = 0;
  virtual void on_octets(std::string_view) {}
  virtual void end_message(AnalyzedMessage&& analyzed, const MessageSource& source) = 0;
  /// Whether to go on.
  [[nodiscard]] virtual bool going() const = 0;
};

/// Reads all messages of one file or of standard input. Returns what went wrong, or nothing.
[[nodiscard]] std::string read_messages(const std::string& file, MessageVisitor& visitor, const Limits& limits);

}  // namespace mailparse::tools
