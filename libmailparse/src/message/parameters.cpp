#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/charset.hpp>
#include <mailparse/message/encoded_word.hpp>
#include <mailparse/message/parameters.hpp>
#include <mailparse/scan/utf8.hpp>

#include "message/lexical.hpp"
#include "message/parameter_reader.hpp"
#include "message/plain_parameters.hpp"

namespace mailparse {
namespace {

/// Section numbers above this are not believed (RFC 2231 sets no limit).
constexpr unsigned highest_section = 999;

/// RFC 2231's marks at the end of an attribute: `name*7*` is section 7, extended.
struct Marks {
  std::string_view base;
  std::optional<unsigned> section;  ///< none: not continued
  bool extended = false;
  bool bad_section = false;  ///< leading zero, sign or non-digit
  bool too_high = false;
};

Marks read_marks(std::string_view name) {
  Marks marks;
  marks.base = name;
  const std::size_t star = name.find('*');
  if (star == name.npos || star == 0) return marks;
  marks.base = name.substr(0, star);
  std::string_view rest = name.substr(star + 1);
  if (rest.empty()) {
    marks.extended = true;
    return marks;
  }
  if (rest.back() == '*') {
    marks.extended = true;
    rest.remove_suffix(1);
  }
  unsigned section = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), section);
  const bool digits = !rest.empty() && end == rest.data() + rest.size();
  marks.bad_section = !digits || (rest.size() > 1 && rest.front() == '0');
  marks.too_high = digits && (error == std::errc::result_out_of_range || section > highest_section);
  if (digits && !marks.too_high) marks.section = section;
  return marks;
}

/// One section of a continued parameter, or the whole of an extended one.
struct Section {
  const RawParameter* raw = nullptr;
  unsigned number = 0;
  bool extended = false;
};

/// All sections of one RFC 2231 parameter, in order of appearance.
struct Continued {
  std::string_view base;
  std::vector<Section> sections;
  bool numbered = false;
};

struct Tally {
  std::uint64_t count = 0;
  const RawParameter* first = nullptr;
  void add(const RawParameter& raw) noexcept {
    if (count++ == 0) first = &raw;
  }
};

class ParameterJoiner {
 public:
  ParameterJoiner(FieldText field, Arena& arena, DiagnosticSink& sink) : field_(field), arena_(arena), sink_(sink) {}

  ParameterList join(const std::vector<RawParameter>& raws) {
    for (const RawParameter& raw : raws) take(raw);
    for (const Continued& continued : continued_) finish(continued);
    report_names(Code::mime_param_rfc2231_index_syntax, bad_index_);
    report_names(Code::mime_param_rfc2231_index_range, high_index_);
    report_duplicates();
    std::stable_sort(list_.items.begin(), list_.items.end(),
                     [](const Parameter& a, const Parameter& b) { return a.offset < b.offset; });
    return std::move(list_);
  }

 private:
  void take(const RawParameter& raw) {
    const Marks marks = read_marks(raw.name);
    const std::string_view base = lexical::lower(marks.base, arena_);
    if (marks.bad_section) tally(bad_index_, base).add(raw);
    if (marks.too_high) {
      tally(high_index_, base).add(raw);
      return;
    }
    if (marks.bad_section && !marks.section) return;
    if (!marks.section && !marks.extended) return add_plain(raw, base);
    const auto same = [&](const Continued& c) { return c.base == base && c.numbered == marks.section.has_value(); };
    auto found = std::find_if(continued_.begin(), continued_.end(), same);
    if (found == continued_.end()) {
      continued_.push_back({.base = base, .sections = {}, .numbered = marks.section.has_value()});
      found = continued_.end() - 1;
    }
    found->sections.push_back({.raw = &raw, .number = marks.section.value_or(0), .extended = marks.extended});
  }

  using Tallies = std::vector<std::pair<std::string_view, Tally>>;

