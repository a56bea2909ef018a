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
  const auto origin = start.origin.value_or(0);
  const bool known = found != messages_.end();
  if (known && origin >= found->size && !found->ahead.contains(origin)) {
    current_ = index;
  } else {
    if (known) give_up(index);
    if (known && origin != 0) return;
    if (messages_.size() == most_messages) give_up(0);
    MessageStart whole = start;
    whole.partial = false;
    messages_.push_back(
        {.mailbox = std::string(start.mailbox),
         .id = std::string(start.id),
         .collector = std::make_unique<MessageCollector>(whole, listener.tap_message(session, whole), limits_)});
    current_ = messages_.size() - 1;
  }
  origin_ = origin;
  asked_ = start.asked;
  total_ = start.total;
  came_ = 0;
  ++messages_[*current_].pieces;
}

void PartialFetches::push(std::string_view octets) {
  if (!current_) return;
  Message& message = messages_[*current_];
  came_ += octets.size();
  if (origin_ == message.size) return message.collector->push(octets);
  message.ahead_octets += octets.size();
  if (message.ahead_octets > limits_.reorder_octets) return give_up(*std::exchange(current_, std::nullopt));
  message.ahead[origin_] += octets;
}

/// Joins the pieces whose turn it is.
void PartialFetches::catch_up(Message& message) {
  while (!message.ahead.empty() && message.ahead.begin()->first == message.size) {
    const auto piece = message.ahead.extract(message.ahead.begin());
    message.collector->push(piece.mapped());
    message.size += piece.mapped().size();
    message.ahead_octets -= piece.mapped().size();
  }
}

void PartialFetches::gap() noexcept {
  if (current_) give_up(*std::exchange(current_, std::nullopt));
}

std::optional<PartialFetches::Joined> PartialFetches::end(MessageEnd end) {
  if (!current_) return std::nullopt;
  const std::size_t index = *std::exchange(current_, std::nullopt);
  Message& message = messages_[index];
  const auto behind = origin_ + came_;
  if (came_ < asked_ || (asked_ > 0 && total_ && behind == *total_)) message.whole = behind;
  if (origin_ == message.size) message.size = behind;
  catch_up(message);
  const bool overlaps = !message.ahead.empty() && message.ahead.begin()->first < message.size;
  const bool came_whole = (end == MessageEnd::literal || end == MessageEnd::quoted) && !overlaps;
  if (came_whole && message.size != message.whole) return std::nullopt;
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
