#include "smtp-replay/recorded_session.hpp"

#include <fmt/format.h>

namespace mailparse::tools {

bool positive(const RecordedReply& reply) noexcept {
  return reply.code / 100 == 2 || reply.status == "+OK";
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

}  // namespace mailparse::tools
