#include "session/imap_reader.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <mailparse/base/octets.hpp>

namespace mailparse {

std::optional<ImapAnnouncement> find_imap_announcement(std::string_view line, std::uint64_t offset) noexcept {
  if (!line.ends_with('}')) return std::nullopt;
  const std::size_t brace = line.rfind('{');
  if (brace == std::string_view::npos) return std::nullopt;
  std::string_view digits = line.substr(brace + 1, line.size() - brace - 2);
  ImapAnnouncement found;
  if (digits.ends_with('+') || digits.ends_with('-')) {
    // "-" is no part of RFC 7888's grammar; some clients write it after LITERAL- and wait for nothing either.
    found.literal.synchronising = false;
    digits.remove_suffix(1);
  }
  if (digits.empty() || !std::ranges::all_of(digits, [](char octet) { return is(OctetClass::digit, octet); })) {
    return std::nullopt;
  }
  constexpr std::uint64_t largest = (std::uint64_t{1} << 63) - 1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), found.literal.size);
  found.too_large = error != std::errc{} || found.literal.size > largest;
  found.literal.announced_at = offset + brace;
  found.literal.announced_length = line.size() - brace;
  return found;
}

ImapUnit ImapReader::so_far() const noexcept {
  return {.text = text_,
          .offset = offset_,
          .length = next_ - offset_,
          .first = first_,
          .last = last_,
          .bare_lf = bare_lf_,
          .truncated = truncated_,
          .ended = true};
}

void ImapReader::read_unit(Chunk& chunk) {
  if (!begun_ && !literal_ && lines_.pending() == 0) lines_.restart(chunk.offset);
  do {
    if (literal_) {
      read_literal(chunk);
      continue;
    }
    if (chunk.octets.empty()) return;
    if (!begun_) {
      begun_ = true;
      first_line_ = true;
      offset_ = chunk.offset;
      first_ = chunk.stamp;
    }
    const std::size_t before = chunk.octets.size();
    const auto line = lines_.next(chunk.octets);
    chunk.offset += before - chunk.octets.size();
    next_ = chunk.offset;
    last_ = chunk.stamp;
    if (line) take_line(*line, chunk.stamp);
  } while (begun_ && !chunk.octets.empty());
}

void ImapReader::take_line(const TextLine& line, const Stamp& stamp) {
  append(line.text);
  if (line.end == LineEnd::none) return;  // a piece of a line beyond the limit: the rest follows
  if (line.end == LineEnd::lf) bare_lf_ = true;
  const auto announced = find_imap_announcement(line.text, line.offset);
  if (!announced || (std::exchange(first_line_, false) && !sink_.may_announce(line.text))) return end_unit(true);
  if (announced->too_large) {
    sink_.on_literal_too_large(announced->literal);
    return end_unit(true);
  }
  literal_ = announced->literal;
  literal_->offset = next_;
  literal_left_ = literal_->size;
  literal_wanted_ = sink_.on_literal(*literal_, so_far());
  if (!literal_wanted_ && literal_->size <= kept_literal) append("\r\n");
  if (literal_left_ == 0) end_literal(ImapLiteralEnd::whole, next_, stamp);
}

void ImapReader::read_literal(Chunk& chunk) {
  const std::string_view octets = chunk.octets.substr(0, std::min<std::uint64_t>(literal_left_, chunk.octets.size()));
  if (literal_wanted_) {
    if (!octets.empty()) sink_.on_literal_octets(octets, chunk.offset, chunk.stamp);
  } else if (literal_->size <= kept_literal) {
    append(octets);
  }
  chunk.octets.remove_prefix(octets.size());
  chunk.offset += octets.size();
  next_ = chunk.offset;
  last_ = chunk.stamp;
  literal_left_ -= octets.size();
  if (literal_left_ == 0) end_literal(ImapLiteralEnd::whole, chunk.offset, chunk.stamp);
}

void ImapReader::gap(const Gap& gap) {
  const std::uint64_t behind = gap.offset + gap.length;
  if (literal_ && gap.length <= literal_left_) {
    if (literal_wanted_) sink_.on_literal_gap(gap.length, gap.stamp);
    literal_left_ -= gap.length;
    next_ = behind;
    if (literal_left_ == 0) end_literal(ImapLiteralEnd::whole, behind, gap.stamp);
    return;
  }
  finish(gap.stamp);
  lines_.restart(behind);
  next_ = behind;
}

void ImapReader::finish(const Stamp& stamp) {
  if (literal_) {
    end_literal(ImapLiteralEnd::cut, next_, stamp);
    return end_unit(false);
  }
  if (const auto rest = lines_.finish()) append(rest->text);
  if (begun_) end_unit(false);
}

void ImapReader::cancel_literal() {
  literal_.reset();
  lines_.restart(next_);
  end_unit(true);
}

void ImapReader::elide_literal(const Stamp& stamp) {
  if (literal_) end_literal(ImapLiteralEnd::elided, next_, stamp);
}

void ImapReader::append(std::string_view text) {
  const std::size_t room = limit_ - std::min<std::uint64_t>(limit_, text_.size());
  if (text.size() > room) truncated_ = true;
  text_.append(text.substr(0, room));
}

void ImapReader::end_literal(ImapLiteralEnd end, std::uint64_t offset, const Stamp& stamp) {
  const ImapLiteral literal = *literal_;
  literal_.reset();
  lines_.restart(offset);
  sink_.on_literal_end(literal, literal_wanted_, end, std::exchange(literal_left_, 0), offset, stamp);
}

void ImapReader::end_unit(bool ended) {
  ImapUnit unit = so_far();
  unit.ended = ended;
  begun_ = false;
  sink_.on_unit(unit);
  text_.clear();
  bare_lf_ = false;
  truncated_ = false;
}

}  // namespace mailparse
