// MXToolbox's SMTP test: the bare dialogue, the time of each reply in brackets behind its last line.
#include "source/dialects/dialect.hpp"
#include "source/dialects/unmarked.hpp"

namespace mailparse::transcript {
namespace {

/// ` [343 ms]` at the end.
bool take_latency(std::string_view& text) {
  if (!text.ends_with(" ms]")) return false;
  const auto open = text.rfind(" [");
  if (open == std::string_view::npos || !number(text.substr(open + 2, text.size() - open - 6))) return false;
  text = text.substr(0, open);
  return true;
}

class MxToolbox final : public Dialect {
 public:
  bool read(const LogLine& whole, Book& book) override {
    LogLine line = whole;
    if (take_latency(line.text)) seen_ = true;
    if (line.text.starts_with("Connecting to ") || line.text.starts_with("LookupServer ")) return true;
    return seen_ && dialogue_.read(line, book);
  }
  void finish(Book& book) override { dialogue_.finish(book); }

 private:
  UnmarkedDialogue dialogue_;
  bool seen_ = false;
};

}  // namespace

extern const DialectRow mxtoolbox_dialect;
const DialectRow mxtoolbox_dialect{
    {"mxtoolbox", "MXToolbox, SMTP diagnostics",
     "220 mx.example.com ESMTP [562 ms]\nEHLO client.example.test\n250 mx.example.com [343 ms]\n"},
    Marks::own,
    make_dialect<MxToolbox>};

}  // namespace mailparse::transcript
