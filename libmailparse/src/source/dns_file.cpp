#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/source/dns_file.hpp>
#include <mailparse/source/ip_address.hpp>

namespace mailparse {
namespace {

struct Word {
  std::string text;
  bool quoted = false;
};

/// Cuts a record's lines into words; keeps what a later line goes on with.
class Words {
 public:
  /// False: a quotation mark is open at the line's end.
  bool line(std::string_view text) {
    while (!text.empty()) {
      const char octet = text.front();
      if (octet == ';' || octet == '#') return true;
      if (octet == '"') {
        if (!quoted(text)) return false;
        continue;
      }
      if (octet == '(') ++depth_;
      if (octet == ')' && depth_ > 0) --depth_;
      if (octet == '(' || octet == ')' || is(OctetClass::blank, octet) || octet == '\r') {
        text.remove_prefix(1);
        continue;
      }
      // The text of a bare TXT record has semicolons of its own.
      const bool record = text.starts_with("v=");
      const std::size_t end = record ? text.find('\r') : text.find_first_of(" \t\r();\"");
      words_.push_back({std::string(text.substr(0, end)), record});
      text.remove_prefix(std::min(end, text.size()));
    }
    return true;
  }
  [[nodiscard]] bool open() const noexcept { return depth_ > 0; }
  [[nodiscard]] std::vector<Word> take() { return std::exchange(words_, {}); }

 private:
  bool quoted(std::string_view& text) {
    Word word{{}, true};
    for (std::size_t at = 1; at < text.size(); ++at) {
      if (text[at] == '"') {
        words_.push_back(std::move(word));
        text.remove_prefix(at + 1);
        return true;
      }
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      word.text.push_back(text[at]);
    }
    return false;
  }

  std::vector<Word> words_;
  unsigned depth_ = 0;
};

struct TypeName {
  std::string_view name;
  DnsType type;
};
constexpr auto types = std::to_array<TypeName>({{"A", DnsType::a},
                                                {"AAAA", DnsType::aaaa},
                                                {"CNAME", DnsType::cname},
                                                {"MX", DnsType::mx},
                                                {"PTR", DnsType::ptr},
                                                {"TXT", DnsType::txt}});
constexpr auto other_types =
    std::to_array<std::string_view>({"CAA", "DNSKEY", "DS", "NAPTR", "NS", "RRSIG", "SOA", "SPF", "SRV", "TLSA"});

bool is_number(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char octet) { return is(OctetClass::digit, octet); });
}

std::string host_name(std::string_view text) {
  std::string name = lower_case(text);
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

/// The data of a record of that type, written as it is in answers.
bool read_data(const std::vector<Word>& words, std::size_t at, DnsRecord& record) {
  if (at >= words.size()) return false;
  std::array<char, 16> octets{};
  switch (record.type) {
    case DnsType::a:
      if (inet_pton(AF_INET, words[at].text.c_str(), octets.data()) != 1) return false;
      record.data = IpAddress::ipv4(octets.data()).text();
      return true;
    case DnsType::aaaa:
      if (inet_pton(AF_INET6, words[at].text.c_str(), octets.data()) != 1) return false;
      record.data = IpAddress::ipv6(octets.data()).text();
      return true;
    case DnsType::mx: {
      const std::string& number = words[at].text;
      if (at + 1 >= words.size()) return false;
      const auto end = number.data() + number.size();
      if (std::from_chars(number.data(), end, record.preference).ptr != end) return false;
      record.data = host_name(words[at + 1].text);
      return true;
    }
    case DnsType::cname:
    case DnsType::ptr:
      record.data = host_name(words[at].text);
      return true;
    case DnsType::txt:
      break;
  }
  for (; at < words.size(); ++at) {
    // Words without quotation marks are one text, blanks and all.
    if (!record.data.empty() && !words[at].quoted) record.data.push_back(' ');
    record.data += words[at].text;
  }
  return true;
}

enum class Read : std::uint8_t { record, passed_over, fault };

Read read_record(const std::vector<Word>& words, DnsAnswers& answers) {
  if (words.size() < 2) return Read::fault;
  if (words[0].text.starts_with('$')) return Read::passed_over;
  std::size_t at = 1;
  while (at < words.size() && (is_number(words[at].text) || iequals(words[at].text, "IN"))) ++at;
  if (at == words.size()) return Read::fault;
  DnsRecord record;
  record.name = host_name(words[0].text);
  if (words[at].text.starts_with("v=")) {
    record.type = DnsType::txt;
  } else {
    const auto same = [&](std::string_view name) { return iequals(name, words[at].text); };
    if (std::ranges::any_of(other_types, same)) return Read::passed_over;
    const auto type = std::ranges::find_if(types, same, &TypeName::name);
    if (type == types.end()) return Read::fault;
    record.type = type->type;
    ++at;
  }
  if (!read_data(words, at, record)) return Read::fault;
  answers.add(record);
  return Read::record;
}

}  // namespace

std::expected<std::uint64_t, std::uint64_t> read_dns_file(std::string_view text, DnsAnswers& answers) {
  std::uint64_t records = 0;
  std::uint64_t number = 0;
  std::uint64_t begin = 1;
  Words words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.size(), text.find('\n'));
    ++number;
    if (!words.open()) begin = number;
    if (!words.line(text.substr(0, end))) return std::unexpected(number);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (words.open()) continue;
    const std::vector<Word> record = words.take();
    if (record.empty()) continue;
    const Read read = read_record(record, answers);
    if (read == Read::fault) return std::unexpected(begin);
    if (read == Read::record) ++records;
  }
  if (words.open()) return std::unexpected(begin);
  return records;
}

}  // namespace mailparse
