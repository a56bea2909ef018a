// A mail hidden in another one: what stands behind an odd end of data, and what the replies prove.
// Layer: session (private). RFC 5321 4.1.1.4; SMTP smuggling, 2023.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/session/dialogue.hpp>
#include <mailparse/session/smtp_command.hpp>

#include "session/smtp_payload.hpp"

namespace mailparse {

struct Place {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// The finding that tells the verdict on a hidden mail: it points at the odd end if the server took the mail, at the
/// hidden commands otherwise.
[[nodiscard]] Diagnostic smuggling_finding(SmuggledEvent::Outcome outcome, Place odd_end, Place commands);

/// Watches the message under way. Keeps nothing until an odd end is followed by what may be a command, then at most
/// `limit` octets.
class SmugglingWatch {
 public:
  explicit SmugglingWatch(std::uint64_t limit) : limit_(limit) {}

  /// A message begins.
  void start();
  void odd_end(const OddEnd& odd);
  /// Octets of the message as sent.
  void octets(std::string_view raw, std::uint64_t offset);
  /// Octets are missing: what follows cannot be told from content.
  void gap() { given_up_ = true; }
  /// The strict end: `n` of its "." command, `offset` of the "." that ends the message's last line.
  void end_of_data(std::uint64_t n, std::uint64_t offset);
  /// Replies are missing: their number proves nothing any more.
  void replies_missing() noexcept { replies_missing_ = true; }
  /// A reply came. `to_data`: it is the 354 to a DATA that stands on the wire.
  void reply(std::uint16_t code, bool to_data);

  /// Gives the verdict, tells `sink`, and forgets.
  void conclude(DialogueSink& sink);

 private:
  [[nodiscard]] bool hides_mail();
  [[nodiscard]] bool read_commands();
  [[nodiscard]] SmuggledEvent::Outcome outcome() const noexcept;

  std::uint64_t limit_;
  std::optional<OddEnd> odd_;  ///< the first, or the one that commands follow
  std::string hidden_;         ///< octets behind it
  bool hides_mail_ = false;    ///< MAIL was found among them
  bool given_up_ = false;      ///< no command follows the odd end, or octets are missing
  bool ended_ = false;
  std::uint64_t n_ = 0;
  std::uint64_t end_ = 0;
  std::vector<std::uint16_t> codes_;
  bool took_hidden_data_ = false;
  bool replies_missing_ = false;
  std::vector<SmtpCommand> commands_;
  std::size_t message_at_ = 0;  ///< in hidden_
};

}  // namespace mailparse
