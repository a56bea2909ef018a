// URLs as browsers read them: what a reference opens, whose host it is, and how it is written so that nothing opens it.
#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/observables.hpp>

#include "message/word_scanner.hpp"

namespace mailparse {
namespace {

constexpr std::array<std::string_view, 6> special_schemes{"ftp", "ftps", "http", "https", "ws", "wss"};
// What points into the message, or at nothing that can be visited.
constexpr std::array<std::string_view, 6> local_schemes{"about", "blob", "cid", "data", "mid", "tel"};

bool is_one_of(const auto& names, std::string_view name) noexcept {
  return std::ranges::find(names, name) != names.end();
}

/// The scheme of `url` in lower case; empty when it has none.
std::string scheme_of(std::string_view url) {
  const std::size_t colon = url.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is(OctetClass::alpha, url[0])) return {};
  std::string scheme(url.substr(0, colon));
  for (char& c : scheme) {
    const bool good = is(OctetClass::alpha, c) || is(OctetClass::digit, c) || c == '+' || c == '-' || c == '.';
    if (!good) return {};
    c = to_lower(c);
  }
  return scheme;
}

/// Without the blanks and controls around it and the line ends and tabs inside: browsers pass over them.
std::string clean_reference(std::string_view reference) {
  const auto white = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  while (!reference.empty() && white(reference.front())) reference.remove_prefix(1);
  while (!reference.empty() && white(reference.back())) reference.remove_suffix(1);
  std::string clean(reference);
  std::erase_if(clean, [](char c) { return c == '\t' || c == '\r' || c == '\n'; });
  return clean;
}

/// Backslashes before the query become slashes.
void straighten(std::string& url) {
  const std::size_t end = std::min(url.find_first_of("?#"), url.size());
  std::replace(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(end), '\\', '/');
}

/// "http:/host", "https:host" and "http:////host" open what "http://host" does.
std::string with_two_slashes(std::string_view url, std::size_t scheme) {
  const std::size_t host = std::min(url.find_first_not_of('/', scheme + 1), url.size());
  return std::string(url.substr(0, scheme + 1)).append("//").append(url.substr(host));
}

/// The path with its "." and ".." segments gone. RFC 3986 5.2.4.
std::string without_dots(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    const bool last = end == path.size();
    path.remove_prefix(end);
    if (segment == "/..") {
      out.resize(out.rfind('/') == std::string::npos ? 0 : out.rfind('/'));
    } else if (segment != "/.") {
      out += segment;
      continue;
    }
    if (last) out += '/';
  }
  return out;
}

/// `base` cut into scheme and authority, and path without query.
struct Base {
  std::string_view origin;
  std::string_view path;
};
Base split(std::string_view base) noexcept {
  const std::size_t authority = base.find("://");
  if (authority == std::string_view::npos) return {};
  const std::size_t path = std::min(base.find_first_of("/?#", authority + 3), base.size());
  const std::string_view rest = base.substr(path);
  return {base.substr(0, path), rest.substr(0, rest.find_first_of("?#"))};
}

void append_defanged(std::string& out, std::string_view text, std::string_view marks) {
  for (const char c : text) {
    if (marks.contains(c)) {
      out.append("[").append(1, c).append("]");
    } else {
      out += c;
    }
  }
}

struct Collect final : WordSink {
  struct Match {
    std::size_t begin;
    std::size_t length;
  };
  void on_match(Observable::Kind, std::string_view text, std::uint64_t offset) override {
    matches.push_back({static_cast<std::size_t>(offset), text.size()});
  }
  std::vector<Match> matches;
};

}  // namespace

std::string resolve_url(std::string_view reference, std::string_view base) {
  std::string url = clean_reference(reference);
  if (url.empty() || url[0] == '#') return {};
  if (const std::string scheme = scheme_of(url); !scheme.empty()) {
    if (is_one_of(local_schemes, scheme)) return {};
    if (!is_one_of(special_schemes, scheme)) return url;
    straighten(url);
    url = with_two_slashes(url, scheme.size());
    return url.size() > scheme.size() + 3 ? url : std::string();
  }
  straighten(url);
  const Base at = split(base);
  if (url.starts_with("//")) {
    const std::string_view scheme = at.origin.empty() ? "http" : at.origin.substr(0, at.origin.find(':'));
    return url.size() > 2 ? with_two_slashes(std::string(scheme) + ":" + url, scheme.size()) : std::string();
  }
  if (at.origin.empty()) return istarts_with(url, "www.") ? url : std::string();
  std::string out(at.origin);
  if (url[0] == '?') return out.append(at.path).append(url);
  const std::size_t query = std::min(url.find_first_of("?#"), url.size());
  std::string path = url.substr(0, query);
  if (path[0] != '/') path.insert(0, at.path.empty() ? "/" : at.path.substr(0, at.path.rfind('/') + 1));
  return out.append(without_dots(path)).append(url, query);
}

std::string host_of(std::string_view text) {
  const std::size_t authority = text.find("://");
  const bool named = authority != std::string_view::npos || text.contains('@') || istarts_with(text, "www.");
  if (!named) return {};
  if (authority != std::string_view::npos) text.remove_prefix(authority + 3);
  text = text.substr(0, text.find_first_of("/?#\\"));
  const std::size_t user = text.rfind('@');
  if (user != std::string_view::npos) text.remove_prefix(user + 1);
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') - 1);
  } else {
    text = text.substr(0, text.find(':'));
  }
  while (text.ends_with('.')) text.remove_suffix(1);
  return lower_case(text);
}

bool is_ip_host(std::string_view host) {
  if (host.contains(':')) return true;
  if (host.empty() || !is(OctetClass::digit, host.back())) return false;
  const auto matches = find_in_word(host);
  return matches.size() == 1 && matches[0].kind == Observable::Kind::ip && matches[0].length == host.size();
}

std::string host_name_of(std::string_view text) {
  std::string host = host_of(text);
  return is_ip_host(host) ? std::string() : host;
}

std::string defang(std::string_view observable) {
  std::string out;
  const std::size_t authority = observable.find("://");
  if (authority != std::string_view::npos) {
    std::string_view scheme = observable.substr(0, authority);
    if (istarts_with(scheme, "http")) {
      out += "hxxp";
      scheme.remove_prefix(4);
    }
    out.append(scheme).append("://");
    observable.remove_prefix(authority + 3);
  }
  const std::size_t end = std::min(observable.find_first_of("/?#\\"), observable.size());
  append_defanged(out, observable.substr(0, end), ".@");
  // Mail programs make links of addresses anywhere.
  append_defanged(out, observable.substr(end), "@");
  return out;
}

std::string defang_text(std::string_view text) {
  Collect found;
  WordScanner scanner(WordEnds::prose, found);
  scanner.feed(text, 0);
  scanner.end_word();
  std::string out;
  std::size_t at = 0;
  for (const auto& match : found.matches) {
    out.append(text.substr(at, match.begin - at)).append(defang(text.substr(match.begin, match.length)));
    at = match.begin + match.length;
  }
  return out.append(text.substr(at));
}

}  // namespace mailparse
