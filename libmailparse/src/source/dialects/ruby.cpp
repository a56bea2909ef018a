// Ruby's Net::SMTP and Net::POP with set_debug_output: `->` is what was read, several literals may share a line.
#include <string>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark received{0, Side::server};
constexpr Mark sent{1, Side::client};

class Ruby final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (text.starts_with("Connection opened: ") || text.starts_with("opening connection to ")) {
      book.begin({});
      return true;
    }
    if (text.starts_with("writing message from ") || text == "reading message...") return true;
    if (text.starts_with("read message (")) {
      book.elide({}, Side::server, Elision::body);
      return true;
    }
    if (take(text, "wrote ")) {
      const auto size = number(text.substr(0, text.find(' ')));
      if (size && text.ends_with(" bytes")) book.elide({}, Side::client, Elision::body, size);
      return size.has_value();
    }
    bool any = false;
    while (true) {
      const bool in = take(text, "-> \"");
      if (!in && !take(text, "<- \"")) return any;
      room_.clear();
      const auto used = unescape(text, '"', room_);
      text.remove_prefix(used.value_or(text.size()));
      (in ? from_server_ : from_client_).add(book, {}, in ? received : sent, room_);
      any = true;
      while (text.starts_with(' ')) text.remove_prefix(1);
    }
  }

  void finish(Book& book) override {
    from_server_.flush(book, {}, received);
    from_client_.flush(book, {}, sent);
  }

 private:
  LineJoiner from_server_;
  LineJoiner from_client_;
  std::string room_;
};

}  // namespace

extern const DialectRow ruby_dialect;
const DialectRow ruby_dialect{{"ruby", "Ruby Net::SMTP, Net::POP with set_debug_output",
                               "-> \"220 mx.example.com ESMTP\\r\\n\"\n<- \"EHLO client.example.test\\r\\n\"\n"},
                              Marks::own,
                              make_dialect<Ruby>};

}  // namespace mailparse::transcript
