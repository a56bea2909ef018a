#include "message/plain_parameters.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <mailparse/base/octets.hpp>

#include "message/lexical.hpp"

namespace mailparse {
namespace {

/// What an octet may be in a plain list.
enum Use : std::uint8_t {
  in_name = 1 << 0,
  in_token = 1 << 1,  ///< of a value
  in_text = 1 << 2,   ///< between quotes
};

constexpr std::array<std::uint8_t, 256> make_uses() noexcept {
  std::array<std::uint8_t, 256> uses{};
  for (unsigned octet = 0; octet < 256; ++octet) {
    const char c = static_cast<char>(octet);
    unsigned use = 0;
    if (is(OctetClass::token, c)) use |= in_token;
    // RFC 2231's mark.
    if (is(OctetClass::token, c) && c != '*') use |= in_name;
    // The question mark may belong to an encoded-word.
    if ((is(OctetClass::vchar, c) || c == ' ') && c != '"' && c != '\\' && c != '?') use |= in_text;
    uses[octet] = static_cast<std::uint8_t>(use);
  }
  return uses;
}
constexpr auto uses = make_uses();

/// What most lists have room in; to look for a name among so many costs nothing.
constexpr std::size_t usual_count = 4;
constexpr std::size_t most = 16;

class PlainReader {
 public:
  PlainReader(FieldText field, Arena& arena) : field_(field), text_(field.text), arena_(arena) {}

  /// False: the list is not plain.
  bool read(std::size_t limit, std::vector<Parameter>& items) {
    at_ = lexical::skip_white(text_, 0);
    while (at_ < text_.size()) {
      if (text_[at_] != ';') return false;
      at_ = lexical::skip_white(text_, at_ + 1);
      if (at_ >= text_.size() || text_[at_] == ';') continue;  // a semicolon with nothing behind it
      if (items.size() >= limit) return false;
      if (items.empty()) items.reserve(usual_count);
      Parameter& parameter = items.emplace_back();
      if (!read_name(parameter) || !read_value(parameter)) return false;
      const auto same = [&](const Parameter& earlier) { return earlier.name == parameter.name; };
      if (std::find_if(items.begin(), items.end() - 1, same) != items.end() - 1) return false;
      at_ = lexical::skip_white(text_, at_);
    }
    return true;
  }

 private:
  /// Goes behind the octets of one use.
  void skip(Use use) noexcept {
    std::size_t at = at_;
    while (at < text_.size() && (uses[static_cast<unsigned char>(text_[at])] & use) != 0) ++at;
    at_ = at;
  }

  bool read_name(Parameter& parameter) {
    const std::size_t begin = at_;
    skip(in_name);
    if (at_ == begin || at_ >= text_.size() || text_[at_] != '=') return false;
    parameter.offset = field_.offset + begin;
    parameter.name = lexical::lower(text_.substr(begin, at_ - begin), arena_);
    ++at_;
    return true;
  }

  bool read_value(Parameter& parameter) noexcept {
    const std::size_t begin = at_;
    parameter.quoted = at_ < text_.size() && text_[at_] == '"';
    if (parameter.quoted) {
      ++at_;
      skip(in_text);
      if (at_ >= text_.size() || text_[at_] != '"') return false;
      parameter.octets = text_.substr(begin + 1, at_ - begin - 1);
      ++at_;
    } else {
      skip(in_token);
      if (at_ == begin) return false;
      parameter.octets = text_.substr(begin, at_ - begin);
    }
    parameter.value = parameter.octets;
    parameter.value_offset = field_.offset + begin;
    parameter.value_length = at_ - begin;
    parameter.length = field_.offset + at_ - parameter.offset;
    return true;
  }

  FieldText field_;
  std::string_view text_;
  Arena& arena_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<ParameterList> read_plain_parameters(FieldText field, Arena& arena, const Limits& limits) {
  std::optional<ParameterList> list(std::in_place);
  const auto limit = static_cast<std::size_t>(std::min<std::uint64_t>(limits.mime_parameters, most));
  if (!PlainReader(field, arena).read(limit, list->items)) list.reset();
  return list;
}

}  // namespace mailparse