  static Tally& tally(Tallies& tallies, std::string_view base) {
    for (auto& [name, tally] : tallies) {
      if (name == base) return tally;
    }
    return tallies.emplace_back(base, Tally{}).second;
  }

  void report_names(Code code, const Tallies& tallies) {
    for (const auto& [name, tally] : tallies) report(code, tally.first->begin, tally.first->name.size(), tally.count);
  }

  void report(Code code, std::size_t at, std::size_t length, std::uint64_t count = 1) {
    Diagnostic diagnostic = make_diagnostic(code, field_.offset + at, length);
    diagnostic.count = count;
    sink_.report(std::move(diagnostic));
  }

  /// The octets of a value as it stands, quotes and quoted-pairs undone.
  std::string_view octets_of(const RawParameter& raw) {
    if (!raw.quoted) return raw.value;
    return lexical::unquote(raw.value, {.begin = 0, .end = raw.value.size(), .closed = raw.closed}, arena_);
  }

  Parameter begin(const RawParameter& raw, std::string_view base) const {
    Parameter parameter;
    parameter.name = base;
    parameter.quoted = raw.quoted;
    parameter.offset = field_.offset + raw.begin;
    parameter.value_offset = field_.offset + raw.value_begin;
    parameter.value_length = raw.value_length;
    parameter.length = raw.value_begin + parameter.value_length - raw.begin;
    return parameter;
  }

  void add_plain(const RawParameter& raw, std::string_view base) {
    Parameter parameter = begin(raw, base);
    parameter.octets = octets_of(raw);
    parameter.other = raw.other;
    parameter.encoded_word = has_encoded_word(parameter.octets);
    parameter.value = parameter.octets;
    if (base != "boundary") {
      DiagnosticList found;
      parameter.value = decode_header_text({parameter.octets, parameter.value_offset + (raw.quoted ? 1 : 0)},
                                           TextPlace::quoted, arena_, found);
      for (Diagnostic& d : found.take()) sink_.report(std::move(d));
      if (parameter.encoded_word && (base == "filename" || base == "name")) report_encoded_word(parameter, raw);
    }
    list_.items.push_back(parameter);
  }

  void report_encoded_word(const Parameter& parameter, const RawParameter& raw) {
    Diagnostic diagnostic =
        make_diagnostic(Code::attach_filename_encoded_word, field_.offset + raw.value_begin, raw.value.size());
    const bool ascii =
        std::none_of(parameter.value.begin(), parameter.value.end(), [](char c) { return is(OctetClass::high, c); });
    if (ascii) diagnostic.severity = Severity::warning;
    sink_.report(std::move(diagnostic));
  }

  void finish(const Continued& continued) {
    std::vector<Section> sections = continued.sections;
    if (continued.numbered) {
      check_order(sections);
      std::stable_sort(sections.begin(), sections.end(),
                       [](const Section& a, const Section& b) { return a.number < b.number; });
      drop_repeated(sections);
      drop_behind_gap(sections);
      check_mixture(sections);
    }
    Parameter parameter =
        begin(sections.empty() ? *continued.sections.front().raw : *sections.front().raw, continued.base);
    parameter.form = continued.numbered ? ParameterForm::continued : ParameterForm::extended;
    if (!continued.numbered && sections.size() > 1) sections.resize(1);
    parameter.octets = decode_sections(sections, parameter);
    parameter.value = to_text(parameter);
    if (!other_.empty()) parameter.other = std::exchange(other_, {});
    list_.items.push_back(parameter);
    if (!continued.numbered) {  // name*= twice: the second is a parameter of its own, so that the repetition is told
      for (std::size_t i = 1; i < continued.sections.size(); ++i) {
        finish({.base = continued.base, .sections = {continued.sections[i]}, .numbered = false});
      }
    }
  }

