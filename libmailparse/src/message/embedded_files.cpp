#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/embedded_files.hpp>
#include <mailparse/scan/find.hpp>

namespace mailparse {
namespace {

// yEnc lines have some 130 to 1,000 octets and twice that when everything is escaped; uuencode lines have 62.
constexpr std::size_t line_limit = 4096;
// Lines that are no data may stand inside a uuencoded file (a gateway's blank line); more of them end it.
constexpr std::uint64_t bad_lines_allowed = 3;

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xEDB88320U ^ (c >> 1) : c >> 1;
    table[i] = c;
  }
  return table;
}();

template <class Integer>
std::optional<Integer> number(std::string_view text, int base) noexcept {
  Integer value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end != text.data() ? std::optional(value) : std::nullopt;
}

/// The value of ` key=...` on a yEnc control line; `name` runs to the end of the line.
std::optional<std::string_view> yenc_value(std::string_view line, std::string_view key) noexcept {
  const std::string wanted = " " + std::string(key) + "=";
  const std::size_t at = line.find(wanted);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = line.substr(at + wanted.size());
  return key == "name" ? rest : rest.substr(0, rest.find(' '));
}

/// The name on `begin MODE NAME`; nothing when the line is none.
std::optional<std::string_view> uu_begin(std::string_view line) noexcept {
  if (!line.starts_with("begin ")) return std::nullopt;
  line.remove_prefix(6);
  std::size_t digits = 0;
  while (digits < line.size() && line[digits] >= '0' && line[digits] <= '7') ++digits;
  if (digits < 3 || digits > 4 || digits + 1 >= line.size() || line[digits] != ' ') return std::nullopt;
  const std::string_view name = trim_blanks(line.substr(digits));
  if (name.empty()) return std::nullopt;
  return name;
}

/// One data line of uuencode; nothing when it is none. The length octet says how many octets it holds.
std::optional<std::string> uu_line(std::string_view line) {
  if (line.empty() || line[0] < ' ' || line[0] > '`') return std::nullopt;
  const std::size_t octets = static_cast<std::size_t>(line[0] - ' ') & 0x3F;
  const std::size_t letters = (octets + 2) / 3 * 4;
  std::string_view data = line.substr(1);
  // Trailing blanks, which stand for zero, may have been cut off; some encoders add a checksum letter or two.
  if (octets == 0 || data.size() > letters + 2) return std::nullopt;
  if (data.size() + 4 < letters && letters > 8) return std::nullopt;
  for (const char c : data) {
    if (c < ' ' || c > '`') return std::nullopt;
  }
  std::string out;
  out.reserve(octets + 2);
  const auto six = [&](std::size_t i) { return i < data.size() ? static_cast<unsigned>(data[i] - ' ') & 0x3F : 0U; };
  for (std::size_t i = 0; i < letters; i += 4) {
    const unsigned group = six(i) << 18 | six(i + 1) << 12 | six(i + 2) << 6 | six(i + 3);
    out += static_cast<char>(group >> 16 & 0xFF);
    out += static_cast<char>(group >> 8 & 0xFF);
    out += static_cast<char>(group & 0xFF);
  }
  out.resize(octets);
  return out;
}

}  // namespace

class EmbeddedFileScanner::Machine {
 public:
  explicit Machine(EmbeddedFileSink& sink) : sink_(&sink) {}

  void feed(std::string_view text) {
    while (!text.empty()) text.remove_prefix(passing_ ? pass(text) : take_line(text));
  }

  void finish() {
    if (!line_.empty()) {
      const std::string line = std::exchange(line_, {});
      on_line(line, std::exchange(skipped_, 0));
    }
    if (open_) end(offset_);
  }

 private:
  /// Passes text in which no line begins as a begin line does.
  std::size_t pass(std::string_view text) {
    const std::size_t size = find_line(text, 'b', '=', line_begins_);
    offset_ += size;
    passing_ = size == text.size();
    line_begins_ = text.back() == '\n';
    return size;
  }

  /// One line, or as much of it as there is.
  std::size_t take_line(std::string_view text) {
    const std::size_t at = find_octet(text, '\n');
    const std::size_t size = std::min(at + 1, text.size());
    const bool whole = at < text.size();
    if (line_.empty() && whole) {
      on_line(text.substr(0, size));
    } else {
      if (line_.size() < line_limit) line_.append(text.substr(0, std::min(size, line_limit - line_.size())));
      skipped_ += size;
      if (whole) {
        const std::string line = std::exchange(line_, {});
        on_line(line, std::exchange(skipped_, 0));
      }
    }
    passing_ = whole && !open_;
    line_begins_ = passing_;
    return size;
  }

