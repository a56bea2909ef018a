#include "analysis/link_checks.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/observables.hpp>

#include "analysis/domains.hpp"
#include "message/idn.hpp"

namespace mailparse {
namespace {

bool is_host_octet(char c) noexcept {
  return is(OctetClass::alpha, c) || is(OctetClass::digit, c) || is(OctetClass::high, c) || c == '-' || c == '.';
}

/// The host that a link's text shows: of a URL, or of text that is nothing but a name with a path. Empty: none.
std::string shown_host(std::string_view text) {
  text = trim_blanks(text);
  if (text.find_first_of(" \t\r\n@") != std::string_view::npos) return {};
  if (text.find("://") != std::string_view::npos) return host_name_of(text);
  const std::string_view host = text.substr(0, text.find_first_of("/?#:"));
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || !std::ranges::all_of(host, is_host_octet)) return {};
  const std::string_view top = host.substr(dot + 1);
  // "file.txt" and "1.5" are no hosts; a name with three labels or a path is.
  const bool letters = top.size() >= 2 && std::ranges::none_of(top, [](char c) { return is(OctetClass::digit, c); });
  const bool more = host.find('.') != dot || host.size() < text.size();
  return letters && more ? host_name_of("http://" + std::string(text)) : std::string();
}

/// Whether what stands where the user name does looks like a host: "https://bank.example@evil.test/".
bool has_host_as_user(std::string_view url) noexcept {
  const std::size_t slashes = url.find("//");
  if (slashes == std::string_view::npos) return false;
  std::string_view authority = url.substr(slashes + 2);
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  const std::size_t at = authority.rfind('@');
  return at != std::string_view::npos && authority.substr(0, at).find('.') != std::string_view::npos;
}

bool imitates(const std::string& host) {
  if (!is_internationalised(host)) return false;
  const IdnForms forms = idn_forms(host);
  return std::ranges::any_of(forms.labels,
                             [](const IdnLabel& label) { return label.mixed_script || label.confusable; });
}

/// Findings of all links, told once a part.
class LinkFindings {
 public:
  void add(Code code, const std::string& part, const std::string& detail) {
    const auto [at, fresh] = tallies_.try_emplace({part, code}, make_diagnostic(code, 0, 0));
    if (!fresh) {
      ++at->second.count;
      return;
    }
    at->second.part = part;
    at->second.detail = detail;
  }

  void report(const Message& message, DiagnosticSink& sink) {
    for (auto& [key, diagnostic] : tallies_) {
      const MessagePart* const part = message.part(key.first);
      if (part != nullptr && part->origin == PartOrigin::message) {
        diagnostic.offset = part->body_offset;
        diagnostic.length = part->body_length;
      }
      sink.report(std::move(diagnostic));
    }
  }

 private:
  std::map<std::pair<std::string, Code>, Diagnostic> tallies_;
};

}  // namespace

void check_links(const Message& message, DiagnosticSink& sink) {
  LinkFindings findings;
  for (const Observable& observable : message.observables) {
    if (observable.kind != Observable::Kind::url) continue;
    if (has_host_as_user(observable.value)) findings.add(Code::link_userinfo, observable.part, observable.value);
    const std::string host = host_name_of(observable.value);
    if (imitates(host)) findings.add(Code::link_mixed_script, observable.part, host);
    if (observable.text.empty() || host.empty()) continue;
    const std::string shown = shown_host(observable.text);
    if (!shown.empty() && !same_organisation(shown, host))
      findings.add(Code::link_text_mismatch, observable.part, shown + " leads to " + host);
  }
  findings.report(message, sink);
}

}  // namespace mailparse
