#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/encoded_word.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/scan/find.hpp>
#include <mailparse/scan/utf8.hpp>
#include <mailparse/scan/utf8_character.hpp>

#include "grammar/run.hpp"
#include "message/lexical.hpp"
#include "rfc2047.hpp"

namespace mailparse {
namespace {

/// RFC 2047 2.
constexpr std::size_t longest_word = 75;
struct Word {
  std::string_view charset;
  std::string_view encoded_text;
  char encoding = 'Q';
  std::size_t begin = 0;
  std::size_t length = 0;
};

template <typename Rule>
struct Collect : grammar::no_action<Rule> {};
template <>
struct Collect<rfc2047::charset> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Word& word) {
    word.charset = in.string_view();
  }
};
template <>
struct Collect<rfc2047::encoding> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Word& word) {
    word.encoding = to_upper(*in.begin());
  }
};
template <>
struct Collect<rfc2047::encoded_text> {
  template <typename In>
  static void apply(const In& in, grammar::Watch&, Word& word) {
    word.encoded_text = in.string_view();
  }
};

std::optional<Word> read_word(std::string_view text, std::size_t at) {
  Word word;
  const auto fit = grammar::run<rfc2047::encoded_word, Collect>(text.substr(at), {}, word);
  if (!fit) return std::nullopt;
  word.begin = at;
  word.length = *fit;
  return word;
}

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

/// RFC 2047 4.2. False when an escape is none: what is left is kept as it stands.
bool decode_q(std::string_view text, std::string& out) {
  bool good = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' || c == '\n') continue;
    if (c == '_') {
      out.push_back(' ');
    } else if (c == '=' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
      i += 2;
    } else {
      good = good && c != '=';
      out.push_back(c);
    }
  }
  return good;
}

int base64_value(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/// RFC 2047 4.1. Octets outside the alphabet are passed over; false when there are any, or text behind the padding.
bool decode_b(std::string_view text, std::string& out) {
  bool good = true;
  bool padded = false;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    if (lexical::is_white(c)) continue;
    if (c == '=') {
      padded = true;
      bits = 0;
      count = 0;
      continue;
    }
    const int value = base64_value(c);
    good = good && value >= 0 && !padded;
    if (value < 0) continue;
    bits = (bits << 6) | static_cast<std::uint32_t>(value);
    if ((count += 6) >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFFU));
    }
  }
  return good && count < 6;
}

/// What mail labelled with the narrower charset holds in practice.
std::string_view superset_of(std::string_view charset) {
  const auto known = find_charset(charset);
  if (!known) return charset;
  if (known->name == "ISO-8859-1") return "windows-1252";
  if (known->name == "GB2312" || known->name == "GBK") return "GB18030";
  if (known->name == "KS_C_5601-1987" || known->name == "EUC-KR") return "windows-949";
  if (known->name == "Shift_JIS") return "windows-31j";
  return charset;
}

/// One code reported once for a field.
struct Count {
  std::uint64_t count = 0;
  std::size_t at = 0;
  std::size_t length = 0;
  void add(std::size_t begin, std::size_t octets, std::uint64_t times = 1) noexcept {
    if (count == 0) {
      at = begin;
      length = octets;
    }
    count += times;
  }
};

/// Takes a field's text apart into words and text between them, and writes what they mean.
class TextDecoder {
 public:
  TextDecoder(FieldText field, TextPlace place, DiagnosticSink& sink) : field_(field), place_(place), sink_(sink) {}

  std::string decode() {
    const std::string_view text = field_.text;
    std::size_t plain = 0;  // begin of text not written yet
    std::size_t from = 0;
    const std::size_t found = text.rfind("?=");
    const std::size_t last_end = found == text.npos ? 0 : found;
    while (true) {
      const std::size_t at = text.find("=?", from);
      if (at == text.npos) break;
      // Where no "?=" follows, no text is looked through in vain: fields full of "=?" stay linear.
      const std::optional<Word> word = at + 2 < last_end ? read_word(text, at) : std::nullopt;
      if (!word || !payload_is_good(*word)) {
        note_broken(at);
        from = at + 2;
        continue;
      }
      const std::string_view between = text.substr(plain, at - plain);
      if (words_.empty() || !lexical::trim(between).empty()) {
        flush_words();
        write_plain(between);
      }
      add_word(*word);
      plain = from = at + word->length;
    }
    flush_words();
    write_plain(text.substr(plain));
    report();
    return std::move(out_);
  }

 private:
  /// A word with its octets.
  struct Octets {
    Word word;
    std::string octets;
  };

  bool payload_is_good(const Word& word) {
    decoded_.clear();
    const bool good =
        word.encoding == 'B' ? decode_b(word.encoded_text, decoded_) : decode_q(word.encoded_text, decoded_);
    if (!good) note_broken(word.begin);
    // A bad escape spoils a character, not the word: readers agree on decoding the rest.
    return good || !decoded_.empty();
  }

