// hMailServer's log: quoted columns parted by TABs, the last one "SENT: ..." or "RECEIVED: ..."; `[nl]` joins lines.
#include <string>
#include <vector>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark server_out{0, Side::server};
constexpr Mark server_in{1, Side::client};
constexpr Mark client_out{2, Side::client};
constexpr Mark client_in{3, Side::server};

class HMailServer final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    const auto row = whole.whole.starts_with('"') ? whole.whole : whole.text;
    if (!row.starts_with('"')) return false;
    split_quoted(row, '\t', fields_, room_);
    if (fields_.size() < 5) return false;
    const auto kind = fields_[0];
    const bool known = kind.starts_with("SMTP") || kind.starts_with("POP3") || kind.starts_with("IMAP");
    if (!known) return kind == "TCPIP" || kind == "DEBUG" || kind == "APPLICATION" || kind == "ERROR";
    LogLine line = whole;
    line.time = read_time(fields_[3], {}).time;
    book.at(line);
    auto text = fields_.back();
    const bool out = take(text, "SENT: ");
    if (!out && !take(text, "RECEIVED: ")) return true;
    key_.assign(kind).append(" ").append(fields_[2]);
    // SMTPC and POP3C are its clients.
    const bool client = kind.ends_with('C');
    const auto& mark = client ? (out ? client_out : client_in) : (out ? server_out : server_in);
    book.manner({.bodies = Bodies::left_out, .single_lines = true});
    if (!book.known(key_) && fields_.size() > 5) {
      const auto& theirs = client ? client_in : server_in;
      book.endpoint(key_, theirs, {std::string(fields_[4]), 0});
    }
    say(mark, text, book);
    return true;
  }

 private:
  void say(const Mark& mark, std::string_view text, Book& book) {
    constexpr std::string_view joint = "[nl]";
    while (true) {
      const auto end = text.find(joint);
      const auto one = text.substr(0, end);
      if (one.ends_with("***")) {
        book.say_secret(key_, mark, one.substr(0, one.size() - 3));
      } else if (end != std::string_view::npos || !one.empty()) {
        book.say(key_, mark, one);
      }
      if (end == std::string_view::npos) return;
      text.remove_prefix(end + joint.size());
    }
  }

  std::vector<std::string_view> fields_;
  std::string room_;
  std::string key_;
};

}  // namespace

extern const DialectRow hmailserver_dialect;
const DialectRow hmailserver_dialect{
    {"hmailserver", "hMailServer's SMTP, POP3 and IMAP logs",
     "\"SMTPD\"\t2460\t14\t\"2026-11-21 21:14:02.123\"\t\"192.0.2.7\"\t\"SENT: 220 mx.example.com ESMTP\"\n"},
    Marks::own,
    make_dialect<HMailServer>};

}  // namespace mailparse::transcript
