#include <algorithm>
#include <utility>

#include <mailparse/analysis/message_analyzer.hpp>

#include "analysis/author_checks.hpp"
#include "analysis/hop_checks.hpp"

namespace mailparse {

/// What is at work while the message passes.
struct MessageAnalyzer::Work {
  explicit Work(const MessageOptions& options) : reader(options) {}

  MessageReader reader;
};

MessageAnalyzer::MessageAnalyzer(const MessageOptions& options) : work_(std::make_unique<Work>(options)) {}
MessageAnalyzer::~MessageAnalyzer() = default;
MessageAnalyzer::MessageAnalyzer(MessageAnalyzer&&) noexcept = default;
MessageAnalyzer& MessageAnalyzer::operator=(MessageAnalyzer&&) noexcept = default;

void MessageAnalyzer::feed(std::string_view octets) {
  work_->reader.feed(octets);
}

AnalyzedMessage MessageAnalyzer::finish(const MessageContext& context) {
  AnalyzedMessage analyzed{work_->reader.finish()};
  const Message& message = analyzed.message;
  DiagnosticList findings;
  check_author_against_others(message, context, findings);
  check_hops(message, findings);

  std::vector<Diagnostic> found = findings.take();
  if (found.empty()) return analyzed;
  std::vector<Diagnostic>& all = analyzed.message.findings;
  all.insert(all.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  std::ranges::stable_sort(all, {}, &Diagnostic::offset);
  return analyzed;
}

AnalyzedMessage analyze_message(std::string_view octets, const MessageOptions& options, const MessageContext& context) {
  MessageAnalyzer analyzer(options);
  analyzer.feed(octets);
  return analyzer.finish(context);
}

}  // namespace mailparse