  void check_order(const std::vector<Section>& sections) {
    for (std::size_t i = 1; i < sections.size(); ++i) {
      if (sections[i].number < sections[i - 1].number) {
        report(Code::mime_param_rfc2231_out_of_order, sections[i].raw->begin, sections[i].raw->name.size());
        return;
      }
    }
  }

  /// The first of repeated sections counts; a reader for whom the last counts gets `other_`.
  void drop_repeated(std::vector<Section>& sections) {
    Tally repeated;
    std::vector<Section> last;
    std::vector<Section> first;
    for (const Section& section : sections) {
      if (!first.empty() && first.back().number == section.number) {
        repeated.add(*section.raw);
        last.back() = section;
      } else {
        first.push_back(section);
        last.push_back(section);
      }
    }
    if (repeated.count == 0) return;
    report(Code::mime_param_rfc2231_duplicate_section, repeated.first->begin, repeated.first->name.size(),
           repeated.count);
    other_ = arena_.copy(joined(last));
    sections = std::move(first);
  }

  std::string joined(const std::vector<Section>& sections) {
    std::string text;
    for (const Section& section : sections) text += octets_of(*section.raw);
    return text;
  }

  /// A reader that does not count joins what stands behind the gap, too.
  void drop_behind_gap(std::vector<Section>& sections) {
    for (std::size_t i = 0; i < sections.size(); ++i) {
      if (sections[i].number == i) continue;
      report(Code::mime_param_rfc2231_gap, sections[i].raw->begin, sections[i].raw->name.size());
      if (i > 0 && other_.empty()) other_ = arena_.copy(joined(sections));
      sections.resize(i);
      return;
    }
  }

  void check_mixture(const std::vector<Section>& sections) {
    const auto plain = std::find_if(sections.begin(), sections.end(), [](const Section& s) { return !s.extended; });
    const bool any_extended =
        std::any_of(sections.begin(), sections.end(), [](const Section& s) { return s.extended; });
    if (any_extended && plain != sections.end()) {
      report(Code::mime_param_rfc2231_mixed, plain->raw->begin, plain->raw->name.size());
    }
  }

  /// Joins sections, percent-encoding undone; charset and language of the first go to `parameter`.
  std::string_view decode_sections(const std::vector<Section>& sections, Parameter& parameter) {
    std::string joined;
    Tally bad_percent;
    std::size_t bad_at = 0;
    for (std::size_t i = 0; i < sections.size(); ++i) {
      const Section& section = sections[i];
      std::string_view octets = octets_of(*section.raw);
      if (!section.extended) {
        joined += octets;
        continue;
      }
      if (i == 0) take_charset(octets, parameter);
      percent_decode(octets, *section.raw, joined, bad_percent, bad_at);
    }
    if (bad_percent.count != 0) report(Code::mime_param_rfc2231_percent, bad_at, 1, bad_percent.count);
    return arena_.copy(joined);
  }

  static void take_charset(std::string_view& octets, Parameter& parameter) {
    const std::size_t first = octets.find('\'');
    const std::size_t second = first == octets.npos ? octets.npos : octets.find('\'', first + 1);
    if (second == octets.npos) return;  // no charset'language': some programs leave it out
    parameter.charset = octets.substr(0, first);
    parameter.language = octets.substr(first + 1, second - first - 1);
    octets.remove_prefix(second + 1);
  }

  void percent_decode(std::string_view octets, const RawParameter& raw, std::string& out, Tally& bad,
                      std::size_t& bad_at) {
    for (std::size_t i = 0; i < octets.size(); ++i) {
      unsigned value = 0;
      const bool hex = octets[i] == '%' && i + 2 < octets.size() && is(OctetClass::hex, octets[i + 1]) &&
                       is(OctetClass::hex, octets[i + 2]);
      if (hex) {
        std::from_chars(octets.data() + i + 1, octets.data() + i + 3, value, 16);
        out.push_back(static_cast<char>(value));
        i += 2;
        continue;
      }
      if (octets[i] == '%') {
        if (bad.count == 0) bad_at = place_of(octets.data() + i, raw);
        bad.add(raw);
      }
      out.push_back(octets[i]);
    }
  }

