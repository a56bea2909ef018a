// Observables and HTML: any cut gives the same, offsets lie inside the text, and the fast scanner of words equals one
// that looks at every word.
// Input: one octet that seeds the cuts and chooses text or HTML, the rest is the text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/html_tokenizer.hpp>
#include <mailparse/message/observables.hpp>

#include "cuts.hpp"
#include "message/word_scanner.hpp"
#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

class Log final : public ObservableSink {
 public:
  explicit Log(std::size_t size) : size_(size) {}
  void on_observable(Observable observable) override {
    require(observable.offset && *observable.offset <= size_);
    require(!observable.value.empty() && observable.value.size() <= observable_octets);
    log += std::to_string(static_cast<int>(observable.kind)) + " " + observable.value + " " + observable.text + " " +
           std::to_string(*observable.offset) + "\n";
  }
  std::string log;

 private:
  std::size_t size_;
};

class Words final : public WordSink {
 public:
  void on_match(Observable::Kind kind, std::string_view text, std::uint64_t offset) override {
    log += std::to_string(static_cast<int>(kind)) + " " + std::string(text) + " " + std::to_string(offset) + "\n";
  }
  std::string log;
};

/// Every word cut out and looked at.
std::string plain_words(std::string_view text, WordEnds ends) {
  Words words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && end - at < observable_octets && !ends_word(ends, text[end])) ++end;
    for (const WordMatch& match : find_in_word(text.substr(at, end - at)))
      words.on_match(match.kind, text.substr(at + match.begin, match.length), at + match.begin);
    at = std::max(end, at + (end == at ? 1 : 0));
  }
  return words.log;
}

class Tags final : public HtmlSink {
 public:
  explicit Tags(std::size_t size) : size_(size) {}
  void on_text(HtmlText kind, std::string_view text, std::uint64_t offset) override {
    require(offset <= size_);
    if (static_cast<int>(kind) != last_) log += "\n" + std::to_string(static_cast<int>(kind)) + ":";
    last_ = static_cast<int>(kind);
    log += text;
  }
  void on_tag(const HtmlTag& tag) override {
    require(tag.offset < size_ && tag.attributes.size() <= HtmlTokenizer::tag_attributes);
    last_ = -1;
    log += "\n<" + std::string(tag.name) + (tag.closing ? "/" : "");
    for (const HtmlAttribute& attribute : tag.attributes) log += " " + attribute.name + "=" + attribute.value;
  }
  std::string log;

 private:
  std::size_t size_;
  int last_ = -1;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const TextKind kind = data[0] % 2 == 0 ? TextKind::html : TextKind::plain;

  Log whole(text.size()), cut(text.size());
  ObservableScanner scanner(kind, whole), pieces(kind, cut);
  scanner.feed(text);
  scanner.finish();
  fuzz::for_each_piece(text, data[0], [&](std::string_view piece) { pieces.feed(piece); });
  pieces.finish();
  require(whole.log == cut.log);

  Tags tags(text.size()), cut_tags(text.size());
  HtmlTokenizer tokenizer(tags), cut_tokenizer(cut_tags);
  tokenizer.feed(text);
  tokenizer.finish();
  fuzz::for_each_piece(text, data[0], [&](std::string_view piece) { cut_tokenizer.feed(piece); });
  cut_tokenizer.finish();
  require(tags.log == cut_tags.log);

  for (const WordEnds ends : {WordEnds::prose, WordEnds::code}) {
    Words fast;
    WordScanner words(ends, fast);
    std::uint64_t offset = 0;
    fuzz::for_each_piece(text, data[0], [&](std::string_view piece) {
      words.feed(piece, offset);
      offset += piece.size();
    });
    words.end_word();
    require(fast.log == plain_words(text, ends));
  }
  (void)defang_text(text);
  (void)resolve_url(text, "http://a.example/b/c?d");
  (void)host_of(text);
  return 0;
}
