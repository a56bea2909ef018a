#include "smtp-replay/recorded_session.hpp"

#include <fmt/format.h>

namespace mailparse::tools {

bool positive(const RecordedReply& reply) noexcept {
  return reply.code / 100 == 2 || reply.status == "+OK" || reply.status == "OK" || reply.status == "PREAUTH";
}

bool goes_on(const RecordedReply& reply) noexcept {
  return positive(reply) || reply.code / 100 == 3 || reply.status == "+";
}

std::string code_text(const RecordedReply& reply) {
  if (!reply.status.empty()) return reply.status;
  if (!reply.enhanced) return fmt::format("{}", reply.code);
  return fmt::format("{} {}.{}.{}", reply.code, reply.enhanced->status_class, reply.enhanced->subject,
                     reply.enhanced->detail);
}

std::string reply_line(const RecordedReply& reply, std::size_t line) {
  const std::string_view text = line < reply.text.size() ? std::string_view(reply.text[line]) : std::string_view{};
  if (!reply.status.empty()) {
    if (line > 0) return std::string(text);
    return fmt::format("{}{}{}", reply.status, text.empty() ? "" : " ", text);
  }
  const bool last = line + 1 >= reply.text.size();
  return fmt::format("{}{}{}", reply.code, last ? ' ' : '-', text);
}

std::string untagged_line(const RecordedReply& reply) {
  return fmt::format("{}{}{}", reply.status, reply.status.empty() ? "" : " ", fmt::join(reply.text, "\n"));
}

void join_untagged(RecordedSession& session) {
  for (RecordedExchange& exchange : session.exchanges) {
    auto& replies = exchange.replies;
    if (replies.empty()) continue;
    if (replies.front().text.empty()) replies.front().text.emplace_back();
    for (std::size_t at = 1; at < replies.size(); ++at) {
      if (replies[at].status != "+") replies.front().text.push_back(untagged_line(replies[at]));
    }
    replies.resize(1);
  }
}

}  // namespace mailparse::tools
