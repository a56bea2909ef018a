#include "smtp-replay/record_collector.hpp"

#include <utility>

namespace mailparse::tools {
namespace {

RecordedPlace place_of(const StreamPlace& place) noexcept {
  return {place.at, place.frame};
}

}  // namespace

RecordedReply copy_reply(const ReplyRecord& reply) {
  RecordedReply copied{reply.code.value_or(0), reply.enhanced, {}, std::string(reply.status)};
  copied.text.assign(reply.text.begin(), reply.text.end());
  return copied;
}

namespace {

RecordedExchange copy(const Exchange& exchange) {
  RecordedExchange copied;
  copied.verb = exchange.command->verb;
  copied.text = exchange.command->text;
  copied.observed = exchange.command->observed;
  copied.place = place_of(exchange.command->place);
  copied.offset = exchange.command->place.offset;
  copied.latency = exchange.latency;
  if (!exchange.reply) return copied;
  copied.replied = place_of(exchange.reply->place);
  copied.replies.push_back(copy_reply(*exchange.reply));
  for (const ReplyRecord& more : exchange.more_replies) copied.replies.push_back(copy_reply(more));
  return copied;
}

}  // namespace

class RecordCollector::Tap final : public MessageTap {
 public:
  Tap(RecordCollector& owner, std::shared_ptr<Kept> kept) : owner_(owner), kept_(std::move(kept)) {}

  void on_octets(std::string_view octets) override {
    kept_->size += octets.size();
    if (owner_.kept_octets_ + octets.size() > owner_.options_.most_message_octets) {
      lacking_ = true;
      return;
    }
    owner_.kept_octets_ += octets.size();
    kept_->octets += octets;
  }
  void on_gap(std::uint64_t length) override {
    lacking_ = true;
    kept_->size += length;
  }
  void finish(const SessionRecord&, const MessageFacts& facts, std::uint64_t, std::uint64_t) override {
    kept_->sha256 = facts.sha256;
    kept_->whole = facts.complete && !lacking_;
  }

 private:
  RecordCollector& owner_;
  std::shared_ptr<Kept> kept_;
  bool lacking_ = false;
};

std::unique_ptr<MessageTap> RecordCollector::tap_message(const SessionRecord& session, const MessageStart&) {
  if (!options_.choice.takes(session.id)) return nullptr;
  auto kept = std::make_shared<Kept>();
  open_[session.id].push_back(kept);
  return std::make_unique<Tap>(*this, std::move(kept));
}

void RecordCollector::note_segment(const std::string& id, std::uint64_t offset) {
  constexpr std::size_t most = 100'000;
  if (!options_.choice.takes(id)) return;
  auto& segments = segments_[id];
  if (segments.size() < most) segments.push_back(offset);
}

void RecordCollector::on_session(const SessionRecord& session) {
  auto kept = open_.extract(session.id);
  auto segments = segments_.extract(session.id);
  const bool playable = session.protocol == Protocol::smtp || session.protocol == Protocol::lmtp ||
                        session.protocol == Protocol::pop3 || session.protocol == Protocol::imap;
  if (!playable || !options_.choice.takes(session.id)) return;
  RecordedSession recorded;
  recorded.id = session.id;
  recorded.file = file_;
  recorded.protocol = session.protocol;
  recorded.opaque = session.ending == Ending::tls;
  recorded.secrets_shown = options_.secrets_shown;
  if (segments) recorded.client_segments = std::move(segments.mapped());
  if (session.greeting) recorded.greeting = copy_reply(*session.greeting);
  for (const Exchange& exchange : session.exchanges) {
    if (exchange.command) recorded.exchanges.push_back(copy(exchange));
  }
  if (kept) {
    for (const auto& message : kept.mapped()) {
      RecordedMessage& added = recorded.messages.emplace_back();
      added.size = message->size;
      added.sha256 = message->sha256;
      if (message->whole) added.octets = std::move(message->octets);
    }
  }
  if (recorded.protocol == Protocol::imap) join_untagged(recorded);
  sessions_.push_back(std::move(recorded));
}

}  // namespace mailparse::tools
