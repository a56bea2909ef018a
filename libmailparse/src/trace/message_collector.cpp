#include "trace/message_collector.hpp"

#include <utility>

namespace mailparse {

MessageCollector::MessageCollector(const MessageStart& start, std::unique_ptr<MessageTap> tap, const Limits& limits)
    : tap_(std::move(tap)), header_(limits), partial_(start.partial) {}

void MessageCollector::push(std::string_view octets) {
  digest_.update(octets);
  header_.push(octets);
  size_ += octets.size();
  if (tap_) tap_->on_octets(octets);
}

void MessageCollector::gap(std::uint64_t length) {
  missing_ += length;
  if (tap_) tap_->on_gap(length);
}

MessageFacts MessageCollector::finish(MessageEnd end) {
  MessageFacts facts;
  facts.size = size_;
  facts.sha256 = digest_.finish_hex();
  facts.id.append("m-").append(facts.sha256, 0, 16);
  facts.end = end;
  facts.partial = partial_;
  facts.missing = missing_;
  facts.complete = missing_ == 0 && !partial_ && end != MessageEnd::cut && end != MessageEnd::elided;
  header_.finish(facts);
  return facts;
}

}  // namespace mailparse
