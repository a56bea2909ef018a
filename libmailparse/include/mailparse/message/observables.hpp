// What a body points to: URLs, mail addresses and IP addresses, found after everything that hides them is undone.
// Layer: message. RFC 3986, RFC 3987, RFC 5322 3.4.1, HTML Living Standard 13.2.5, URL Living Standard 4.4.
//
// Transfer encoding and charset are undone by the caller's side of the house; here character references, `<base>`,
// backslashes for slashes and line breaks inside attributes. Nothing is guessed: a word with a dot is no domain, the
// hosts of URLs and addresses are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mailparse {

struct Observable {
  enum class Kind : std::uint8_t {
    url,      ///< with a scheme, or beginning with "www."
    address,  ///< local-part@domain
    ip,       ///< IPv4 or IPv6, standing by itself or as the host of a URL
  };
  Kind kind{};
  std::string value;                    ///< UTF-8; at most `observable_octets`
  std::string text;                     ///< what a link shows, its first 200 octets or so; empty where it is no link
  std::string part;                     ///< path of the part it stands in
  std::optional<std::uint64_t> offset;  ///< in the decoded content of that part; absent where the charset hides it
};

/// Octets kept of one URL or address.
inline constexpr std::size_t observable_octets = 8 * 1024;

class ObservableSink {
 public:
  virtual ~ObservableSink() = default;
  /// `part` is empty: the sink knows.
  virtual void on_observable(Observable observable) = 0;
};

enum class TextKind : std::uint8_t { plain, html };

/// Finds observables in text of any charset that is a superset of ASCII, from octets in any cut. Keeps a word of at
/// most 8 KiB and, in HTML, a tag; time is linear. Values that are not UTF-8 are given as they stand.
class ObservableScanner {
 public:
  ObservableScanner(TextKind kind, ObservableSink& sink);
  ~ObservableScanner();
  ObservableScanner(ObservableScanner&&) noexcept;
  ObservableScanner& operator=(ObservableScanner&&) noexcept;

  void feed(std::string_view text);
  void finish();

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

/// The host of a URL or mail address in lower case, without user, port and brackets; empty where there is none.
[[nodiscard]] std::string host_of(std::string_view url_or_address);

/// host_of() where that is a name and no IP address.
[[nodiscard]] std::string host_name_of(std::string_view url_or_address);

/// Whether `host` is an IP address: four numbers, or what a URL has in brackets.
[[nodiscard]] bool is_ip_host(std::string_view host);

/// The URL that a browser opens for `reference` in a document at `base` (empty: none). Empty for what opens nothing
/// elsewhere: fragments, cid:, mid:, data:, relative references without a base.
[[nodiscard]] std::string resolve_url(std::string_view reference, std::string_view base);

/// A URL, address, domain or IP written so that no program makes a link of it: hxxp://example[.]com/a.b, a[@]b[.]c.
[[nodiscard]] std::string defang(std::string_view observable);

/// `text` with every observable in it defanged.
[[nodiscard]] std::string defang_text(std::string_view text);

}  // namespace mailparse
