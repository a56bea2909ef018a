#include <algorithm>
#include <unordered_set>

#include <mailparse/base/octets.hpp>
#include <mailparse/source/dns.hpp>
#include <mailparse/source/ip_address.hpp>

#include "source/network_order.hpp"

namespace mailparse {
namespace {

constexpr std::size_t header_octets = 12;
constexpr std::size_t most_name_octets = 255;
constexpr unsigned most_pointers = 16;
constexpr std::uint16_t internet = 1;

/// What the flags of a message must be: a response to a standard query, complete and without error. RFC 1035 4.1.1
constexpr bool is_answer(std::uint16_t flags) noexcept {
  constexpr unsigned response = 0x8000, opcode = 0x7800, truncated = 0x0200, error = 0x000F;
  return (flags & response) != 0 && (flags & (opcode | truncated | error)) == 0;
}

void append_label(std::string& out, std::string_view label) {
  for (const char octet : label) {
    if (is(OctetClass::vchar, octet) && octet != '.' && octet != '\\') {
      out.push_back(to_lower(octet));
      continue;
    }
    const auto value = static_cast<unsigned char>(octet);
    out.push_back('\\');
    out.push_back(static_cast<char>('0' + value / 100));
    out.push_back(static_cast<char>('0' + value / 10 % 10));
    out.push_back(static_cast<char>('0' + value % 10));
  }
}

/// Walks over one message. Each function fails without reading past its end.
class Reader {
 public:
  explicit Reader(std::string_view message) noexcept : message_(message) {}

  [[nodiscard]] bool has(std::size_t octets) const noexcept { return message_.size() - at_ >= octets; }
  std::uint16_t number() noexcept {
    const std::uint16_t value = be16(message_.data() + at_);
    at_ += 2;
    return value;
  }
  void skip(std::size_t octets) noexcept { at_ += octets; }
  [[nodiscard]] std::string_view octets(std::size_t size) const noexcept { return message_.substr(at_, size); }

  /// RFC 1035 4.1.4. A pointer leads to octets before the name, so that none can lead back to itself.
  std::optional<std::string> name() {
    std::string name;
    std::size_t at = at_;
    std::size_t floor = at_;
    std::size_t length = 0;
    std::optional<std::size_t> behind;
    for (unsigned pointers = 0;;) {
      if (at >= message_.size()) return std::nullopt;
      const std::size_t size = be8(message_.data() + at);
      if (size == 0) {
        at_ = behind.value_or(at + 1);
        return name;
      }
      if ((size & 0xC0U) == 0xC0U) {
        if (at + 2 > message_.size() || ++pointers > most_pointers) return std::nullopt;
        if (!behind) behind = at + 2;
        at = be16(message_.data() + at) & 0x3FFFU;
        if (at >= floor) return std::nullopt;
        floor = at;
        continue;
      }
      length += size + 1;
      if (size > 63 || length > most_name_octets || message_.size() - at <= size) return std::nullopt;
      if (!name.empty()) name.push_back('.');
      append_label(name, message_.substr(at + 1, size));
      at += size + 1;
    }
  }

 private:
  std::string_view message_;
  std::size_t at_ = 0;
};

/// The strings of a TXT record, joined. RFC 1035 3.3.14, RFC 7208 3.3
std::optional<std::string> joined_strings(std::string_view data) {
  std::string text;
  while (!data.empty()) {
    const std::size_t size = be8(data.data());
    if (data.size() <= size) return std::nullopt;
    text.append(data, 1, size);
    data.remove_prefix(size + 1);
  }
  return text;
}

/// The data of one record, behind its length; nothing where its type is not wanted or its octets do not fit.
std::optional<DnsRecord> read_data(Reader reader, std::uint16_t type, std::size_t size) {
  DnsRecord record;
  record.type = static_cast<DnsType>(type);
  std::optional<std::string> data;
  switch (record.type) {
    case DnsType::a:
      if (size == 4) data = IpAddress::ipv4(reader.octets(4).data()).text();
      break;
    case DnsType::aaaa:
      if (size == 16) data = IpAddress::ipv6(reader.octets(16).data()).text();
      break;
    case DnsType::mx:
      if (size < 3) return std::nullopt;
      record.preference = reader.number();
      data = reader.name();
      break;
    case DnsType::cname:
    case DnsType::ptr:
      data = reader.name();
      break;
    case DnsType::txt:
      data = joined_strings(reader.octets(size));
      break;
    default:
      return std::nullopt;
  }
  if (!data) return std::nullopt;
  record.data = std::move(*data);
  return record;
}

}  // namespace

std::optional<DnsResponse> read_dns_response(std::string_view message) {
  if (message.size() < header_octets) return std::nullopt;
  Reader reader(message);
  reader.skip(2);
  const std::uint16_t flags = reader.number();
  const std::uint16_t questions = reader.number();
  const std::uint16_t answers = reader.number();
  reader.skip(4);
  if (!is_answer(flags) || questions != 1) return std::nullopt;
  auto question = reader.name();
  if (!question || !reader.has(4)) return std::nullopt;
  reader.skip(4);
  DnsResponse response{std::move(*question), {}};
  // Records for other names are none of the question's: whoever put them there wants them believed.
  std::unordered_set<std::string> names{response.question};
  for (unsigned index = 0; index < answers; ++index) {
    auto name = reader.name();
    constexpr std::size_t fixed = 10;
    if (!name || !reader.has(fixed)) return std::nullopt;
    const std::uint16_t type = reader.number();
    const std::uint16_t dns_class = reader.number();
    reader.skip(4);
    const std::size_t size = reader.number();
    if (!reader.has(size)) return std::nullopt;
    auto record = dns_class == internet && names.contains(*name) ? read_data(reader, type, size) : std::nullopt;
    reader.skip(size);
    if (!record) continue;
    if (record->type == DnsType::cname) names.insert(record->data);
    record->name = std::move(*name);
    response.answers.push_back(std::move(*record));
  }
  return response;
}

void DnsStream::push(std::string_view octets, const Stamp& stamp, DnsSink& sink) {
  constexpr std::size_t prefix = 2;
  while (!lost_ && !octets.empty()) {
    const std::size_t wanted = held_.size() < prefix ? prefix : prefix + be16(held_.data());
    const std::size_t taken = std::min(octets.size(), wanted - held_.size());
    held_.append(octets, 0, taken);
    octets.remove_prefix(taken);
    if (held_.size() < prefix || held_.size() < prefix + be16(held_.data())) continue;
    sink.on_dns(std::string_view(held_).substr(prefix), stamp);
    held_.clear();
  }
}

}  // namespace mailparse
