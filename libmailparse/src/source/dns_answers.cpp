#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <utility>

#include <arpa/inet.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/source/dns_answers.hpp>
#include <mailparse/source/ip_address.hpp>

namespace mailparse {
namespace {

constexpr std::size_t most_values = 64;

/// What a key asks for. Types of records, and the two questions that no record answers directly.
enum Question : char { by_address = '@', by_exchange = '%' };

std::string key_of(char question, std::string_view subject) {
  std::string key = question + lower_case(subject);
  if (key.size() > 2 && key.back() == '.') key.pop_back();
  return key;
}

/// Types are below 64: a letter each.
constexpr char letter_of(DnsType type) noexcept {
  return static_cast<char>('A' + static_cast<int>(type));
}

/// The address that a reverse name stands for; empty where it is none. RFC 1035 3.5, RFC 3596 2.5
std::string address_of_reverse_name(std::string_view name) {
  constexpr std::string_view ipv4 = ".in-addr.arpa";
  constexpr std::string_view ipv6 = ".ip6.arpa";
  std::vector<std::string_view> labels;
  const auto split = [&](std::string_view text) {
    for (std::size_t begin = 0; begin <= text.size();) {
      const std::size_t dot = std::min(text.size(), text.find('.', begin));
      labels.push_back(text.substr(begin, dot - begin));
      begin = dot + 1;
    }
    std::ranges::reverse(labels);
  };
  std::string text;
  if (name.ends_with(ipv4)) {
    split(name.substr(0, name.size() - ipv4.size()));
    for (const std::string_view label : labels) text.append(text.empty() ? "" : ".").append(label);
  } else if (name.ends_with(ipv6)) {
    split(name.substr(0, name.size() - ipv6.size()));
    for (std::size_t index = 0; index < labels.size(); ++index)
      text.append(index != 0 && index % 4 == 0 ? ":" : "").append(labels[index]);
  }
  std::array<char, 16> octets{};
  if (inet_pton(AF_INET, text.c_str(), octets.data()) == 1) return IpAddress::ipv4(octets.data()).text();
  if (inet_pton(AF_INET6, text.c_str(), octets.data()) == 1) return IpAddress::ipv6(octets.data()).text();
  return {};
}

std::vector<std::string> texts_of(const std::vector<DnsAnswer>& answers) {
  std::vector<std::string> texts;
  for (const DnsAnswer& answer : answers) texts.push_back(answer.data);
  return texts;
}

}  // namespace

void DnsAnswers::on_dns(std::string_view message, const Stamp& stamp) {
  const auto response = read_dns_response(message);
  if (!response) return;
  for (const DnsRecord& record : response->answers) keep_record(record, response->question, stamp);
}

void DnsAnswers::add(const DnsRecord& record) {
  keep_record(record, record.name, {});
}

void DnsAnswers::keep_record(const DnsRecord& record, const std::string& question, const Stamp& stamp) {
  keep(key_of(letter_of(record.type), record.name), record.data, record.preference, stamp);
  // Found by way of an alias: an answer to the name that was asked for, too.
  const bool aliased = record.name != question && record.type != DnsType::cname;
  if (aliased) keep(key_of(letter_of(record.type), question), record.data, record.preference, stamp);
  switch (record.type) {
    case DnsType::a:
    case DnsType::aaaa:
      keep(key_of(by_address, record.data), record.name, 0, stamp);
      if (aliased) keep(key_of(by_address, record.data), question, 0, stamp);
      break;
    case DnsType::ptr:
      if (const std::string address = address_of_reverse_name(question); !address.empty())
        keep(key_of(by_address, address), record.data, 0, stamp);
      break;
    case DnsType::mx:
      keep(key_of(by_exchange, record.data), question, record.preference, stamp);
      break;
    case DnsType::cname:
    case DnsType::txt:
      break;
  }
}

void DnsAnswers::keep(std::string key, std::string_view data, std::uint16_t preference, const Stamp& stamp) {
  constexpr std::size_t overhead = sizeof(DnsAnswer) + 64;
  if (young_octets_ > most_octets_ / 2) {
    old_ = std::exchange(young_, {});
    young_octets_ = 0;
  }
  auto at = young_.find(key);
  if (at == young_.end()) {
    auto before = old_.extract(key);
    at = young_.try_emplace(key, before.empty() ? Values{} : std::move(before.mapped())).first;
    young_octets_ += key.size() + overhead;
    for (const DnsAnswer& value : at->second) young_octets_ += value.data.size() + overhead;
  }
  Values& values = at->second;
  const auto same = std::ranges::find(values, data, &DnsAnswer::data);
  if (same != values.end()) {
    same->order = ++order_;
    same->preference = preference;
    return;
  }
  if (values.size() == most_values) values.erase(std::ranges::min_element(values, {}, &DnsAnswer::order));
  values.push_back({std::string(data), preference, stamp.time, ++order_});
  young_octets_ += data.size() + overhead;
}

DnsAnswers::Values DnsAnswers::values_of(const std::string& key, const std::optional<Timestamp>& before) const {
  Values found;
  for (const Generation* const generation : {&young_, &old_}) {
    const auto at = generation->find(key);
    if (at == generation->end()) continue;
    std::ranges::copy_if(at->second, std::back_inserter(found),
                         [&](const DnsAnswer& answer) { return !before || !answer.first || *answer.first < *before; });
    break;
  }
  std::ranges::sort(found, std::ranges::greater{}, &DnsAnswer::order);
  return found;
}

std::vector<DnsAnswer> DnsAnswers::find(std::string_view name, DnsType type,
                                        const std::optional<Timestamp>& before) const {
  return values_of(key_of(letter_of(type), name), before);
}

std::vector<std::string> DnsAnswers::names_of(std::string_view address, const std::optional<Timestamp>& before) const {
  return texts_of(values_of(key_of(by_address, address), before));
}

std::vector<std::string> DnsAnswers::mail_domains_of(std::string_view host,
                                                     const std::optional<Timestamp>& before) const {
  return texts_of(values_of(key_of(by_exchange, host), before));
}

}  // namespace mailparse
