#include <algorithm>
#include <array>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/html_tokenizer.hpp>
#include <mailparse/message/observables.hpp>

#include "message/word_scanner.hpp"

namespace mailparse {
namespace {

// Octets kept of what a link shows.
constexpr std::size_t link_text_octets = 200;

/// Attributes whose value is one URL.
constexpr std::array<std::string_view, 12> url_attributes{"action",     "background", "cite",     "data",
                                                          "formaction", "href",       "longdesc", "lowsrc",
                                                          "poster",     "ping",       "src",      "xlink:href"};
/// Elements that stand inside a line: a word goes on behind their tags.
constexpr std::array<std::string_view, 16> inline_elements{
    "abbr", "b", "big", "code", "em", "font", "i", "ins", "mark", "o:p", "small", "span", "strong", "sub", "u", "wbr"};

bool is_one_of(const auto& names, std::string_view name) noexcept {
  return std::ranges::find(names, name) != names.end();
}

/// Told of words whose kind and place are known.
class Report final : public WordSink {
 public:
  explicit Report(ObservableSink& sink) : sink_(&sink) {}

  void on_match(Observable::Kind kind, std::string_view text, std::uint64_t offset) override {
    if (kind == Observable::Kind::url) return url(text, offset);
    tell(kind, text, offset);
  }

  /// A URL, and the IP address that is its host.
  void url(std::string_view value, std::uint64_t offset, std::string text = {}) {
    tell(Observable::Kind::url, value, offset, std::move(text));
    if (const std::string host = host_of(value); is_ip_host(host)) tell(Observable::Kind::ip, host, offset);
  }

 private:
  void tell(Observable::Kind kind, std::string_view value, std::uint64_t offset, std::string text = {}) {
    Observable observable;
    observable.kind = kind;
    observable.value = value.substr(0, observable_octets);
    observable.text = std::move(text);
    observable.offset = offset;
    sink_->on_observable(std::move(observable));
  }

  ObservableSink* sink_;
};

std::string_view trim_white(std::string_view text) noexcept {
  const auto white = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!text.empty() && white(text.front())) text.remove_prefix(1);
  while (!text.empty() && white(text.back())) text.remove_suffix(1);
  return text;
}

/// Appends text with each run of white space made one space.
void append_collapsed(std::string& out, std::string_view text) {
  for (const char c : text) {
    const bool white = static_cast<unsigned char>(c) <= ' ';
    if (!white) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
}

}  // namespace

class ObservableScanner::Machine final : private HtmlSink {
 public:
  Machine(TextKind kind, ObservableSink& sink) : report_(sink) {
    if (kind == TextKind::html) tokenizer_ = std::make_unique<HtmlTokenizer>(static_cast<HtmlSink&>(*this));
  }

  void feed(std::string_view text) {
    if (tokenizer_ != nullptr) return tokenizer_->feed(text);
    prose_.feed(text, offset_);
    offset_ += text.size();
  }

  void finish() {
    if (tokenizer_ != nullptr) tokenizer_->finish();
    end_link();
    prose_.end_word();
    code_.end_word();
  }

 private:
  void on_text(HtmlText kind, std::string_view text, std::uint64_t offset) override {
    if (kind != HtmlText::content) return code_.feed(text, offset);
    code_.end_word();
    prose_.feed(text, offset);
    if (link_ && link_text_.size() < link_text_octets) append_collapsed(link_text_, text);
  }

  void on_tag(const HtmlTag& tag) override {
    code_.end_word();
    if (!is_one_of(inline_elements, tag.name)) prose_.end_word();
    const bool link = tag.name == "a" || tag.name == "area";
    if (link || tag.name == "base") end_link();
    if (tag.closing) return;
    for (const HtmlAttribute& attribute : tag.attributes) {
      if (is_one_of(url_attributes, attribute.name)) {
        reference(attribute, tag.name);
      } else {
        code_.scan(attribute.value, attribute.offset);
      }
    }
  }

  void reference(const HtmlAttribute& attribute, std::string_view element) {
    const std::string_view value = trim_white(attribute.value);
    if (istarts_with(value, "mailto:")) {
      return code_.scan(value.substr(7), attribute.offset);
    }
    std::string url = resolve_url(value, base_);
    if (url.empty()) return;
    if (element == "base") {
      if (base_.empty()) base_ = url.substr(0, observable_octets);
      return;
    }
    if (element == "a" && attribute.name == "href" && !link_) {
      link_ = {std::move(url), attribute.offset};
      return;
    }
    report_.url(url, attribute.offset);
  }

  /// A link is told with what it shows.
  void end_link() {
    if (!link_) return;
    std::string text(trim_white(std::string_view(link_text_).substr(0, link_text_octets)));
    report_.url(link_->url, link_->offset, std::move(text));
    link_.reset();
    link_text_.clear();
  }

  struct Link {
    std::string url;
    std::uint64_t offset = 0;
  };

  Report report_;
  WordScanner prose_{WordEnds::prose, report_};
  WordScanner code_{WordEnds::code, report_};
  std::unique_ptr<HtmlTokenizer> tokenizer_;
  std::uint64_t offset_ = 0;
  std::string base_;
  std::optional<Link> link_;  ///< that is open
  std::string link_text_;
};

ObservableScanner::ObservableScanner(TextKind kind, ObservableSink& sink)
    : machine_(std::make_unique<Machine>(kind, sink)) {}
ObservableScanner::~ObservableScanner() = default;
ObservableScanner::ObservableScanner(ObservableScanner&&) noexcept = default;
ObservableScanner& ObservableScanner::operator=(ObservableScanner&&) noexcept = default;
void ObservableScanner::feed(std::string_view text) {
  machine_->feed(text);
}
void ObservableScanner::finish() {
  machine_->finish();
}

}  // namespace mailparse
