// s-nail -vv: `>>> SERVER: ` is the server, `>>> ` the client.
#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

class SNail final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    take(text, "s-nail: ");
    take(text, "mailx: ");
    if (text.starts_with("Connecting to ")) {
      book.begin({});
      return true;
    }
    if (!take_mark(text, ">>>")) return text.size() != line.text.size();
    book.manner({.bodies = Bodies::unstuffed});
    if (take(text, "SERVER: ")) {
      heard_ = true;
      book.say({}, server_mark, text);
      return true;
    }
    if (!heard_) return false;
    book.say({}, client_mark, text);
    return true;
  }

 private:
  bool heard_ = false;
};

}  // namespace

extern const DialectRow s_nail_dialect;
const DialectRow s_nail_dialect{
    {"s-nail", "s-nail -vv", "s-nail: >>> SERVER: 220 mx.example.com ESMTP\ns-nail: >>> HELO client.example.test\n"},
    Marks::own,
    make_dialect<SNail>};

}  // namespace mailparse::transcript
