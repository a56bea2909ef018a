#include "trace/partial_fetches.hpp"

#include <algorithm>
#include <utility>

namespace mailparse {
namespace {

constexpr std::size_t most_messages = 8;

}  // namespace

void PartialFetches::start(const MessageStart& start, const SessionRecord& session, TraceListener& listener) {
  current_.reset();
  const auto same = [&](const Message& message) { return message.mailbox == start.mailbox && message.id == start.id; };
  const auto found = std::ranges::find_if(messages_, same);
  const auto index = static_cast<std::size_t>(found - messages_.begin());
  if (found != messages_.end() && found->size == start.origin) {
    current_ = index;
  } else {
    if (found != messages_.end()) give_up(index);
    if (start.origin != 0) return;
    if (messages_.size() == most_messages) give_up(0);
    MessageStart whole = start;
    whole.partial = false;
    messages_.push_back({std::string(start.mailbox), std::string(start.id),
                         std::make_unique<MessageCollector>(whole, listener.tap_message(session, whole), limits_)});
    current_ = messages_.size() - 1;
  }
  asked_ = start.asked;
  came_ = 0;
  ++messages_[*current_].pieces;
}

void PartialFetches::push(std::string_view octets) {
  if (!current_) return;
  messages_[*current_].collector->push(octets);
  came_ += octets.size();
}

void PartialFetches::gap() noexcept {
  if (current_) give_up(*std::exchange(current_, std::nullopt));
}

std::optional<PartialFetches::Joined> PartialFetches::end(MessageEnd end) {
  if (!current_) return std::nullopt;
  const std::size_t index = *std::exchange(current_, std::nullopt);
  Message& message = messages_[index];
  message.size += came_;
  const bool last = came_ < asked_;
  const bool came_whole = end == MessageEnd::literal || end == MessageEnd::quoted;
  if (came_whole && !last) return std::nullopt;
  std::optional<Joined> joined;
  if (came_whole && message.pieces > 1) {
    joined.emplace();
    joined->facts = message.collector->finish(end);
    joined->tap = message.collector->take_tap();
    joined->pieces = message.pieces;
  }
  give_up(index);
  return joined;
}

}  // namespace mailparse
