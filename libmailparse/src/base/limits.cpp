#include <array>

#include <mailparse/base/limits.hpp>

namespace mailparse {
namespace {

constexpr auto table = std::to_array<LimitRow>({
    {"line-octets", &Limits::line_octets, "a command or reply line"},
    {"header-field-octets", &Limits::header_field_octets, "one header field"},
    {"header-fields", &Limits::header_fields, "fields of one header"},
    {"header-octets", &Limits::header_octets, "all fields of one header together"},
    {"mime-depth", &Limits::mime_depth, "entities inside each other"},
    {"mime-parts", &Limits::mime_parts, "entities of one message"},
    {"mime-parameters", &Limits::mime_parameters, "parameters of one field"},
    {"comment-depth", &Limits::comment_depth, "comments inside each other"},
    {"pending-commands", &Limits::pending_commands, "commands of one conversation that wait for their replies"},
    {"reply-lines", &Limits::reply_lines, "lines of one reply"},
    {"reply-octets", &Limits::reply_octets, "text kept of one multi-line POP3 reply"},
    {"open-flows", &Limits::open_flows, "TCP connections followed at a time"},
    {"reorder-octets", &Limits::reorder_octets, "octets of one direction that wait for a missing segment"},
    {"reorder-total-octets", &Limits::reorder_total_octets, "octets of all directions that wait for missing segments"},
    {"encapsulation-layers", &Limits::encapsulation_layers, "headers around one TCP segment"},
    {"fragment-octets", &Limits::fragment_octets, "IP fragments that wait for the rest of their datagrams"},
    {"session-exchanges", &Limits::session_exchanges, "exchanges and recipients kept of one conversation"},
    {"session-findings", &Limits::session_findings, "findings kept of one conversation, message or file"},
    {"session-octets", &Limits::session_octets, "octets that one conversation's record may hold"},
    {"undecided-octets", &Limits::undecided_octets, "octets of one conversation whose protocol is not known yet"},
    {"undecided-total-octets", &Limits::undecided_total_octets, "such octets of all conversations together"},
    {"transcript-line-octets", &Limits::transcript_line_octets, "a line of a log"},
    {"transcript-conversations", &Limits::transcript_conversations, "conversations of a log told apart at a time"},
    {"replay-record-octets", &Limits::replay_record_octets, "records of one input of smtp-replay"},
    {"replay-message-octets", &Limits::replay_message_octets, "messages that smtp-replay keeps"},
});
// Limits holds nothing else, so a limit without a row cannot be forgotten.
static_assert(sizeof(Limits) == table.size() * sizeof(std::uint64_t));

}  // namespace

std::span<const LimitRow> list_limits() noexcept {
  return table;
}

}  // namespace mailparse
