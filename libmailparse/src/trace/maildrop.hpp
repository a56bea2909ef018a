// What a POP3 session did to its maildrop.
// Layer: trace, private. RFC 1939 5, 6.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include <mailparse/trace/session_record.hpp>

namespace mailparse {

/// Is fed exchanges in the order of their commands, each once its reply is known or will never be. Only what the server
/// agreed to counts.
class Maildrop {
 public:
  void settle(const Exchange& exchange);
  /// Nothing where the session told nothing of it. To be asked once, at the end.
  [[nodiscard]] std::optional<MaildropRecord> finish() const;

 private:
  void note_size(std::string_view drop_listing);
  /// RSET and QUIT say what becomes of the messages marked so far.
  void decide(MaildropMark mark);

  std::optional<std::uint64_t> messages_;
  std::optional<std::uint64_t> octets_;
  std::map<std::uint64_t, MaildropMark> marks_;
  std::vector<std::uint64_t> deleted_;  ///< marked, and nothing decided yet
};

}  // namespace mailparse