  void note_broken(std::size_t at) {
    const std::string_view rest = field_.text.substr(at + 2);
    const std::size_t question = rest.find('?');
    const bool looks_like_word = question != rest.npos && question > 0 && question < longest_word;
    if (last_broken_ == at + 1) return;
    if (looks_like_word || place_ == TextPlace::unstructured) syntax_.add(at, 2);
    last_broken_ = at + 1;
  }

  void add_word(const Word& word) {
    if (word.length > longest_word) too_long_.add(word.begin, word.length);
    if (!words_.empty() && !iequals(words_.back().word.charset, word.charset)) flush_words();
    words_.push_back({word, std::move(decoded_)});
    decoded_.clear();
  }

  void flush_words() {
    if (words_.empty()) return;
    const Word& first = words_.front().word;
    const std::string charset(first.charset);
    if (is_utf7(charset)) utf7_.add(first.begin + 2, charset.size());
    std::string joined;
    for (const Octets& w : words_) joined += w.octets;
    const std::string_view reading = superset_of(charset);
    std::optional<ConvertedText> converted = to_utf8(joined, reading);
    if (!converted) {
      if (!is_placeholder_charset(charset) && !find_charset(charset)) unknown_.add(first.begin + 2, charset.size());
      write_decoded(decode_text(joined, charset).text, first);
    } else if (converted->invalid == 0) {
      note_split_characters(reading);
      write_decoded(converted->text, first);
    } else if (!write_words_singly(reading)) {
      invalid_.add(first.begin, first.length, converted->invalid);
      write_decoded(converted->text, first);
    }
    words_.clear();
  }

  /// Characters that only joining made whole.
  void note_split_characters(std::string_view charset) {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      const auto alone = to_utf8(words_[i].octets, charset);
      if (alone && alone->invalid != 0) split_.add(words_[i].word.begin, words_[i].word.length);
    }
  }

  /// Words that are whole by themselves but do not join: charsets with shift states.
  bool write_words_singly(std::string_view charset) {
    std::string text;
    for (const Octets& w : words_) {
      const auto alone = to_utf8(w.octets, charset);
      if (!alone || alone->invalid != 0) return false;
      text += alone->text;
    }
    write_decoded(text, words_.front().word);
    return true;
  }

  void write_decoded(std::string_view text, const Word& word) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto o = static_cast<unsigned char>(text[i]);
      const bool c1 = o == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
      const bool ends_field =
          (o == '\r' || o == '\n') && lexical::trim(text.substr(i)).empty() &&
          lexical::trim(field_.text.substr(words_.back().word.begin + words_.back().word.length)).empty();
      if (((o < 0x20 && o != '\t') || o == 0x7F || c1) && !ends_field) controls_.add(word.begin, word.length);
    }
    out_ += text;
  }

  /// Text that is no encoded-word, without its line ends.
  void write_plain(std::string_view text) {
    Arena arena(text.size());
    text = unfold(text, arena);
    if (is_utf8(text)) {
      out_ += text;
    } else {
      out_ += decode_text(text, {}).text;
    }
  }

  void report() {
    report(Code::ew_syntax, syntax_);
    report(Code::ew_too_long, too_long_);
    report(Code::ew_split_character, split_);
    report(Code::ew_invalid_bytes, invalid_);
    report(Code::ew_control_char, controls_);
    report(Code::mime_charset_unknown, unknown_);
    report(Code::mime_charset_utf7, utf7_);
  }

  void report(Code code, const Count& count) {
    if (count.count == 0) return;
    Diagnostic diagnostic = make_diagnostic(code, field_.offset + count.at, count.length);
    diagnostic.count = count.count;
    sink_.report(std::move(diagnostic));
  }

  FieldText field_;
  TextPlace place_;
  DiagnosticSink& sink_;
  std::string out_;
  std::string decoded_;
  std::vector<Octets> words_;  ///< adjacent words of one charset
  std::size_t last_broken_ = 0;
  Count syntax_, too_long_, split_, invalid_, controls_, unknown_, utf7_;
};

/// Nothing in it means anything but itself; line ends apart.
bool is_plain(std::string_view text) noexcept {
  return is_ascii(text) && text.find("=?") == text.npos;
}

}  // namespace

std::string_view decode_header_text(FieldText field, TextPlace place, Arena& arena, DiagnosticSink& sink) {
  if (is_plain(field.text)) return unfold(field.text, arena);
  return arena.copy(TextDecoder(field, place, sink).decode());
}

bool has_encoded_word(std::string_view text) noexcept {
  const std::size_t first = text.find("=?");
  if (first == text.npos) return false;
  const std::size_t last_end = text.rfind("?=");
  if (last_end == text.npos) return false;
  for (std::size_t at = first; at < last_end; at = text.find("=?", at + 2)) {
    if (read_word(text, at)) return true;
  }
  return false;
}

}  // namespace mailparse
