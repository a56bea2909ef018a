// curl --trace-ascii and --trace: a heading that says who sent how many octets, then a dump of them.
#include <charconv>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark sent{0, Side::client};
constexpr Mark received{1, Side::server};

/// `0022: `: 34.
std::optional<std::uint64_t> take_offset(std::string_view& text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon < 4 || colon > 8 || text.size() < colon + 2 || text[colon + 1] != ' ')
    return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + colon, value, 16);
  if (error != std::errc{} || end != text.data() + colon) return std::nullopt;
  text.remove_prefix(colon + 2);
  return value;
}

class CurlTrace final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    take_time(line);
    auto text = line.text;
    if (take(text, "== Info:")) {
      give(book);
      text = trim_blanks(text);
      if (text.starts_with("Connected to ") && book.known({})) book.begin({});
      tell_of_message(text, book);
      return true;
    }
    const bool out = take(text, "=> Send ");
    if (out || take(text, "<= Recv ")) {
      give(book);
      return open_block(out, text, line);
    }
    if (mark_ == nullptr && !skipping_) return false;
    // Dumps are told by whole.text: a time is never in front of them.
    auto dump = whole.text;
    const auto offset = take_offset(dump);
    if (!offset) return false;
    if (mark_ != nullptr) add(*offset, dump);
    return true;
  }

  void finish(Book& book) override { give(book); }

 private:
  /// Messages that are fetched go to where curl writes them, not into the trace.
  static void tell_of_message(std::string_view text, Book& book) {
    const auto due = book.octets_due({}, Side::server);
    if (text.starts_with("Found ") && text.ends_with(" bytes to download") && due > 0) {
      book.elide({}, Side::server, Elision::body, due);
    } else if (text.starts_with("Connection #") && book.in_listing({})) {
      book.elide({}, Side::server, Elision::body);
    }
  }

  bool open_block(bool out, std::string_view heading, const LogLine& line) {
    const auto comma = heading.find(", ");
    if (comma == std::string_view::npos) return false;
    const auto size = number(heading.substr(comma + 2, heading.find(' ', comma + 2) - comma - 2));
    if (!size) return false;
    const auto what = heading.substr(0, comma);
    skipping_ = what == "SSL data";
    mark_ = skipping_ ? nullptr : out ? &sent : &received;
    size_ = *size;
    octets_.clear();
    heading_ = line;
    heading_.text = heading_.whole = heading_.program = heading_.process = {};
    return true;
  }

  /// One line of the dump. In the readable form CRLF is left out, which the next offset shows.
  void add(std::uint64_t offset, std::string_view dump) {
    if (offset == octets_.size() + 2) octets_.append("\r\n");
    const auto wanted = size_ > octets_.size() ? size_ - octets_.size() : 0;
    std::string octets;
    const auto count = undo_hex(dump, octets);
    if (count > 0 && count == std::min<std::uint64_t>(16, wanted)) {
      octets_.append(octets);
    } else {
      octets_.append(dump.substr(0, wanted));
    }
  }

  void give(Book& book) {
    const auto* mark = std::exchange(mark_, nullptr);
    skipping_ = false;
    if (mark == nullptr) return;
    if (size_ == octets_.size() + 2) octets_.append("\r\n");
    book.at(heading_);
    book.say_octets({}, *mark, octets_);
    octets_.clear();
  }

  const Mark* mark_ = nullptr;
  bool skipping_ = false;
  std::uint64_t size_ = 0;
  std::string octets_;
  LogLine heading_;
};

}  // namespace

extern const DialectRow curl_trace_dialect;
const DialectRow curl_trace_dialect{
    {"curl-trace", "curl --trace-ascii, --trace, with --trace-time or not",
     "<= Recv header, 26 bytes (0x1a)\n0000: 220 mx.example.com ESMTP\n=> Send header, 6 bytes (0x6)\n0000: QUIT\n"},
    Marks::own,
    make_dialect<CurlTrace>};

}  // namespace mailparse::transcript