  void on_line(std::string_view raw) { on_line(raw, raw.size()); }

  void on_line(std::string_view raw, std::uint64_t size) {
    const std::uint64_t begin = offset_;
    offset_ += size;
    const std::string_view line = without_line_ends(raw);
    if (size > line_limit) {
      if (open_) file_.damaged = true;
      return;
    }
    if (!open_) return look_for_begin(line, begin);
    file_.kind == EmbeddedKind::uuencode ? on_uu_line(line) : on_yenc_line(line);
  }

  void look_for_begin(std::string_view line, std::uint64_t begin) {
    if (const auto name = uu_begin(line)) return start(EmbeddedKind::uuencode, *name, begin);
    if (!line.starts_with("=ybegin ")) return;
    const auto name = yenc_value(line, "name");
    if (!name || !yenc_value(line, "size")) return;
    start(EmbeddedKind::yenc, trim_blanks(*name), begin);
    crc_ = 0xFFFFFFFFU;
  }

  void start(EmbeddedKind kind, std::string_view name, std::uint64_t begin) {
    file_ = EmbeddedFile{};
    file_.kind = kind;
    file_.name = name;
    file_.offset = begin;
    open_ = true;
    bad_lines_ = 0;
    sink_->on_file_begin(file_);
  }

  void on_uu_line(std::string_view line) {
    if (line == "end") {
      file_.complete = file_.lines > 0;
      return end(offset_);
    }
    if (line == "`" || trim_blanks(line).empty()) return;  // zero octets: the end line follows
    if (const auto octets = uu_line(line)) {
      ++file_.lines;
      return give(*octets);
    }
    file_.damaged = true;
    if (++bad_lines_ > bad_lines_allowed) end(offset_);
  }

  void on_yenc_line(std::string_view line) {
    if (line.starts_with("=ypart ")) return;
    if (line.starts_with("=yend")) {
      file_.complete = file_.lines > 0;
      const auto size = yenc_value(line, "size");
      if (size && number<std::uint64_t>(*size, 10) != file_.size) file_.damaged = true;
      auto crc = yenc_value(line, "pcrc32");
      if (!crc) crc = yenc_value(line, "crc32");
      if (crc && number<std::uint32_t>(*crc, 16) != (crc_ ^ 0xFFFFFFFFU)) file_.damaged = true;
      return end(offset_);
    }
    std::string octets;
    octets.reserve(line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
      unsigned value = static_cast<unsigned char>(line[i]);
      if (line[i] == '=' && i + 1 < line.size()) value = static_cast<unsigned char>(line[++i]) - 64U;
      octets += static_cast<char>((value - 42U) & 0xFF);
    }
    // A line that begins with a dot may have got a second one in transport.
    if (line.starts_with("..")) octets.erase(0, 1);
    ++file_.lines;
    for (const char c : octets) crc_ = crc_table[(crc_ ^ static_cast<unsigned char>(c)) & 0xFF] ^ (crc_ >> 8);
    give(octets);
  }

  void give(std::string_view octets) {
    file_.size += octets.size();
    sink_->on_file_octets(octets);
  }

  void end(std::uint64_t at) {
    open_ = false;
    file_.end = at;
    sink_->on_file_end(file_);
  }

  EmbeddedFileSink* sink_;
  EmbeddedFile file_;
  bool passing_ = true;      ///< text that is none and no line that may begin one
  bool line_begins_ = true;  ///< with the next octet, while passing
  std::string line_;
  std::uint64_t offset_ = 0;   ///< of the next line
  std::uint64_t skipped_ = 0;  ///< octets of the unfinished line
  std::uint64_t bad_lines_ = 0;
  std::uint32_t crc_ = 0;
  bool open_ = false;
};

EmbeddedFileScanner::EmbeddedFileScanner(EmbeddedFileSink& sink) : machine_(std::make_unique<Machine>(sink)) {}
EmbeddedFileScanner::~EmbeddedFileScanner() = default;
EmbeddedFileScanner::EmbeddedFileScanner(EmbeddedFileScanner&&) noexcept = default;
EmbeddedFileScanner& EmbeddedFileScanner::operator=(EmbeddedFileScanner&&) noexcept = default;
void EmbeddedFileScanner::feed(std::string_view text) {
  machine_->feed(text);
}
void EmbeddedFileScanner::finish() {
  machine_->finish();
}

}  // namespace mailparse
