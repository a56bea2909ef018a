#include "analysis/canonical_header.hpp"

#include <algorithm>
#include <unordered_map>

#include <mailparse/base/octets.hpp>

namespace mailparse {
namespace {

bool is_white(char octet) noexcept {
  return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

/// `raw` without its final line end.
std::string_view without_end(std::string_view raw) noexcept {
  if (raw.ends_with('\n')) raw.remove_suffix(1);
  if (raw.ends_with('\r')) raw.remove_suffix(1);
  return raw;
}

std::string simple(std::string_view raw) {
  std::string out;
  out.reserve(raw.size() + 8);
  const bool cr_lines = !raw.contains('\n');  // a field of a message whose lines end in CR
  char last = '\0';
  for (const char octet : without_end(raw)) {
    if (octet == '\n' && last != '\r') out.push_back('\r');
    out.push_back(octet);
    if (octet == '\r' && cr_lines) out.push_back('\n');
    last = octet;
  }
  return out.append("\r\n");
}

std::string relaxed(std::string_view raw) {
  const std::size_t colon = std::min(raw.find(':'), raw.size());
  std::string out;
  for (const char octet : trim_blanks(raw.substr(0, colon))) out.push_back(to_lower(octet));
  out.push_back(':');
  bool blank = false;
  bool begun = false;
  for (const char octet : raw.substr(std::min(raw.size(), colon + 1))) {
    if (is_white(octet)) {
      blank = begun;
      continue;
    }
    if (blank) out.push_back(' ');
    blank = false;
    begun = true;
    out.push_back(octet);
  }
  return out.append("\r\n");
}

}  // namespace

std::string canonical_field(std::string_view raw, Canonical form) {
  return form == Canonical::simple ? simple(raw) : relaxed(raw);
}

std::string without_signature_value(std::string_view raw) {
  std::size_t begin = std::min(raw.find(':'), raw.size());
  while (begin < raw.size()) {
    ++begin;
    const std::size_t end = std::min(raw.find(';', begin), raw.size());
    const std::size_t equals = raw.substr(begin, end - begin).find('=');
    std::string_view name = raw.substr(begin, equals == raw.npos ? 0 : equals);
    while (!name.empty() && is_white(name.front())) name.remove_prefix(1);
    while (!name.empty() && is_white(name.back())) name.remove_suffix(1);
    if (name == "b") {
      const std::size_t value = begin + equals + 1;
      const std::size_t stop = end == raw.size() ? std::max(value, without_end(raw).size()) : end;
      return std::string(raw.substr(0, value)).append(raw.substr(stop));
    }
    begin = end;
  }
  return std::string(raw);
}

std::string canonical_fields(const Header& header, const std::vector<std::string>& names, Canonical form) {
  std::unordered_map<std::string, std::vector<const HeaderField*>> fields;
  for (const std::string& name : names) fields[name];
  for (const HeaderField& field : header.fields()) {
    const auto at = fields.find(lower_case(field.name));
    if (at != fields.end()) at->second.push_back(&field);
  }
  std::string out;
  for (const std::string& name : names) {
    std::vector<const HeaderField*>& left = fields[name];
    if (left.empty()) continue;
    out += canonical_field(left.back()->raw, form);
    left.pop_back();
  }
  return out;
}

}  // namespace mailparse
