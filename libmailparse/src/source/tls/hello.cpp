#include "source/tls/hello.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <mailparse/base/digest.hpp>

#include "source/tls/cursor.hpp"

namespace mailparse::tls {

namespace {

constexpr std::uint16_t server_name_extension = 0;
constexpr std::uint16_t groups_extension = 10;
constexpr std::uint16_t point_formats_extension = 11;
constexpr std::uint16_t signature_algorithms_extension = 13;
constexpr std::uint16_t alpn_extension = 16;
constexpr std::uint16_t supported_versions_extension = 43;

/// RFC 8701: both octets equal and of the form 0x?A.
constexpr bool is_grease(std::uint16_t value) noexcept {
  return (value & 0x0F0F) == 0x0A0A && value >> 8 == (value & 0xFF);
}

std::vector<std::uint16_t> numbers(std::string_view octets) {
  std::vector<std::uint16_t> all;
  Cursor cursor(octets);
  while (octets.size() % 2 == 0 && !cursor.at_end()) {
    const std::uint16_t value = cursor.u16();
    if (!is_grease(value)) all.push_back(value);
  }
  return all;
}

std::vector<std::string> alpn_names(std::string_view octets) {
  std::vector<std::string> names;
  Cursor list(Cursor(octets).vector(2));
  while (!list.at_end()) names.emplace_back(list.vector(1));
  return names;
}

std::string host_name(std::string_view octets) {
  Cursor list(Cursor(octets).vector(2));
  while (!list.at_end()) {
    const bool host = list.u8() == 0;
    const std::string_view name = list.vector(2);
    if (host) return std::string(name);
  }
  return {};
}

void read_client_extension(std::uint16_t type, std::string_view body, TlsClientHello& hello) {
  switch (type) {
    case server_name_extension:
      hello.server_name = host_name(body);
      break;
    case groups_extension:
      hello.groups = numbers(Cursor(body).vector(2));
      break;
    case point_formats_extension:
      for (const char c : Cursor(body).vector(1)) hello.point_formats.push_back(static_cast<std::uint8_t>(c));
      break;
    case signature_algorithms_extension:
      hello.signature_algorithms = numbers(Cursor(body).vector(2));
      break;
    case alpn_extension:
      hello.alpn = alpn_names(body);
      break;
    case supported_versions_extension:
      for (const std::uint16_t version : numbers(Cursor(body).vector(1)))
        hello.version = std::max(hello.version, version);
      break;
    default:
      break;
  }
}

template <class Numbers>
std::string joined(const Numbers& values) {
  std::string text;
  for (const auto value : values) {
    if (!text.empty()) text += '-';
    text += std::to_string(value);
  }
  return text;
}

std::string ja3(const TlsClientHello& hello) {
  const std::string text = std::to_string(hello.legacy_version) + ',' + joined(hello.ciphers) + ',' +
                           joined(hello.extensions) + ',' + joined(hello.groups) + ',' + joined(hello.point_formats);
  return digest_hex(DigestKind::md5, text);
}

std::string hex_list(const std::vector<std::uint16_t>& values) {
  std::string text;
  for (const std::uint16_t value : values) {
    if (!text.empty()) text += ',';
    text += hex4(value);
  }
  return text;
}

std::string two_digits(std::size_t count) {
  const std::size_t shown = std::min<std::size_t>(count, 99);
  return {static_cast<char>('0' + shown / 10), static_cast<char>('0' + shown % 10)};
}

std::string ja4_version(std::uint16_t version) {
  switch (version) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    default:
      return "00";
  }
}

/// First and last character of the first protocol; of its hexadecimal form where these are not alphanumeric.
std::string ja4_alpn(const std::vector<std::string>& alpn) {
  if (alpn.empty() || alpn.front().empty()) return "00";
  const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  const char first = alpn.front().front();
  const char last = alpn.front().back();
  if (plain(first) && plain(last)) return {first, last};
  return {hex4(static_cast<unsigned char>(first))[2], hex4(static_cast<unsigned char>(last))[3]};
}

std::string short_digest(const std::string& text) {
  return text.empty() ? std::string(12, '0') : digest_hex(DigestKind::sha256, text).substr(0, 12);
}

std::string ja4(const TlsClientHello& hello) {
  std::vector<std::uint16_t> ciphers = hello.ciphers;
  std::ranges::sort(ciphers);
  std::vector<std::uint16_t> extensions = hello.extensions;
  const bool names_server = std::ranges::find(extensions, server_name_extension) != extensions.end();
  std::erase_if(extensions, [](std::uint16_t type) { return type == server_name_extension || type == alpn_extension; });
  std::ranges::sort(extensions);
  std::string listed = hex_list(extensions);
  if (!hello.signature_algorithms.empty()) listed += '_' + hex_list(hello.signature_algorithms);
  std::string text = "t" + ja4_version(hello.version);
  text += names_server ? 'd' : 'i';
  text += two_digits(hello.ciphers.size()) + two_digits(hello.extensions.size()) + ja4_alpn(hello.alpn);
  text += '_' + short_digest(hex_list(ciphers)) + '_' + short_digest(listed);
  return text;
}

}  // namespace

std::string hex4(std::uint16_t value) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[value >> 12], digits[(value >> 8) & 15], digits[(value >> 4) & 15], digits[value & 15]};
}

std::optional<TlsClientHello> parse_client_hello(std::string_view body) {
  constexpr std::size_t random_octets = 32;
  Cursor cursor(body);
  TlsClientHello hello;
  hello.legacy_version = hello.version = cursor.u16();
  cursor.take(random_octets);
  cursor.vector(1);  // session identifier
  hello.ciphers = numbers(cursor.vector(2));
  cursor.vector(1);  // compression methods
  if (!cursor.ok()) return std::nullopt;
  Cursor extensions(cursor.at_end() ? std::string_view{} : cursor.vector(2));
  while (!extensions.at_end()) {
    const std::uint16_t type = extensions.u16();
    const std::string_view content = extensions.vector(2);
    if (!extensions.ok()) break;
    if (is_grease(type)) continue;
    hello.extensions.push_back(type);
    read_client_extension(type, content, hello);
  }
  hello.ja3 = ja3(hello);
  hello.ja4 = ja4(hello);
  return hello;
}

std::optional<TlsServerHello> parse_server_hello(std::string_view body) {
  constexpr std::size_t random_octets = 32;
  Cursor cursor(body);
  TlsServerHello hello;
  hello.version = cursor.u16();
  cursor.take(random_octets);
  cursor.vector(1);  // session identifier
  hello.cipher = cursor.u16();
  cursor.u8();  // compression method
  if (!cursor.ok()) return std::nullopt;
  Cursor extensions(cursor.at_end() ? std::string_view{} : cursor.vector(2));
  while (!extensions.at_end()) {
    const std::uint16_t type = extensions.u16();
    const std::string_view content = extensions.vector(2);
    if (!extensions.ok()) break;
    if (type == supported_versions_extension && content.size() == 2) hello.version = Cursor(content).u16();
    if (type == alpn_extension) {
      const std::vector<std::string> names = alpn_names(content);
      if (!names.empty()) hello.alpn = names.front();
    }
  }
  return hello;
}

}  // namespace mailparse::tls
