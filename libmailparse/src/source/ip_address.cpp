#include <cstddef>
#include <cstdio>

#include <mailparse/source/ip_address.hpp>

namespace mailparse {
namespace {

void append_number(std::string& text, unsigned value, const char* format) {
  char digits[8];
  const int size = std::snprintf(digits, sizeof digits, format, value);
  text.append(digits, static_cast<std::size_t>(size));
}

void append_quad(std::string& text, const unsigned char* octets) {
  for (std::size_t i = 0; i < 4; ++i) {
    if (i != 0) text.push_back('.');
    append_number(text, octets[i], "%u");
  }
}

/// The longest run of two or more zero groups, the first of several: what "::" stands for. RFC 5952 4.2.
struct ZeroRun {
  std::size_t begin = 8;
  std::size_t length = 0;
};

ZeroRun longest_zero_run(const std::array<unsigned, 8>& groups) {
  ZeroRun best;
  for (std::size_t i = 0; i < groups.size();) {
    std::size_t end = i;
    while (end < groups.size() && groups[end] == 0) ++end;
    if (end - i >= 2 && end - i > best.length) best = {i, end - i};
    i = end + 1;
  }
  return best;
}

std::string ipv6_text(const std::array<unsigned char, 16>& octets) {
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) groups[i] = octets[2 * i] * 256U + octets[2 * i + 1];
  std::string text;
  if (groups[5] == 0xFFFF && (groups[0] | groups[1] | groups[2] | groups[3] | groups[4]) == 0) {
    text = "::ffff:";  // RFC 5952 5: the mixed form for IPv4-mapped addresses
    append_quad(text, octets.data() + 12);
    return text;
  }
  const ZeroRun zeros = longest_zero_run(groups);
  for (std::size_t i = 0; i < groups.size();) {
    if (i == zeros.begin) {
      text += "::";
      i += zeros.length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text.push_back(':');
    append_number(text, groups[i], "%x");
    ++i;
  }
  return text;
}

}  // namespace

std::string IpAddress::text() const {
  if (family == Family::ipv6) return ipv6_text(octets);
  std::string quad;
  if (family == Family::ipv4) append_quad(quad, octets.data());
  return quad;
}

}  // namespace mailparse
