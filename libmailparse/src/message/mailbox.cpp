#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/mailbox.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

// A separator line holds an address and a date; a line longer than this is text.
constexpr std::size_t separator_limit = 1024;
// Octets of the line behind it that show whether it is a field.
constexpr std::size_t field_look = 256;
// Octets that show whether a line is a quoted From_ line.
constexpr std::size_t quoted_look = 64;
constexpr std::string_view from = "From ";
constexpr char quoted = '>';

/// hh:mm somewhere, and a year of four digits: what every date of a separator line has, whatever its order.
bool has_date(std::string_view text) noexcept {
  bool clock = false, year = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':' && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() && is_digit(text[i + 1])) clock = true;
    const bool start = is_digit(text[i]) && (i == 0 || !is_digit(text[i - 1]));
    if (!start) continue;
    std::size_t digits = 0;
    while (i + digits < text.size() && is_digit(text[i + digits])) ++digits;
    if (digits == 4 && (text[i] == '1' || text[i] == '2')) year = true;
  }
  return clock && year;
}

/// A header field, or the line that Outlook and mbox files of old put before one.
bool starts_with_field(std::string_view text) noexcept {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  if (text.starts_with(">From ")) return true;
  return std::ranges::all_of(text.substr(0, colon), [](char c) { return is(OctetClass::ftext, c); });
}

/// "From " with one word that can name a sender: an address, "-", or nothing.
bool names_sender(std::string_view line) noexcept {
  const std::string_view rest = trim_blanks(line.substr(5));
  if (rest.empty() || rest == "-") return true;
  return rest.find_first_of(" \t") == std::string_view::npos && rest.contains('@');
}

}  // namespace

std::string_view to_string(MboxVariant variant) noexcept {
  switch (variant) {
    case MboxVariant::mboxo:
      return "mboxo";
    case MboxVariant::mboxrd:
      return "mboxrd";
    case MboxVariant::mboxcl:
      return "mboxcl";
    case MboxVariant::mboxcl2:
      return "mboxcl2";
  }
  return {};
}

std::string_view to_string(MboxReason reason) noexcept {
  switch (reason) {
    case MboxReason::file_start:
      return "file-start";
    case MboxReason::blank_line_and_date:
      return "blank-line-and-date";
    case MboxReason::date:
      return "date";
    case MboxReason::blank_line_and_field:
      return "blank-line-and-field";
    case MboxReason::content_length:
      return "content-length";
    case MboxReason::not_at_content_end:
      return "not-at-content-end";
    case MboxReason::no_date:
      return "no-date";
  }
  return {};
}

bool is_mbox_separator(std::string_view line) noexcept {
  if (!line.starts_with(from) || line.size() > separator_limit) return false;
  const std::string_view rest = trim_blanks(line.substr(5));
  return !rest.starts_with(':') && has_date(rest);
}

bool looks_like_mbox(std::string_view start) noexcept {
  start = without_byte_order_mark(start);
  if (!start.starts_with(from)) return false;
  const std::size_t end = start.find('\n');
  if (end == std::string_view::npos || end > separator_limit) return false;
  const std::string_view line = without_line_ends(start.substr(0, end));
  if (trim_blanks(line.substr(5)).starts_with(':')) return false;
  return is_mbox_separator(line) || starts_with_field(start.substr(end + 1, field_look));
}

class MboxReader::Machine {
 public:
  explicit Machine(MboxSink& sink) : sink_(&sink) {}

  void feed(std::string_view octets) {
    if (!begun_ && !pass_byte_order_mark(octets)) return;
    while (!octets.empty()) octets.remove_prefix(held_.empty() ? step(octets) : gather(octets));
  }

  void finish() {
    if (!std::exchange(begun_, true)) feed(byte_order_mark.substr(0, mark_met_));
    while (!held_.empty()) decide(std::exchange(held_, {}));
    flush_line_end();
    if (open_) sink_->on_message_end(offset_);
    open_ = false;
  }

  [[nodiscard]] MboxVariant variant() const noexcept {
    if (lengths_right_ > 0) return quoted_ > 0 ? MboxVariant::mboxcl : MboxVariant::mboxcl2;
    return double_quoted_ > 0 ? MboxVariant::mboxrd : MboxVariant::mboxo;
  }

 private:
  /// What editors put in front of the first line is of no message. False: more octets are needed to tell.
  bool pass_byte_order_mark(std::string_view& octets) {
    while (mark_met_ < byte_order_mark.size() && !octets.empty() && octets.front() == byte_order_mark[mark_met_]) {
      ++mark_met_;
      octets.remove_prefix(1);
    }
    if (octets.empty() && mark_met_ < byte_order_mark.size()) return false;
    begun_ = true;
    if (mark_met_ == byte_order_mark.size()) {
      offset_ = mark_met_;
    } else {
      feed(byte_order_mark.substr(0, std::exchange(mark_met_, 0)));
    }
    return true;
  }