  /// Index of an octet in the field, or of the value it is a copy of.
  [[nodiscard]] std::size_t place_of(const char* octet, const RawParameter& raw) const noexcept {
    const char* const begin = field_.text.data();
    return octet >= begin && octet < begin + field_.text.size() ? static_cast<std::size_t>(octet - begin)
                                                                : raw.value_begin;
  }

  /// RFC 2231 text in its charset; without one, or under an unknown one, as raw octets of a header are read.
  std::string_view to_text(const Parameter& parameter) {
    if (parameter.charset.empty()) {
      return is_utf8(parameter.octets) ? parameter.octets : arena_.copy(decode_text(parameter.octets, {}).text);
    }
    if (is_utf7(parameter.charset)) {
      sink_.report(make_diagnostic(Code::mime_charset_utf7, parameter.value_offset, parameter.charset.size()));
    }
    const bool known = find_charset(parameter.charset).has_value() || is_placeholder_charset(parameter.charset);
    if (!known) {
      sink_.report(make_diagnostic(Code::mime_charset_unknown, parameter.value_offset + (parameter.quoted ? 1 : 0),
                                   parameter.charset.size()));
    }
    return arena_.copy(decode_text(parameter.octets, parameter.charset).text);
  }

  void report_duplicates() {
    const std::vector<Parameter>& items = list_.items;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const auto same = [&](const Parameter& p) { return p.name == items[i].name && p.form == items[i].form; };
      const auto from = items.begin() + static_cast<std::ptrdiff_t>(i);
      if (std::find_if(items.begin(), from, same) != from) continue;  // told with the first
      const auto second = std::find_if(from + 1, items.end(), same);
      if (second == items.end()) continue;
      const auto differs = [&](const Parameter& p) { return same(p) && p.octets != items[i].octets; };
      const bool differ = std::find_if(second, items.end(), differs) != items.end();
      const bool boundary = items[i].name == "boundary" && differ;
      Diagnostic diagnostic = make_diagnostic(
          boundary ? Code::mime_boundary_duplicate_param : Code::mime_param_duplicate, second->offset, second->length);
      diagnostic.count = static_cast<std::uint64_t>(std::count_if(second, items.end(), same));
      if (differ) diagnostic.severity = Severity::error;
      sink_.report(std::move(diagnostic));
    }
  }

  FieldText field_;
  Arena& arena_;
  DiagnosticSink& sink_;
  ParameterList list_;
  std::vector<Continued> continued_;
  Tallies bad_index_;
  Tallies high_index_;
  std::string_view other_;
};

}  // namespace

const Parameter* ParameterList::find(std::string_view name) const noexcept {
  const Parameter* best = nullptr;
  for (const Parameter& parameter : items) {
    if (parameter.name != name) continue;
    if (best == nullptr || (best->form == ParameterForm::plain && parameter.form != ParameterForm::plain))
      best = &parameter;
  }
  return best;
}

const Parameter* ParameterList::find_plain(std::string_view name) const noexcept {
  for (const Parameter& parameter : items) {
    if (parameter.name == name && parameter.form == ParameterForm::plain) return &parameter;
  }
  return nullptr;
}

ParameterList read_parameters(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits) {
  if (auto plain = read_plain_parameters(field, arena, limits)) return *std::move(plain);
  return read_parameters_by_grammar(field, arena, sink, limits);
}

ParameterList read_parameters_by_grammar(FieldText field, Arena& arena, DiagnosticSink& sink, const Limits& limits) {
  const std::vector<RawParameter> raws = read_raw_parameters(field, arena, sink, limits);
  return ParameterJoiner(field, arena, sink).join(raws);
}

}  // namespace mailparse
