#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/html_tokenizer.hpp>
#include <mailparse/scan/find.hpp>

#include "message/html_references.hpp"

namespace mailparse {
namespace {

constexpr bool is_html_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
/// Octets of a name in a tag.
constexpr std::size_t name_length(std::string_view octets) noexcept {
  std::size_t size = 0;
  while (size < octets.size() && !is_html_space(octets[size]) && octets[size] != '/' && octets[size] != '>') ++size;
  return size;
}

/// Elements in which only their own end tag is a tag.
struct TextElement {
  std::string_view name;
  bool references;  ///< are resolved
};
constexpr std::array text_elements = std::to_array<TextElement>({{"iframe", false},
                                                                 {"noembed", false},
                                                                 {"noframes", false},
                                                                 {"script", false},
                                                                 {"style", false},
                                                                 {"textarea", true},
                                                                 {"title", true},
                                                                 {"xmp", false}});

}  // namespace

const HtmlAttribute* HtmlTag::attribute(std::string_view wanted) const noexcept {
  const auto found = std::ranges::find(attributes, wanted, &HtmlAttribute::name);
  return found != attributes.end() ? &*found : nullptr;
}

class HtmlTokenizer::Machine {
 public:
  explicit Machine(HtmlSink& sink) : sink_(&sink) {}

  void feed(std::string_view octets) {
    while (!octets.empty()) {
      const std::size_t used = step(octets);
      octets.remove_prefix(used);
      offset_ += used;
    }
  }

  void finish() {
    switch (state_) {
      case State::text:
      case State::bogus_comment:
      case State::comment:
        break;
      case State::reference:
        end_reference();
        break;
      case State::tag_open:
      case State::end_tag_open:
      case State::element_end:
        tell_held();
        break;
      case State::declaration:
        sink_->on_text(HtmlText::comment, held_, mark_);
        break;
      default:
        if (state_ == State::attribute_name || in_value()) end_attribute();
        end_tag();
        break;
    }
    held_.clear();
    state_ = State::text;
  }

 private:
  enum class State : std::uint8_t {
    text,              ///< content, or what stands in a text element
    reference,         ///< behind "&"
    tag_open,          ///< behind "<"
    end_tag_open,      ///< behind "</"
    element_end,       ///< behind "<" in a text element: perhaps its end tag
    declaration,       ///< behind "<!": perhaps a comment
    comment,           ///< behind "<!--"
    bogus_comment,     ///< up to ">"
    tag_name,          ///< in a tag's name
    before_attribute,  ///< between attributes
    attribute_name,    ///< in an attribute's name
    after_name,        ///< behind it, before "="
    before_value,      ///< behind "="
    value_double,      ///< in a value in double quotes
    value_single,      ///< in single quotes
    value_bare,        ///< without quotes
  };

  [[nodiscard]] bool in_value() const noexcept {
    return state_ == State::value_double || state_ == State::value_single || state_ == State::value_bare;
  }

  /// Takes octets in one state and returns how many; none where the state changes and the octet is for the next one.
  std::size_t step(std::string_view octets) {
    switch (state_) {
      case State::text:
        return text(octets);
      case State::reference:
        return reference(octets[0]);
      case State::tag_open:
        return tag_open(octets[0]);
      case State::end_tag_open:
        return end_tag_open(octets[0]);
      case State::element_end:
        return element_end(octets[0]);
      case State::declaration:
        return declaration(octets[0]);
      case State::comment:
        return comment(octets);
      case State::bogus_comment:
        return bogus_comment(octets);
      case State::tag_name:
        return tag_name(octets);
      case State::before_attribute:
      case State::after_name:
        return between(octets[0]);
      case State::attribute_name:
        return attribute_name(octets);
      case State::before_value:
        return before_value(octets[0]);
      case State::value_double:
        return quoted_value(octets, '"');
      case State::value_single:
        return quoted_value(octets, '\'');
      case State::value_bare:
        return bare_value(octets);
    }
    return octets.size();
  }

  // --- text

  [[nodiscard]] HtmlText kind() const noexcept {
    return element_ != nullptr && !element_->references ? HtmlText::code : HtmlText::content;
  }

  std::size_t text(std::string_view octets) {
    const bool references = kind() == HtmlText::content;
    const std::size_t end = references ? find_either(octets, '<', '&') : find_octet(octets, '<');
    if (end > 0) sink_->on_text(kind(), octets.substr(0, end), offset_);
    if (end == octets.size()) return end;
    mark_ = offset_ + end;
    held_.assign(1, octets[end]);
    if (octets[end] == '&') {
      state_ = State::reference;
    } else {
      state_ = element_ != nullptr ? State::element_end : State::tag_open;
    }
    return end + 1;
  }

