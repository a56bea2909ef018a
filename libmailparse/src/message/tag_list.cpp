#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/tag_list.hpp>

#include "grammar/run.hpp"
#include "message/lexical.hpp"
#include "rfc6376.hpp"

namespace mailparse {
namespace {

using Check = bool (*)(std::string_view);

template <typename Rule>
bool fits(std::string_view value) {
  return grammar::fits<Rule>(value);
}

struct TagRule {
  std::string_view name;
  Check check;
};

/// RFC 6376 3.5, in the order of names.
constexpr std::array<TagRule, 13> signature_tags{{{"a", fits<rfc6376::algorithm>},
                                                  {"b", fits<rfc6376::base64string>},
                                                  {"bh", fits<rfc6376::base64string>},
                                                  {"c", fits<rfc6376::canonicalization>},
                                                  {"d", fits<rfc6376::domain_name>},
                                                  {"h", fits<rfc6376::header_list>},
                                                  {"i", fits<rfc6376::identity>},
                                                  {"l", fits<rfc6376::number>},
                                                  {"q", fits<rfc6376::query_methods>},
                                                  {"s", fits<rfc6376::selector>},
                                                  {"t", fits<rfc6376::timestamp>},
                                                  {"v", fits<rfc6376::version>},
                                                  {"x", fits<rfc6376::timestamp>}}};

bool value_fits(std::string_view name, std::string_view value, FieldName field) {
  // ARC numbers its instances with i= and gives a seal other tags of its own (RFC 8617 4.1).
  if (name == "i" && field != FieldName::dkim_signature) return fits<rfc6376::number>(value);
  const auto rule =
      std::find_if(signature_tags.begin(), signature_tags.end(), [&](const TagRule& r) { return r.name == name; });
  return rule == signature_tags.end() || rule->check(value);
}

}  // namespace

const Tag* TagList::find(std::string_view name) const noexcept {
  const auto found = std::find_if(tags.begin(), tags.end(), [&](const Tag& tag) { return tag.name == name; });
  return found == tags.end() ? nullptr : &*found;
}

TagList read_tag_list(FieldText field, FieldName signature, DiagnosticSink& sink) {
  TagList list;
  const std::string_view text = field.text;
  std::array<std::size_t, 2> range{0, 0};
  for (std::size_t begin = 0; begin < text.size(); begin = range[1] + 1) {
    range = {begin, std::min(text.find(';', begin), text.size())};
    const std::string_view spec = lexical::trim(text.substr(begin, range[1] - begin));
    if (spec.empty()) {  // only the last semicolon may have nothing behind it
      if (range[1] < text.size()) sink.report(make_diagnostic(Code::dkim_tag_syntax, field.offset + range[1], 1));
      continue;
    }
    const auto offset = field.offset + static_cast<std::uint64_t>(spec.data() - text.data());
    const std::size_t equals = spec.find('=');
    Tag tag;
    tag.place = {offset, spec.size()};
    tag.name = lexical::trim(spec.substr(0, equals));
    if (equals == spec.npos || !grammar::fits<rfc6376::tag_name>(tag.name)) {
      sink.report(make_diagnostic(Code::dkim_tag_syntax, offset, spec.size()));
      continue;
    }
    tag.value = lexical::trim(spec.substr(equals + 1));
    tag.value_place = {field.offset + static_cast<std::uint64_t>(tag.value.data() - text.data()), tag.value.size()};
    if (list.find(tag.name) != nullptr) sink.report(make_diagnostic(Code::dkim_duplicate_tag, offset, spec.size()));
    if (!value_fits(tag.name, tag.value, signature) || !grammar::fits<rfc6376::tag_value>(tag.value)) {
      sink.report(make_diagnostic(Code::dkim_tag_syntax, offset, spec.size()));
    }
    if (list.tags.size() < 128) list.tags.push_back(tag);  // more are nobody's signature, and looked through for each
  }
  return list;
}

std::string_view without_white(std::string_view value, Arena& arena) {
  if (std::none_of(value.begin(), value.end(), lexical::is_white)) return value;
  char* const begin = arena.allocate(value.size());
  char* const end = std::copy_if(value.begin(), value.end(), begin, [](char c) { return !lexical::is_white(c); });
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace mailparse
