#include "common/live_resolver.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <mailparse/base/octets.hpp>

#include "common/lookup_process.hpp"

namespace mailparse::tools {
namespace {

constexpr std::size_t most_questions = 10'000;
constexpr std::size_t most_known_octets = std::size_t{16} * 1024 * 1024;
/// More than the process takes for any question: an answer that came later would be taken for that to the next one.
constexpr int patience_milliseconds = 2 * 1000 * most_wait_seconds;

/// Whether a name server can be asked for it. RFC 1035 2.3.4; in answers a backslash begins an escape.
bool is_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > most_question_octets - sizeof(DnsType)) return false;
  std::size_t label = 0;
  for (const char octet : name) {
    if (!is(OctetClass::vchar, octet) || octet == '\\') return false;
    if (octet == '.' && label == 0) return false;
    label = octet == '.' ? 0 : label + 1;
    if (label > 63) return false;
  }
  return true;
}

DnsLookup failed(std::string_view reason) {
  return {DnsOutcome::failed, {}, std::string(reason)};
}

/// The records of that type in the message of a name server.
DnsLookup read_answer(std::string_view message, const std::string& name, DnsType type) {
  auto response = read_dns_response(message);
  if (!response || response->question != name) return failed("the answer cannot be read");
  DnsLookup found{DnsOutcome::absent, {}, {}};
  for (DnsRecord& record : response->answers) {
    if (record.type == type) found.values.push_back(std::move(record.data));
  }
  if (!found.values.empty()) found.outcome = DnsOutcome::found;
  return found;
}

}  // namespace

LiveResolver::~LiveResolver() {
  if (channel_ >= 0) ::close(channel_);
}

int LiveResolver::start(const DnsOptions& options, bool sandboxed) {
  const auto server = read_name_server(options.server);
  channel_ = start_lookup_process(server ? std::vector{*server} : system_name_servers(), sandboxed);
  return channel_ >= 0 ? 0 : errno;
}

DnsLookup LiveResolver::look_up(std::string_view name, DnsType type) {
  std::string asked = lower_case(name);
  if (asked.ends_with('.')) asked.pop_back();
  if (!is_name(asked)) return {DnsOutcome::absent, {}, {}};
  const std::scoped_lock lock(mutex_);
  const auto known = known_.find({asked, type});
  if (known != known_.end()) return known->second;
  DnsLookup answer = ask(asked, type);
  known_octets_ += asked.size() + sizeof(DnsLookup) + answer.reason.size();
  for (const std::string& value : answer.values) known_octets_ += value.size() + sizeof value;
  if (known_octets_ > most_known_octets) {
    known_.clear();
    known_octets_ = 0;
  }
  known_.insert_or_assign({std::move(asked), type}, answer);
  return answer;
}

DnsLookup LiveResolver::ask(const std::string& name, DnsType type) {
  if (channel_ < 0) return failed("nobody can be asked any more");
  if (++questions_ > most_questions) return failed("too many questions in one run");
  std::string question(reinterpret_cast<const char*>(&type), sizeof type);
  question += name;
  if (::write(channel_, question.data(), question.size()) != static_cast<ssize_t>(question.size()))
    return give_up("the process that asks is gone");
  pollfd waiting{channel_, POLLIN, 0};
  int ready = -1;
  while ((ready = ::poll(&waiting, 1, patience_milliseconds)) < 0 && errno == EINTR) {
  }
  if (ready <= 0) return give_up("the process that asks does not answer");
  packet_.resize(most_answer_octets);
  const ssize_t got = ::read(channel_, packet_.data(), packet_.size());
  if (got < 1) return give_up("the process that asks is gone");
  const std::string_view rest = std::string_view(packet_).substr(1, static_cast<std::size_t>(got) - 1);
  switch (static_cast<NameServerAnswer::Kind>(packet_.front())) {
    case NameServerAnswer::Kind::response:
      return read_answer(rest, name, type);
    case NameServerAnswer::Kind::absent:
      return {DnsOutcome::absent, {}, {}};
    case NameServerAnswer::Kind::failed:
      break;
  }
  return failed(rest.substr(0, 100));
}

DnsLookup LiveResolver::give_up(std::string_view reason) {
  ::close(std::exchange(channel_, -1));
  return failed(reason);
}

}  // namespace mailparse::tools