  std::size_t reference(char c) {
    const bool goes_on = held_.size() < reference_octets && (is_alnum(c) || (held_.size() == 1 && c == '#'));
    if (goes_on || c == ';') held_ += c;
    if (goes_on) return 1;
    end_reference();
    return c == ';' ? 1 : 0;
  }

  void end_reference() {
    std::string character;
    const std::size_t used = append_reference(character, held_, false);
    if (used > 0) sink_->on_text(kind(), character, mark_);
    if (used < held_.size()) sink_->on_text(kind(), std::string_view(held_).substr(used), mark_ + used);
    held_.clear();
    state_ = State::text;
  }

  /// What looked like markup is text.
  void tell_held() {
    sink_->on_text(kind(), held_, mark_);
    held_.clear();
    state_ = State::text;
  }

  std::size_t tag_open(char c) {
    if (is(OctetClass::alpha, c)) {
      begin_tag(false);
    } else if (c == '/') {
      held_ += c;
      state_ = State::end_tag_open;
      return 1;
    } else if (c == '!') {
      held_.clear();
      state_ = State::declaration;
      return 1;
    } else if (c == '?') {
      state_ = State::bogus_comment;
    } else {
      tell_held();
    }
    return 0;
  }

  std::size_t end_tag_open(char c) {
    if (is(OctetClass::alpha, c)) {
      begin_tag(true);
      return 0;
    }
    state_ = State::bogus_comment;
    return 0;
  }

  /// "</NAME" and something that ends a name, or text.
  std::size_t element_end(char c) {
    const std::size_t name_end = 2 + element_->name.size();
    if (held_.size() == name_end) {
      if (!is_html_space(c) && c != '/' && c != '>') {
        tell_held();
        return 0;
      }
      element_ = nullptr;
      begin_tag(true);
      name_ = lower_case(std::string_view(held_).substr(2));
      return 0;
    }
    const char expected = held_.size() == 1 ? '/' : element_->name[held_.size() - 2];
    if (to_lower(c) != expected) {
      tell_held();
      return 0;
    }
    held_ += c;
    return 1;
  }

  // --- comments and declarations

  std::size_t declaration(char c) {
    held_ += c;
    if (held_ == "-") return 1;
    if (held_ == "--") {
      held_.clear();
      dashes_ = 2;  // "<!-->" is a comment
      state_ = State::comment;
      return 1;
    }
    held_.pop_back();
    if (!held_.empty()) sink_->on_text(HtmlText::comment, held_, mark_ + 2);
    held_.clear();
    state_ = State::bogus_comment;
    return 0;
  }

  std::size_t comment(std::string_view octets) {
    if (octets[0] == '-') {
      ++dashes_;
      sink_->on_text(HtmlText::comment, octets.substr(0, 1), offset_);
      return 1;
    }
    const std::size_t dashes = std::exchange(dashes_, 0);
    if (dashes >= 2 && octets[0] == '>') {
      state_ = State::text;
      return 1;
    }
    if (dashes >= 2 && octets[0] == '!') dashes_ = 2;  // "--!>" closes too
    const std::size_t end = octets[0] == '!' ? 1 : std::max<std::size_t>(1, find_either(octets, '-', '!'));
    sink_->on_text(HtmlText::comment, octets.substr(0, end), offset_);
    return end;
  }

  std::size_t bogus_comment(std::string_view octets) {
    const std::size_t end = find_octet(octets, '>');
    if (end > 0) sink_->on_text(HtmlText::comment, octets.substr(0, end), offset_);
    if (end == octets.size()) return end;
    held_.clear();
    state_ = State::text;
    return end + 1;
  }

  // --- tags

  void begin_tag(bool closing) {
    closing_ = closing;
    self_closing_ = false;
    name_.clear();
    count_ = 0;
    kept_ = 0;
    state_ = State::tag_name;
  }

  /// As many of `octets` as are still kept of this tag.
  std::string_view kept(std::string_view octets) noexcept {
    octets = octets.substr(0, tag_octets - kept_);
    kept_ += octets.size();
    return octets;
  }

  void add_lower(std::string& name, std::string_view octets) {
    for (const char c : kept(octets)) name += to_lower(c);
  }

  std::size_t tag_name(std::string_view octets) {
    const std::size_t size = name_length(octets);
    add_lower(name_, octets.substr(0, size));
    if (size < octets.size()) state_ = State::before_attribute;
    return size;
  }