  // --- text
  // -----------------------------------------------------------------------------------------------------------

  std::size_t step(std::string_view octets) {
    if (header_) return header_lines(octets);
    const std::size_t size = find_line(octets, from[0], quoted, line_begins_);
    text(octets.substr(0, size));
    line_begins_ = size < octets.size() || octets.back() == '\n';
    return size + gather(octets.substr(size));
  }

  /// The header of a message is read line by line, for its Content-Length and its end, and handed on in one piece.
  std::size_t header_lines(std::string_view octets) {
    std::size_t size = 0;
    while (header_ && size < octets.size()) size += header_line(octets.substr(size));
    text(octets.substr(0, size));
    if (header_) return size;
    body_ = offset_ + line_end_.size();
    line_begins_ = true;
    return size;
  }

  std::size_t header_line(std::string_view octets) {
    const std::size_t at = find_octet(octets, '\n');
    const std::size_t size = std::min(at + 1, octets.size());
    std::string_view line = octets.substr(0, size);
    if (!line_.empty() || at == octets.size()) {  // a line that comes in pieces
      line_.append(line.substr(0, separator_limit - std::min(separator_limit, line_.size())));
      if (at == octets.size()) return size;
      line = line_;
    }
    const std::string_view content = without_line_ends(line.substr(0, separator_limit));
    header_ = !content.empty();
    if (istarts_with(content, "content-length:")) read_content_length(trim_blanks(content.substr(15)));
    line_.clear();
    return size;
  }

