// aiosmtpd -d: `>>` what the client sent, `<<` the server's lines, both as literals behind the peer's address.
#include <string>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

class Aiosmtpd final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (text == "---------- MESSAGE FOLLOWS ----------") return printing_ = true;
    if (text == "------------ END MESSAGE ------------") return !(printing_ = false);
    if (const auto at = text.find("DATA readline: "); at != std::string_view::npos) {
      room_.clear();
      if (known_ && first_literal(text.substr(at + 15), room_)) book.say_octets(peer_, client_mark, room_);
      return known_;
    }
    if (printing_) return true;
    const auto open = text.find("('");
    const auto close = open == std::string_view::npos ? open : text.find(") ", open);
    if (close == std::string_view::npos) return text.find("mail.log:") != std::string_view::npos;
    const auto key = text.substr(open, close + 1 - open);
    text.remove_prefix(close + 2);
    const bool client = take(text, ">> ");
    if (client || take(text, "<< ")) {
      room_.clear();
      if (!first_literal(text, room_)) return false;
      remember(key);
      // Below level 3 nothing is told of what the server says.
      if (!spoken_) book.manner({.bodies = client ? Bodies::left_out : Bodies::shown, .replies_shown = !client});
      spoken_ = true;
      while (room_.ends_with('\n') || room_.ends_with('\r')) room_.pop_back();
      book.say(key, client ? client_mark : server_mark, room_);
      return true;
    }
    if (text.starts_with("handling connection")) {
      book.begin(key);
      address(key, book);
    } else if (text.starts_with("connection lost") || text.starts_with("Connection lost")) {
      book.end(key, StreamEnd::closed);
    }
    return true;
  }

 private:
  void remember(std::string_view key) {
    peer_ = key;
    known_ = true;
  }

  /// `('192.0.2.7', 33090)`.
  static void address(std::string_view key, Book& book) {
    const auto end = key.find('\'', 2);
    const auto comma = key.find(", ");
    if (end == std::string_view::npos || comma == std::string_view::npos) return;
    const auto port = number(key.substr(comma + 2, key.size() - comma - 3));
    if (port && *port <= 65535)
      book.endpoint(key, client_mark, {std::string(key.substr(2, end - 2)), static_cast<std::uint16_t>(*port)});
  }

  std::string room_;
  std::string peer_;
  bool known_ = false;
  bool spoken_ = false;
  bool printing_ = false;
};

}  // namespace

extern const DialectRow aiosmtpd_dialect;
const DialectRow aiosmtpd_dialect{
    {"aiosmtpd", "aiosmtpd -d -d, -d -d -d",
     "DEBUG:mail.log:('192.0.2.7', 33090) << b'220 mx.example.com'\nINFO:mail.log:('192.0.2.7', 33090) >> b'EHLO "
     "client.example.test'\n"},
    Marks::own,
    make_dialect<Aiosmtpd>};

}  // namespace mailparse::transcript