  /// Between attributes: `state_` says whether a "=" would still belong to the one before.
  std::size_t between(char c) {
    if (is_html_space(c)) return 1;
    if (c == '>') {
      end_tag();
      return 1;
    }
    if (state_ == State::after_name && c == '=') {
      state_ = State::before_value;
      return 1;
    }
    self_closing_ = c == '/';
    if (c == '/') {
      state_ = State::before_attribute;
      return 1;
    }
    begin_attribute();
    // An equals sign where a name must begin is part of the name.
    if (c != '=') return 0;
    if (!dropped_) add_lower(last().name, "=");
    return 1;
  }

  /// Attributes of earlier tags are used again, so that their memory is.
  void begin_attribute() {
    state_ = State::attribute_name;
    dropped_ = count_ >= tag_attributes || kept_ >= tag_octets;
    if (dropped_) return;
    if (count_ == attributes_.size()) attributes_.emplace_back();
    ++count_;
    last().name.clear();
    last().value.clear();
    last().offset = offset_;
  }

  HtmlAttribute& last() noexcept { return attributes_[count_ - 1]; }

  std::size_t attribute_name(std::string_view octets) {
    const std::size_t name = name_length(octets);
    const std::size_t size = std::min(octets.substr(0, name).find('='), name);
    if (!dropped_) add_lower(last().name, octets.substr(0, size));
    if (size < octets.size()) state_ = State::after_name;
    return size;
  }

  std::size_t before_value(char c) {
    if (is_html_space(c)) return 1;
    if (c == '>') {
      state_ = State::before_attribute;
      return 0;
    }
    const bool quoted = c == '"' || c == '\'';
    state_ = c == '"' ? State::value_double : quoted ? State::value_single : State::value_bare;
    if (!dropped_) last().offset = offset_ + (quoted ? 1 : 0);
    return quoted ? 1 : 0;
  }

  void add_to_value(std::string_view octets) {
    if (!dropped_) last().value += kept(octets);
  }

  std::size_t quoted_value(std::string_view octets, char quote) {
    const std::size_t end = find_octet(octets, quote);
    add_to_value(octets.substr(0, end));
    if (end == octets.size()) return end;
    end_attribute();
    return end + 1;
  }

  std::size_t bare_value(std::string_view octets) {
    std::size_t size = 0;
    while (size < octets.size() && !is_html_space(octets[size]) && octets[size] != '>') ++size;
    add_to_value(octets.substr(0, size));
    if (size < octets.size()) end_attribute();
    return size;
  }

  void end_attribute() {
    if (!dropped_ && in_value()) {
      std::string& value = last().value;
      if (value.contains('&')) value = resolve_references(value, true);
    }
    state_ = State::before_attribute;
  }

  void end_tag() {
    const HtmlTag tag{name_, closing_, self_closing_, std::span(attributes_).first(count_), mark_};
    sink_->on_tag(tag);
    held_.clear();
    state_ = State::text;
    if (closing_) return;
    const auto found = std::ranges::find(text_elements, std::string_view(name_), &TextElement::name);
    element_ = found != text_elements.end() ? &*found : nullptr;
  }

  HtmlSink* sink_;
  State state_ = State::text;
  const TextElement* element_ = nullptr;  ///< that is open
  std::uint64_t offset_ = 0;              ///< of the next octet
  std::uint64_t mark_ = 0;                ///< of the "<" or "&" that is being read
  std::string held_;                      ///< what may turn out to be text
  std::size_t dashes_ = 0;                ///< directly before the next octet of a comment
  std::string name_;
  std::vector<HtmlAttribute> attributes_;  ///< the first `count_` are of this tag
  std::size_t count_ = 0;
  std::size_t kept_ = 0;  ///< octets of the tag
  bool closing_ = false;
  bool self_closing_ = false;
  bool dropped_ = false;  ///< the attribute that is being read is beyond a limit
};

HtmlTokenizer::HtmlTokenizer(HtmlSink& sink) : machine_(std::make_unique<Machine>(sink)) {}
HtmlTokenizer::~HtmlTokenizer() = default;
HtmlTokenizer::HtmlTokenizer(HtmlTokenizer&&) noexcept = default;
HtmlTokenizer& HtmlTokenizer::operator=(HtmlTokenizer&&) noexcept = default;
void HtmlTokenizer::feed(std::string_view octets) {
  machine_->feed(octets);
}
void HtmlTokenizer::finish() {
  machine_->finish();
}

}  // namespace mailparse
