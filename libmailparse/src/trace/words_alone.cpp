#include "trace/words_alone.hpp"

#include <memory>
#include <utility>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/source/transcript.hpp>

#include "source/quiet_listener.hpp"

namespace mailparse {
namespace {

class Hearer final : public QuietListener {
 public:
  explicit Hearer(std::string& said) noexcept : said_(said) {}

  void on_chunk(const Chunk& chunk) override { append_said(said_, chunk.side, chunk.octets); }

 private:
  std::string& said_;
};

class Hearers final : public ConversationFactory {
 public:
  std::unique_ptr<ConversationListener> open(const ConversationStart&) override {
    return std::make_unique<Hearer>(said);
  }

  std::string said;
};

}  // namespace

void append_said(std::string& said, Side side, std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  said.append(side == Side::client ? "C" : "S").append(line).append("\n");
}

bool reads_back(std::string_view printed, std::string_view said) {
  Hearers hearers;
  Silence nobody;
  TranscriptReader reader(hearers, {.dialect = "unmarked"}, nobody);
  reader.feed(printed);
  reader.finish();
  return hearers.said == said;
}

}  // namespace mailparse
