#include <algorithm>
#include <string>

#include <mailparse/message/encoded_word.hpp>
#include <mailparse/message/message_id.hpp>

#include "message/lexical.hpp"
#include "message/nested_comments.hpp"

namespace mailparse {
namespace {

using lexical::is_white;

/// Walks over a value and stops at each bracket.
class BracketReader {
 public:
  BracketReader(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits)
      : field_(field), text_(field.text), arena_(arena), sink_(sink), limits_(limits) {}

  std::vector<BracketedText> read() {
    while (!stop_ && at_ < text_.size()) {
      switch (text_[at_]) {
        case '<':
          take_bracket();
          break;
        case '(':
          take_comment();
          break;
        case '"':
          take_quoted();
          break;
        default:
          if (!is_white(text_[at_]) && text_[at_] != ',') add_to_phrase(at_, at_ + 1);
          ++at_;
      }
    }
    return std::move(found_);
  }

 private:
  void add_to_phrase(std::size_t begin, std::size_t end) noexcept {
    if (phrase_begin_ == phrase_end_) phrase_begin_ = begin;
    phrase_end_ = end;
  }

  void take_bracket() {
    const std::size_t begin = at_;
    std::size_t end = begin + 1;
    while (end < text_.size() && text_[end] != '>' && text_[end] != '<') ++end;
    const bool closed = end < text_.size() && text_[end] == '>';
    BracketedText item;
    item.place = {field_.offset + begin, end + (closed ? 1 : 0) - begin};
    item.text = content(begin, end, closed);
    if (const std::size_t quote = item.text.find('"'); quote != item.text.npos) check_quote(item, quote);
    const std::string_view phrase = lexical::trim(text_.substr(phrase_begin_, phrase_end_ - phrase_begin_));
    if (!phrase.empty()) item.comment = decode(phrase, phrase_begin_);
    phrase_begin_ = phrase_end_ = 0;
    at_ = end + (closed ? 1 : 0);
    if (item.text.empty()) return;
    if (!pending_comment_.empty() && item.comment.empty()) item.comment = std::exchange(pending_comment_, {});
    found_.push_back(item);
  }

  void check_quote(const BracketedText& item, std::size_t quote) {
    if (lexical::scan_quoted(item.text, quote).closed) return;
    sink_.report(make_diagnostic(Code::mime_quoted_unterminated, item.place.offset + 1 + quote,
                                 text_.size() - (item.place.offset + 1 + quote - field_.offset)));
  }

  std::string_view content(std::size_t begin, std::size_t end, bool closed) {
    const std::string_view inside = lexical::trim(text_.substr(begin + 1, end - begin - 1));
    if (std::none_of(inside.begin(), inside.end(), [](char c) { return is_white(c) || c == '('; })) return inside;
    const grammar::RunOptions options{.depth = limits_.comment_depth};
    const bool fits =
        closed && grammar::run<grammar::whole<rfc5322::msg_id>>(text_.substr(begin, end + 1 - begin), options);
    std::string kept;
    for (std::size_t at = 0; at < inside.size(); ++at) {
      const char c = inside[at];
      if (c == '\r' || c == '\n' || (fits && is_white(c))) continue;
      if (fits && c == '(') {
        at = lexical::scan_comment(inside, at, limits_.comment_depth).end - 1;
        continue;
      }
      kept.push_back(c);
    }
    return arena_.copy(kept);
  }

  void take_comment() {
    const lexical::Span comment = lexical::scan_comment(text_, at_, limits_.comment_depth);
    if (!comment.closed) {
      stop_ = true;
      sink_.report(comment.too_deep
                       ? make_diagnostic(Code::limit_comment_depth, field_.offset + comment.end, 1)
                       : make_diagnostic(Code::mime_comment_unterminated, field_.offset + at_, text_.size() - at_));
      return;
    }
    const std::string_view inside = decode(lexical::unquote(text_, comment, arena_), comment.begin + 1);
    if (!found_.empty() && found_.back().comment.empty()) {
      found_.back().comment = inside;
    } else if (found_.empty()) {
      pending_comment_ = inside;
    }
    at_ = comment.end;
  }

  void take_quoted() {
    lexical::Span quoted{.begin = at_, .end = text_.size(), .closed = false};
    if (!unclosed_quote_) quoted = lexical::scan_quoted(text_, at_);
    unclosed_quote_ = !quoted.closed;
    add_to_phrase(at_, quoted.closed ? quoted.end : at_ + 1);
    at_ = quoted.closed ? quoted.end : text_.find('<', at_);
    at_ = std::min(at_, text_.size());
  }

  std::string_view decode(std::string_view text, std::size_t at) {
    if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
    Silence unheard;  // phrases of identifiers are no text that people are shown
    return decode_header_text({text, field_.offset + at}, TextPlace::phrase, arena_, unheard);
  }

  FieldText field_;
  std::string_view text_;
  Arena& arena_;
  DiagnosticSink& sink_;
  const Limits& limits_;
  std::size_t at_ = 0;
  bool stop_ = false;
  bool unclosed_quote_ = false;  ///< the quotes behind one that is never closed are not closed either
  std::size_t phrase_begin_ = 0;
  std::size_t phrase_end_ = 0;
  std::string_view pending_comment_;
  std::vector<BracketedText> found_;
};

/// A value without brackets: its only word, or the words with an at sign.
std::vector<BracketedText> bare_words(FieldText field) {
  std::vector<BracketedText> words;
  const std::string_view text = field.text;
  for (std::size_t at = lexical::skip_white(text, 0); at < text.size(); at = lexical::skip_white(text, at)) {
    const std::size_t begin = at;
    while (at < text.size() && !is_white(text[at])) ++at;
    words.push_back(
        {.text = text.substr(begin, at - begin), .comment = {}, .place = {field.offset + begin, at - begin}});
  }
  if (words.size() > 1) {
    std::erase_if(words, [](const BracketedText& word) { return word.text.find('@') == word.text.npos; });
  }
  return words;
}

}  // namespace

std::vector<BracketedText> read_message_ids(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits) {
  if (field.text.find('<') == field.text.npos) return bare_words(field);
  return BracketReader(field, arena, sink, limits).read();
}

std::vector<BracketedText> read_list_field(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits) {
  return BracketReader(field, arena, sink, limits).read();
}

}  // namespace mailparse
