#include "smtp-replay/live_record.hpp"

#include <algorithm>

#include <mailparse/json/session_record.hpp>

#include "smtp-replay/message_octets.hpp"
#include "smtp-replay/record_collector.hpp"

namespace mailparse::tools {
namespace {

class Kept final : public MessageTap {
 public:
  explicit Kept(std::shared_ptr<std::string> octets) : octets_(std::move(octets)) {}
  void on_octets(std::string_view octets) override { *octets_ += octets; }
  void on_gap(std::uint64_t) override {}
  void finish(const SessionRecord&, const MessageFacts&, std::uint64_t, std::uint64_t) override {}

 private:
  std::shared_ptr<std::string> octets_;
};

/// Puts the mark before every line of `octets`.
void say(std::string& transcript, std::string_view mark, std::string_view octets) {
  while (!octets.empty()) {
    const std::size_t end = std::min(octets.find("\r\n"), octets.size());
    transcript += mark;
    transcript += octets.substr(0, end);
    transcript += '\n';
    octets.remove_prefix(std::min(end + 2, octets.size()));
  }
}

void say_reply(std::string& transcript, const ReplyRecord& reply) {
  const RecordedReply said = copy_reply(reply);
  for (std::size_t line = 0; line < std::max<std::size_t>(said.text.size(), 1); ++line) {
    transcript += "S: ";
    transcript += reply_line(said, line);
    transcript += '\n';
  }
}

bool is_list(const Exchange& exchange) {
  return !exchange.reply->status.empty() && exchange.reply->text.size() > 1;
}

}  // namespace

std::unique_ptr<MessageTap> LiveRecord::tap_message(const SessionRecord&, const MessageStart&) {
  return std::make_unique<Kept>(messages_.emplace_back(std::make_shared<std::string>()));
}

void LiveRecord::on_session(const SessionRecord& session) {
  JsonWriter writer(line_);
  write_session(writer, session, target_);
  for (const TransactionRecord& transaction : session.transactions) {
    if (transaction.smuggled && (smuggled_.empty() || *transaction.smuggled == Smuggling::succeeded))
      smuggled_ = to_string(*transaction.smuggled);
  }
  std::size_t next = 0;
  if (session.greeting) say_reply(transcript_, *session.greeting);
  for (const Exchange& exchange : session.exchanges) {
    const bool data = exchange.command && exchange.command->verb == ".";
    if (data && next < messages_.size()) say(transcript_, "C: ", to_data(*messages_[next++]));
    if (exchange.command && !data) transcript_ += "C: " + std::string(exchange.command->text) + "\n";
    if (!exchange.reply) continue;
    say_reply(transcript_, *exchange.reply);
    for (const ReplyRecord& more : exchange.more_replies) say_reply(transcript_, more);
    if (is_list(exchange)) transcript_ += "S: .\n";
    const bool retrieved = exchange.command && (exchange.command->verb == "RETR" || exchange.command->verb == "TOP");
    if (retrieved && exchange.reply->positive() && next < messages_.size())
      say(transcript_, "S: ", to_data(*messages_[next++]));
  }
}

}  // namespace mailparse::tools
