// Any octets as a DNS message, and as a stream of them over TCP: names are bounded text, the stream gives the same
// messages in any cut, and the store answers with what it was told.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/source/dns.hpp>
#include <mailparse/source/dns_answers.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

/// Each octet of a name of 255 is at most four characters of text.
void check_name(std::string_view name) {
  require(name.size() <= 255 * 4);
  for (const char octet : name) require(octet > ' ' && octet <= '~' && (octet < 'A' || octet > 'Z'));
}

class Messages final : public DnsSink {
 public:
  void on_dns(std::string_view message, const Stamp&) override { kept.emplace_back(message); }
  std::vector<std::string> kept;
};

void check_message(std::string_view message) {
  const auto response = read_dns_response(message);
  DnsAnswers answers(std::size_t{1} << 16);
  answers.on_dns(message, {});
  answers.on_dns(message, {});
  if (!response) return;
  check_name(response->question);
  require(response->answers.size() * 11 <= message.size());
  for (const DnsRecord& record : response->answers) {
    check_name(record.name);
    if (record.type != DnsType::txt) require(record.data.size() <= 255 * 4);
    const auto told = answers.find(record.name, record.type);
    require(told.size() <= 64);
    if (response->answers.size() <= 16) require(std::ranges::find(told, record.data, &DnsAnswer::data) != told.end());
    if (record.type == DnsType::a && response->answers.size() <= 16) {
      const auto names = answers.names_of(record.data);
      require(std::ranges::find(names, record.name) != names.end());
    }
  }
}

void check_stream(std::string_view octets) {
  DnsStream whole;
  Messages at_once;
  whole.push(octets, {}, at_once);
  DnsStream split;
  Messages singly;
  for (std::size_t at = 0; at < octets.size(); ++at) split.push(octets.substr(at, 1), {}, singly);
  require(at_once.kept == singly.kept);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  check_message(octets);
  check_stream(octets);
  return 0;
}
