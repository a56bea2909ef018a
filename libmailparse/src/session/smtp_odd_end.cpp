#include "session/smtp_odd_end.hpp"

namespace mailparse {
namespace {

constexpr std::string_view strict = "\r\n.\r\n";

Silence none;

/// A server that shuts down says so at any time, whatever it was asked. RFC 5321 3.8
bool tells(std::uint16_t code) noexcept {
  return code != 421 && code != 221;
}

}  // namespace

void OddEndEvidence::begin(LineBreak before) {
  strict_ends_.clear();
  lines_ = 0;
  matched_ = before == LineBreak::crlf || before == LineBreak::start ? 2 : 0;
}

void OddEndEvidence::client(std::string_view octets, std::uint64_t offset) {
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const char octet = octets[i];
    if (octet == '\n') ++lines_;
    matched_ = octet == strict[matched_] ? matched_ + 1 : octet == '\r' ? 1 : 0;
    if (matched_ < strict.size()) continue;
    strict_ends_.push_back({.next = offset + i + 1, .lines = lines_});
    matched_ = 2;
  }
}

void OddEndEvidence::client_read_to(std::uint64_t offset) {
  while (!strict_ends_.empty() && strict_ends_.front().next <= offset) strict_ends_.pop_front();
}

void OddEndEvidence::begin_replies(const SmtpReplyReader& reader) {
  replies_.emplace(reader, none);
  codes_.clear();
  telling_ = 0;
}

void OddEndEvidence::server(std::string_view octets, const Stamp& stamp) {
  while (const SmtpReply* reply = replies_->next(octets, stamp)) {
    codes_.push_back(reply->code);
    if (tells(reply->code)) ++telling_;
  }
}

void OddEndEvidence::reply_read() {
  if (codes_.empty()) return;
  if (tells(codes_.front())) --telling_;
  codes_.pop_front();
}

std::optional<std::uint16_t> OddEndEvidence::first_code() const noexcept {
  if (codes_.empty()) return std::nullopt;
  return codes_.front();
}

std::optional<std::uint16_t> OddEndEvidence::code(std::uint64_t place) const noexcept {
  if (place >= codes_.size()) return std::nullopt;
  return codes_[static_cast<std::size_t>(place)];
}

std::optional<std::uint64_t> OddEndEvidence::strict_end() const noexcept {
  if (strict_ends_.empty()) return std::nullopt;
  return strict_ends_.front().next;
}

std::uint64_t OddEndEvidence::lines_behind_strict_end() const noexcept {
  return strict_ends_.empty() ? 0 : lines_ - strict_ends_.front().lines;
}

OddEndEvidence::Reading OddEndEvidence::reading(std::uint64_t replies_to_data) const noexcept {
  if (codes_.empty()) return Reading::undecided;
  if (!is_final(codes_.front())) return Reading::content;
  if (strict_ends_.empty()) return Reading::commands;
  return telling_ > replies_to_data + lines_behind_strict_end() ? Reading::commands : Reading::undecided;
}

bool OddEndEvidence::strict_so_far(std::uint64_t replies_to_data) const noexcept {
  const std::uint64_t lines = lines_behind_strict_end();
  return lines > 0 && codes_.size() == replies_to_data + lines;
}

}  // namespace mailparse
