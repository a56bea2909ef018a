// Python's poplib: level 1 shows commands only, level 2 each line of both sides as well.
#include <optional>
#include <string>

#include "source/dialects/dialect.hpp"
#include "source/dialects/undo.hpp"

namespace mailparse::transcript {
namespace {

class Poplib final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    auto text = line.text;
    if (take(text, "*cmd* ")) {
      give_command(book);
      room_.clear();
      if (!first_literal(text, room_)) return false;
      command_ = line;
      command_->text = command_->whole = command_->program = command_->process = {};
      return true;
    }
    const bool put = take(text, "*put* ");
    if (put || take(text, "*get* ")) {
      // Level 2: the command comes again as it was written.
      if (!put) give_command(book);
      command_.reset();
      room_.clear();
      if (!first_literal(text, room_)) return false;
      book.manner({});
      book.at(line);
      if (room_.ends_with('\n')) {
        book.say_octets({}, put ? client_mark : server_mark, room_);
      } else {
        book.say({}, put ? client_mark : server_mark, room_);
      }
      return true;
    }
    return text.starts_with("*resp* ") || text.starts_with("*stat* ") || text.starts_with("*welcome* ");
  }

  void finish(Book& book) override { give_command(book); }

 private:
  void give_command(Book& book) {
    if (!command_) return;
    book.manner({.bodies = Bodies::left_out, .replies_shown = false});
    book.at(*command_);
    book.say({}, client_mark, room_);
    command_.reset();
  }

  std::optional<LogLine> command_;
  std::string room_;
};

}  // namespace

extern const DialectRow poplib_dialect;
const DialectRow poplib_dialect{{"poplib", "Python poplib, set_debuglevel",
                                 "*cmd* 'USER bob'\n*put* b'USER bob'\n*get* b'+OK\\r\\n'\n*resp* b'+OK'\n"},
                                Marks::own,
                                make_dialect<Poplib>};

}  // namespace mailparse::transcript
