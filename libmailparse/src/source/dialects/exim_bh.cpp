// exim -bh and -bs: replies bare, `>>>` is the trace of access control and no side, typed commands as on a terminal.
#include "source/dialects/dialect.hpp"
#include "source/dialects/unmarked.hpp"

namespace mailparse::transcript {
namespace {

class EximBh final : public Dialect {
 public:
  bool read(const LogLine& line, Book& book) override {
    const auto text = line.text;
    if (text.starts_with("**** SMTP testing session") || text.starts_with(">>> host in ")) return seen_ = true;
    if (!seen_) return false;
    if (text.starts_with("**** ") || text.starts_with(">>> ") || text.starts_with("LOG: ")) return true;
    return dialogue_.read(line, book);
  }
  void finish(Book& book) override { dialogue_.finish(book); }

 private:
  UnmarkedDialogue dialogue_;
  bool seen_ = false;
};

}  // namespace

extern const DialectRow exim_bh_dialect;
const DialectRow exim_bh_dialect{{"exim-bh", "exim -bh",
                                  "**** SMTP testing session as if from host 192.0.2.7\n220 mx.example.com ESMTP "
                                  "Exim\n>>> host in helo_lookup_domains? no\n"},
                                 Marks::own,
                                 make_dialect<EximBh>};

}  // namespace mailparse::transcript
