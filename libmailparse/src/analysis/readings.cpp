#include <algorithm>

#include <mailparse/analysis/readings.hpp>

#include "analysis/reading_rules.hpp"

namespace mailparse {
namespace {

constexpr std::string_view primary = "primary";
/// Findings that call for a reading; a message made of ambiguities is not read a thousand times.
constexpr std::size_t most_readings = 24;

class Comparison {
 public:
  /// Adds what `message` shows under `reading`; whether that differs from the primary reading.
  bool add(const Message& message, std::string_view reading) {
    std::size_t known = 0;
    std::size_t shown = 0;
    for (const MessagePart& part : message.parts) {
      if (part.kind == EntityKind::multipart || part.kind == EntityKind::message || part.decoded_size == 0) continue;
      ++shown;
      known += add(part, reading) ? 1U : 0U;
    }
    std::size_t authors = 0;
    std::size_t known_authors = 0;
    for (const AddressField& from : message.fields.from) {
      for (const Mailbox& author : from.list.mailboxes) {
        ++authors;
        known_authors += add(author.address, reading) ? 1U : 0U;
      }
    }
    if (reading == primary) {
      contents_ = shown;
      authors_ = authors;
      return false;
    }
    return known != shown || shown != contents_ || known_authors != authors || authors != authors_;
  }

  /// Forgets a reading that shows nothing else.
  void drop(std::string_view reading) {
    for (SeenContent& content : readings.contents) std::erase(content.readings, reading);
    for (SeenAuthor& author : readings.authors) std::erase(author.readings, reading);
  }

  Readings readings;

 private:
  /// Whether the primary reading shows it, too.
  bool add(const MessagePart& part, std::string_view reading) {
    const auto same = std::ranges::find_if(readings.contents, [&](const SeenContent& content) {
      return content.sha256 == part.sha256 && content.type == part.type && content.filename == part.filename;
    });
    if (same == readings.contents.end()) {
      readings.contents.push_back({part.type, part.filename, part.sha256, part.decoded_size, {reading}});
      return false;
    }
    if (same->readings.back() != reading) same->readings.push_back(reading);
    return same->readings.front() == primary;
  }

  bool add(std::string_view address, std::string_view reading) {
    const auto same = std::ranges::find(readings.authors, address, &SeenAuthor::address);
    if (same == readings.authors.end()) {
      readings.authors.push_back({std::string(address), {reading}});
      return false;
    }
    if (same->readings.back() != reading) same->readings.push_back(reading);
    return same->readings.front() == primary;
  }

  std::size_t contents_ = 0;  ///< of the primary reading
  std::size_t authors_ = 0;
};

bool same_everywhere(const Readings& readings) noexcept {
  return std::ranges::all_of(readings.authors, [&](const SeenAuthor& author) {
    return author.readings.size() == readings.alternatives.size() + 1;
  });
}

/// Whether the finding makes the message ambiguous as the rule says: a repeated or merely odd value need not.
bool calls_for(const ReadingRule& rule, const Diagnostic& finding) noexcept {
  if (finding.code != rule.because) return false;
  return (finding.code != Code::mime_cte_syntax && finding.code != Code::msg_bare_cr) ||
         finding.severity == Severity::error;
}

}  // namespace

Readings read_otherwise(std::string_view octets, const Message& message, const Limits& limits) {
  Comparison comparison;
  MessageOptions options;
  options.limits = limits;
  options.observables = 0;
  std::size_t tried = 0;
  for (const ReadingRule& rule : list_reading_rules()) {
    const auto finding =
        std::ranges::find_if(message.findings, [&](const Diagnostic& found) { return calls_for(rule, found); });
    if (finding == message.findings.end()) continue;
    if (octets.size() < message.size) {
      comparison.readings.too_long = true;
      break;
    }
    if (tried++ >= most_readings) break;
    const auto rewritten = rewrite(rule, std::string(octets), message, *finding);
    if (!rewritten) continue;
    if (comparison.readings.contents.empty() && comparison.readings.authors.empty()) comparison.add(message, primary);
    if (comparison.add(read_message(*rewritten, options), rule.name)) {
      comparison.readings.alternatives.push_back(&rule);
    } else {
      comparison.drop(rule.name);
    }
  }
  Readings readings = std::move(comparison.readings);
  if (readings.alternatives.empty()) readings.contents.clear();
  if (same_everywhere(readings)) readings.authors.clear();
  return readings;
}

}  // namespace mailparse
