#include "message/idn.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <unicode/idna.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/scan/utf8_character.hpp>

namespace mailparse {
namespace {

/// What UTS 46 4 maps to a full stop: ideographic, fullwidth, halfwidth ideographic.
constexpr std::array<std::string_view, 3> unicode_dots{"\xE3\x80\x82", "\xEF\xBC\x8E", "\xEF\xBD\xA1"};

const icu::IDNA* idna() {
  static const std::unique_ptr<icu::IDNA> instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::IDNA> made(icu::IDNA::createUTS46Instance(
        UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE | UIDNA_CHECK_BIDI, status));
    return U_SUCCESS(status) ? std::move(made) : nullptr;
  }();
  return instance.get();
}

const USpoofChecker* spoof_checker() {
  struct Close {
    void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
  };
  static const std::unique_ptr<USpoofChecker, Close> instance = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<USpoofChecker, Close> made(uspoof_open(&status));
    if (U_FAILURE(status)) return std::unique_ptr<USpoofChecker, Close>();
    uspoof_setRestrictionLevel(made.get(), USPOOF_HIGHLY_RESTRICTIVE);
    uspoof_setChecks(made.get(), USPOOF_RESTRICTION_LEVEL, &status);
    return U_SUCCESS(status) ? std::move(made) : std::unique_ptr<USpoofChecker, Close>();
  }();
  return instance.get();
}

std::string to_string(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

bool has_high(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return is(OctetClass::high, c); });
}

/// More than one of Latin, Cyrillic, Greek and the rest of the world beyond what UTS 39 finds harmless.
bool is_mixed(const icu::UnicodeString& label) {
  const USpoofChecker* checker = spoof_checker();
  if (checker == nullptr) return false;
  UErrorCode status = U_ZERO_ERROR;
  const int32_t found = uspoof_check2(checker, label.getBuffer(), label.length(), nullptr, &status);
  // The level is also exceeded by characters outside the identifier profile, such as emoji; scripts decide here.
  if (U_FAILURE(status) || (found & USPOOF_RESTRICTION_LEVEL) == 0) return false;
  UScriptCode first = USCRIPT_INVALID_CODE;
  for (int32_t i = 0; i < label.length(); i = label.moveIndex32(i, 1)) {
    const UScriptCode script = uscript_getScript(label.char32At(i), &status);
    if (script == USCRIPT_COMMON || script == USCRIPT_INHERITED) continue;
    if (first == USCRIPT_INVALID_CODE) first = script;
    if (script != first) return true;
  }
  return false;
}

/// Letters of one script other than Latin that all look like Latin ones: Cyrillic "аррӏе" for "apple". UTS 39 4.
bool looks_latin(const icu::UnicodeString& label) {
  const USpoofChecker* checker = spoof_checker();
  if (checker == nullptr) return false;
  bool letters = false;
  for (int32_t i = 0; i < label.length(); i = label.moveIndex32(i, 1)) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(label.char32At(i), &status);
    if (script == USCRIPT_LATIN) return false;
    letters = letters || (script != USCRIPT_COMMON && script != USCRIPT_INHERITED);
  }
  if (!letters) return false;
  icu::UnicodeString skeleton;
  UErrorCode status = U_ZERO_ERROR;
  uspoof_getSkeletonUnicodeString(checker, 0, label, skeleton, &status);
  if (U_FAILURE(status)) return false;
  for (int32_t i = 0; i < skeleton.length(); ++i) {
    if (skeleton.charAt(i) >= 0x80) return false;
  }
  return true;
}

void add_scripts(const icu::UnicodeString& label, std::string& scripts) {
  for (int32_t i = 0; i < label.length(); i = label.moveIndex32(i, 1)) {
    UErrorCode status = U_ZERO_ERROR;
    const UScriptCode script = uscript_getScript(label.char32At(i), &status);
    if (U_FAILURE(status) || script == USCRIPT_COMMON || script == USCRIPT_INHERITED) continue;
    const std::string_view name = uscript_getName(script);
    if (scripts.find(name) != std::string::npos) continue;
    if (!scripts.empty()) scripts += ", ";
    scripts += name;
  }
}

bool is_emoji_label(const icu::UnicodeString& label) {
  for (int32_t i = 0; i < label.length(); i = label.moveIndex32(i, 1)) {
    if (u_hasBinaryProperty(label.char32At(i), UCHAR_EXTENDED_PICTOGRAPHIC)) return true;
  }
  return false;
}

void add_label(std::string_view domain, std::size_t begin, std::size_t end, IdnForms& forms) {
  const std::string_view label = domain.substr(begin, end - begin);
  if (!has_high(label) && !istarts_with(label, "xn--")) {
    forms.ascii += label;
    forms.unicode += label;
    return;
  }
  IdnLabel facts{.begin = begin, .length = label.size()};
  const icu::UnicodeString source = icu::UnicodeString::fromUTF8({label.data(), static_cast<int32_t>(label.size())});
  icu::UnicodeString decoded;
  icu::UnicodeString encoded;
  icu::IDNAInfo decode_info;
  icu::IDNAInfo encode_info;
  UErrorCode status = U_ZERO_ERROR;
  if (idna() != nullptr) {
    idna()->labelToUnicode(source, decoded, decode_info, status);
    idna()->labelToASCII(source, encoded, encode_info, status);
  }
  const bool failed = U_FAILURE(status) || decode_info.hasErrors();
  facts.invalid = failed && !is_emoji_label(decoded);
  facts.mixed_script = !facts.invalid && is_mixed(decoded);
  facts.confusable = !facts.invalid && !facts.mixed_script && looks_latin(decoded);
  add_scripts(decoded, forms.scripts);
  forms.labels.push_back(facts);
  forms.unicode += facts.invalid ? std::string(label) : to_string(decoded);
  forms.ascii += U_FAILURE(status) || encode_info.hasErrors() ? std::string(label) : to_string(encoded);
}

}  // namespace

bool is_internationalised(std::string_view domain) noexcept {
  if (has_high(domain)) return true;
  for (std::size_t begin = 0; begin < domain.size();) {
    if (istarts_with(domain.substr(begin), "xn--")) return true;
    const std::size_t dot = domain.find('.', begin);
    if (dot == domain.npos) break;
    begin = dot + 1;
  }
  return false;
}

IdnForms idn_forms(std::string_view domain) {
  IdnForms forms;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= domain.size();) {
    std::size_t dot = at < domain.size() && domain[at] == '.' ? 1 : 0;
    for (const std::string_view form : unicode_dots) {
      if (dot != 0 || !domain.substr(at).starts_with(form)) continue;
      dot = form.size();
      if (forms.unicode_dot == domain.npos) forms.unicode_dot = at;
    }
    if (at < domain.size() && dot == 0) {
      ++at;
      continue;
    }
    add_label(domain, begin, at, forms);
    if (at == domain.size()) break;
    forms.ascii += '.';
    forms.unicode += '.';
    begin = at += dot;
  }
  // Under a top-level domain of its own script a name is what it looks like.
  const std::size_t top = forms.ascii.rfind('.');
  if (top == std::string::npos || istarts_with(std::string_view(forms.ascii).substr(top + 1), "xn--")) {
    for (IdnLabel& label : forms.labels) label.confusable = false;
  }
  return forms;
}

}  // namespace mailparse
