#include <array>

#include <mailparse/trace/trace_listener.hpp>

namespace mailparse {

void TraceListener::on_event(const SessionRecord&, const TraceEvent&) {}

std::unique_ptr<MessageTap> TraceListener::tap_message(const SessionRecord&, const MessageStart&) {
  return nullptr;
}

std::string_view to_string(TraceEvent::Kind kind) noexcept {
  constexpr std::array<std::string_view, 9> names{"open", "command", "reply", "message_start", "message_end",
                                                  "auth", "opaque",  "close", "finding"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace mailparse
