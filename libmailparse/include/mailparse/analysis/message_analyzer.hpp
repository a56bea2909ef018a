// A message read and judged: what its reader says of it, and what only several facts together show.
// Layer: analysis. RFC 5322 3.6, RFC 5321 4.4, RFC 7489 3.1.
//
// A reader of one layer reports what its own octets show. What needs two of them (the envelope and the header, one
// Received field and the next, a link and its text, several ways to read one message) is found here, and stands among
// the message's findings like the rest. Each kind of judgement is a file of its own under src/analysis.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/analysis/readings.hpp>
#include <mailparse/analysis/sender_policy.hpp>
#include <mailparse/analysis/signatures.hpp>
#include <mailparse/message/message.hpp>
#include <mailparse/trace/session_record.hpp>

namespace mailparse {

/// What is known of a message besides its own octets. Pointers may be null and live during the call.
struct MessageContext {
  const SessionRecord* session = nullptr;          ///< the conversation that moved it
  const TransactionRecord* transaction = nullptr;  ///< its envelope
  DnsSources dns;                                  ///< keys of its signatures, policies of its sender
  bool partial = false;  ///< a part of the message was asked for, its header alone: what is absent is no fault
  bool complete = true;  ///< all octets of the message were fed; otherwise signatures of its body stay unchecked
};

/// A message, and what its analysis says.
struct AnalyzedMessage {
  Message message;  ///< its findings are those of the reader and of the analysis, ascending by offset
  std::vector<SignatureRecord> signatures;  ///< in the order of their fields
  std::optional<ArcRecord> arc;             ///< where the message has ARC fields
  std::optional<SpfRecord> spf;             ///< where the client, the sender and a record of his are known
  std::optional<DmarcRecord> dmarc;         ///< where a record of the author's domain is known
  Readings readings;                        ///< empty where every reader sees the same
};

/// Reads one message as MessageReader does, and judges it.
class MessageAnalyzer {
 public:
  explicit MessageAnalyzer(const MessageOptions& options = {});
  ~MessageAnalyzer();
  MessageAnalyzer(MessageAnalyzer&&) noexcept;
  MessageAnalyzer& operator=(MessageAnalyzer&&) noexcept;

  /// Octets of the message as they stand, in any cut.
  void feed(std::string_view octets);
  /// The message is over. To be called once.
  [[nodiscard]] AnalyzedMessage finish(const MessageContext& context = {});

 private:
  struct Work;
  std::unique_ptr<Work> work_;
};

/// Judges a message that lies in memory; nothing in the result points into `octets`.
[[nodiscard]] AnalyzedMessage analyze_message(std::string_view octets, const MessageOptions& options = {},
                                              const MessageContext& context = {});

}  // namespace mailparse
