// strace -s: reads and writes of a process, octets as C literals, cut off at -s with `...` behind the quote.
#include <array>
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark written{0, Side::client};
constexpr Mark was_read{1, Side::server};

struct Call {
  bool writes = false;
  std::string_view descriptor;
  std::string_view literal;  ///< from its opening quote on
};

/// `[pid 123] write(3, "EHLO x\r\n", 8) = 8`.
std::optional<Call> read_call(std::string_view text) {
  if (text.starts_with("[pid")) {
    const auto end = text.find("] ");
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + 2);
  } else if (const auto digits = text.find_first_not_of("0123456789");
             digits != 0 && digits != std::string_view::npos && text[digits] == ' ') {
    text = trim_blanks(text.substr(digits));
  }
  LogLine rest;
  rest.text = text;
  take_time(rest);
  text = rest.text;
  constexpr std::array<std::string_view, 3> writers{"write(", "sendto(", "send("};
  constexpr std::array<std::string_view, 3> readers{"read(", "recvfrom(", "recv("};
  Call call;
  bool known = false;
  for (const auto name : writers) known = known || (call.writes = take(text, name));
  for (const auto name : readers) known = known || take(text, name);
  const auto comma = text.find(", \"");
  if (!known || comma == std::string_view::npos) return std::nullopt;
  call.descriptor = text.substr(0, comma);
  call.literal = text.substr(comma + 2);
  return call;
}

class Strace final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    const auto call = read_call(line.text);
    if (!call) return false;
    room_.clear();
    const auto used = unescape(call->literal.substr(1), '"', room_);
    const auto first = std::string_view(room_).substr(0, room_.find_first_of("\r\n"));
    // A process reads and writes many files; a conversation begins with words of one.
    if (!book.known(call->descriptor) && !is_greeting(first) && verb(first) == Verb::none) return false;
    const auto& mark = call->writes ? written : was_read;
    book.say_octets(call->descriptor, mark, room_);
    const auto rest = call->literal.substr(std::min(call->literal.size(), used.value_or(0) + 1));
    if (rest.starts_with("...")) cut(*call, rest, book);
    return true;
  }

 private:
  /// `"From: a"..., 266) = 266`: the octets that -s left out.
  void cut(const Call& call, std::string_view rest, Book& book) {
    const auto result = rest.rfind("= ");
    if (result == std::string_view::npos) return;
    const auto total = number(rest.substr(result + 2));
    if (!total || *total <= room_.size()) return;
    book.lose(call.descriptor, call.writes ? written : was_read, *total - room_.size());
  }

  std::string room_;
};

}  // namespace

extern const DialectRow strace_dialect;
const DialectRow strace_dialect{
    {"strace", "strace -s 65535 -e trace=network,read,write",
     "read(3, \"220 mx.example.com ESMTP\\r\\n\", 4096) = 26\nwrite(3, \"QUIT\\r\\n\", 6) = 6\n"},
    Marks::own,
    make_dialect<Strace>};

}  // namespace mailparse::transcript
