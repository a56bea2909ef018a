// The transcript in Postfix's notices: ` Out: ` and ` In:  `. In a notice of its server "In" is the client, in one of
// its client "In" is the server. Long lines are folded at a blank, the rest stands four blanks in.
#include <string>

#include <mailparse/base/octets.hpp>

#include "source/dialects/dialect.hpp"

namespace mailparse::transcript {
namespace {

constexpr Mark out_mark{0, Side::server};
constexpr Mark in_mark{1, Side::client};

class PostfixNotice final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (text.find("Transcript of session follows") != std::string_view::npos) {
      give(book);
      book.begin({});
      return true;
    }
    text = trim_front(text);
    const bool out = take(text, "Out: ");
    if (out || take(text, "In: ")) {
      give(book);
      if (text.starts_with(' ')) text.remove_prefix(1);
      mark_ = out ? &out_mark : &in_mark;
      held_ = text;
      from_ = line;
      from_.text = from_.whole = from_.program = from_.process = {};
      return true;
    }
    if (mark_ != nullptr && line.text.starts_with("    ") && !text.empty()) {
      if (held_.size() < longest) held_.append(" ").append(text);
      return true;
    }
    give(book);
    return false;
  }

  void finish(Book& book) override { give(book); }

 private:
  static constexpr std::size_t longest = 64 * 1024;

  static std::string_view trim_front(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    return text;
  }

  void give(Book& book) {
    if (mark_ == nullptr) return;
    book.manner({.bodies = Bodies::left_out});
    book.at(from_);
    book.say({}, *mark_, held_);
    mark_ = nullptr;
  }

  const Mark* mark_ = nullptr;
  std::string held_;
  LogLine from_;
};

}  // namespace

extern const DialectRow postfix_notice_dialect;
const DialectRow postfix_notice_dialect{
    {"postfix-notice", "Postfix's notices to the postmaster",
     "Transcript of session follows.\n\n Out: 220 mx.example.com ESMTP\n In:  EHLO client.example.test\n"},
    Marks::own,
    make_dialect<PostfixNotice>};

}  // namespace mailparse::transcript