  void read_content_length(std::string_view digits) noexcept {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc() && end == digits.data() + digits.size()) content_length_ = value;
  }

  /// Octets of the open message; an empty line at their back waits for what follows.
  void text(std::string_view octets) {
    if (octets.empty()) return;
    std::string joined;
    if (!line_end_.empty() && octets.size() < 4) {
      joined = std::exchange(line_end_, {}).append(octets);
      octets = joined;
    }
    flush_line_end();
    const std::size_t back = blank_line_at_back(octets);
    give(octets.substr(0, octets.size() - back));
    line_end_ = octets.substr(octets.size() - back);
  }

  /// Length of the end of an empty line, with what may become one: "\n" of "\n\n", "\r\n" of "\n\r\n", and parts of it.
  static std::size_t blank_line_at_back(std::string_view octets) noexcept {
    std::size_t size = 0;
    while (size < 4 && size < octets.size()) {
      const char c = octets[octets.size() - 1 - size];
      if (c != '\n' && c != '\r') break;
      ++size;
    }
    return size;
  }

  void flush_line_end() {
    const std::string held = std::exchange(line_end_, {});
    give(held);
  }

  void give(std::string_view octets) {
    if (octets.empty()) return;
    offset_ += octets.size();
    if (open_) sink_->on_message_octets(octets);
  }

  // --- lines that begin with From_
  // ------------------------------------------------------------------------------------

  /// Collects a line that may be a separator and the beginning of the next one.
  std::size_t gather(std::string_view octets) {
    for (std::size_t taken = 0; taken < octets.size();) {
      const std::size_t more = undecided(octets.substr(taken));
      held_ += octets.substr(taken, more);
      taken += more;
      if (enough()) {
        const std::string held = std::exchange(held_, {});
        decide(held);
        return taken;
      }
    }
    return octets.size();
  }

  /// Octets at the front of `rest`, one at least, of which only the last can make what is held enough.
  [[nodiscard]] std::size_t undecided(std::string_view rest) const noexcept {
    if (held_.size() <= from.size()) return 1;
    if (held_line_ == 0) {
      const std::size_t limit = held_[0] == quoted ? quoted_look : separator_limit;
      return line_of(rest.substr(0, limit - held_.size()));
    }
    const std::string_view near = rest.substr(0, field_look - (held_.size() - held_line_));
    return std::min(find_either(near, '\n', ':') + 1, near.size());
  }

  [[nodiscard]] bool enough() noexcept {
    if (held_[0] == quoted) return held_.back() == '\n' || held_.size() >= quoted_look;
    if (held_.size() <= from.size() && !from.starts_with(held_)) return true;
    if (held_.size() <= from.size()) return false;
    if (held_line_ == 0) {
      if (held_.back() != '\n') return held_.size() >= separator_limit;
      held_line_ = held_.size();
      return false;
    }
    const std::size_t next = held_.size() - held_line_;
    return held_.back() == '\n' || held_.back() == ':' || next >= field_look;
  }

  /// Size of the line at the front of `octets`, or of as much of it as there is.
  static std::size_t line_of(std::string_view octets) noexcept {
    return std::min(find_octet(octets, '\n') + 1, octets.size());
  }

  /// What was held is a separator or text. Text may hold one more line to look at, never more: this does not nest
  /// deeply.
  void decide(const std::string& held) {
    const std::size_t line = std::exchange(held_line_, 0);
    if (held[0] == quoted) {
      const std::size_t marks = held.find_first_not_of('>');
      if (marks != std::string::npos && std::string_view(held).substr(marks).starts_with(from))
        ++(marks > 1 ? double_quoted_ : quoted_);
      return as_text(held);
    }
    if (!held.starts_with(from)) return as_text(held);
    const std::size_t length = line > 0 ? line : held.size();
    const MboxLine met{offset_ + line_end_.size(), length,
                       reason_of(std::string_view(held).substr(0, length), std::string_view(held).substr(length))};
    sink_->on_from_line(met);
    if (!separates(met.reason)) return as_text(held);
    if (met.reason != MboxReason::file_start && content_end() == met.offset) ++lengths_right_;
    separate(met, held);
  }

  [[nodiscard]] std::optional<std::uint64_t> content_end() const noexcept {
    if (!content_length_ || header_ || !open_) return std::nullopt;
    return body_ + *content_length_;
  }

  MboxReason reason_of(std::string_view raw, std::string_view next) const noexcept {
    const std::string_view line = without_line_ends(raw);
    const std::uint64_t at = offset_ + line_end_.size();
    const bool blank = line_end_.ends_with("\n\n") || line_end_.ends_with("\n\r\n");
    const bool date = is_mbox_separator(line), field = starts_with_field(next);
    if (at == mark_met_) return date || field ? MboxReason::file_start : MboxReason::no_date;
    // The empty line before the separator is or is not counted by those who write Content-Length.
    if (const auto end = content_end(); end && lengths_right_ > 0 && at + 2 < *end)
      return MboxReason::not_at_content_end;
    if (const auto end = content_end(); end && date && (*end == at || *end + 1 == at || *end + 2 == at))
      return MboxReason::content_length;
    if (blank && date) return MboxReason::blank_line_and_date;
    if (date && field) return MboxReason::date;
    if (blank && field && names_sender(line)) return MboxReason::blank_line_and_field;
    return MboxReason::no_date;
  }

  void as_text(std::string_view held) {
    // The mark itself is text; the rest may hold marks of its own.
    text(held.substr(0, 1));
    line_begins_ = false;
    feed(held.substr(1));
  }

  void separate(const MboxLine& met, const std::string& held) {
    // The empty line before a separator belongs to the separator.
    if (open_) {
      const std::size_t blank = line_end_.ends_with("\n\r\n") ? 2 : line_end_.ends_with("\n\n") ? 1 : 0;
      give(std::string(line_end_.substr(0, line_end_.size() - blank)));
      sink_->on_message_end(offset_);
    }
    line_end_.clear();
    offset_ = met.offset + met.length;
    open_ = true;
    header_ = true;
    content_length_.reset();
    line_.clear();
    sink_->on_message_begin(offset_, without_line_ends(std::string_view(held).substr(0, met.length)));
    feed(std::string_view(held).substr(met.length));
  }

  MboxSink* sink_;
  std::string held_;      ///< a line that may be a separator, and the beginning of the next
  std::string line_end_;  ///< octets not handed on: an empty line, if a separator follows
  std::string line_;      ///< of a header
  std::size_t held_line_ = 0;
  bool begun_ = false;        ///< it is known whether a byte order mark is in front
  std::size_t mark_met_ = 0;  ///< octets of it
  std::uint64_t offset_ = 0;  ///< of the next octet to hand on
  std::uint64_t body_ = 0;
  std::optional<std::uint64_t> content_length_;
  std::uint64_t lengths_right_ = 0;
  std::uint64_t quoted_ = 0;
  std::uint64_t double_quoted_ = 0;
  bool open_ = false;
  bool header_ = false;
  bool line_begins_ = true;  ///< with the next octet of a body
};

MboxReader::MboxReader(MboxSink& sink) : machine_(std::make_unique<Machine>(sink)) {}
MboxReader::~MboxReader() = default;
MboxReader::MboxReader(MboxReader&&) noexcept = default;
MboxReader& MboxReader::operator=(MboxReader&&) noexcept = default;
void MboxReader::feed(std::string_view octets) {
  machine_->feed(octets);
}
void MboxReader::finish() {
  machine_->finish();
}
MboxVariant MboxReader::variant() const noexcept {
  return machine_->variant();
}

}  // namespace mailparse
