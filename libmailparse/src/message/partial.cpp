#include <algorithm>
#include <charconv>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/partial.hpp>

namespace mailparse {
namespace {

// RFC 2046 5.2.2 sets no limit; a number beyond this one is no fragment of a mail.
constexpr std::uint32_t fragments_allowed = 10'000;

std::optional<std::uint32_t> number_in(const MessagePart& part, std::string_view name) {
  const auto found = std::ranges::find(part.params, name, &MimeParameter::name);
  if (found == part.params.end()) return std::nullopt;
  const std::string_view text = trim_blanks(found->value);
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size();
  return good && value >= 1 && value <= fragments_allowed ? std::optional(value) : std::nullopt;
}

/// RFC 2046 5.2.2.1: the fields that the whole has from the enclosed header, not from the enclosing one.
bool is_of_enclosed(std::string_view name) noexcept {
  return istarts_with(name, "Content-") || iequals(name, "Subject") || iequals(name, "Message-ID") ||
         iequals(name, "Encrypted") || iequals(name, "MIME-Version");
}

void append_fields(std::string& to, const Header& header, bool of_enclosed) {
  for (const HeaderField& field : header.fields()) {
    if (is_of_enclosed(field.name) == of_enclosed) to += field.raw;
  }
}

}  // namespace

std::optional<PartialPlace> partial_place(const Message& message) {
  if (message.parts.empty() || message.parts.front().type != "message/partial") return std::nullopt;
  const MessagePart& part = message.parts.front();
  const auto id = std::ranges::find(part.params, "id", &MimeParameter::name);
  const auto number = number_in(part, "number");
  if (id == part.params.end() || id->value.empty() || !number) return std::nullopt;
  return PartialPlace{id->value, *number, number_in(part, "total")};
}

std::optional<JoinedMessage> PartialJoiner::add(const Message& fragment, std::string_view octets) {
  const auto place = partial_place(fragment);
  if (!place || octets.size() > room_ || octets.size() != fragment.size) return std::nullopt;
  const MessagePart& part = fragment.parts.front();
  std::string_view body =
      octets.substr(static_cast<std::size_t>(std::min<std::uint64_t>(part.body_offset, octets.size())),
                    static_cast<std::size_t>(part.body_length));
  Pieces& pieces = messages_[place->id];
  if (place->total) pieces.total = place->total;
  Fragment kept;
  kept.id = fragment.id;
  if (place->number == 1) {
    Silence silence;
    const Header enclosed = read_header(body, silence);
    append_fields(kept.header, fragment.header, false);
    append_fields(kept.header, enclosed, true);
    body.remove_prefix(static_cast<std::size_t>(enclosed.length() - enclosed.separator_length()));
    // A body that no empty line separates from its header must not become a part of the header that it gets here.
    if (enclosed.separator_length() == 0 && !body.empty()) kept.header += kept.header.ends_with("\r\n") ? "\r\n" : "\n";
  }
  kept.body = body;
  if (pieces.fragments.emplace(place->number, std::move(kept)).second) {
    room_ -= octets.size();
    pieces.octets += octets.size();
  }
  if (!pieces.total || pieces.fragments.size() < *pieces.total) return std::nullopt;
  if (pieces.fragments.rbegin()->first != *pieces.total) return std::nullopt;  // numbers beyond the total
  JoinedMessage whole;
  whole.id = place->id;
  whole.octets = pieces.fragments.begin()->second.header;
  for (const auto& [number, piece] : pieces.fragments) {
    whole.octets += piece.body;
    whole.fragments.push_back(piece.id);
  }
  room_ += pieces.octets;
  messages_.erase(place->id);
  return whole;
}

std::vector<IncompleteMessage> PartialJoiner::incomplete() const {
  std::vector<IncompleteMessage> waiting;
  for (const auto& [id, pieces] : messages_) {
    IncompleteMessage& one = waiting.emplace_back(IncompleteMessage{id, {}, pieces.total});
    for (const auto& [number, fragment] : pieces.fragments) one.numbers.push_back(number);
  }
  return waiting;
}

}  // namespace mailparse
