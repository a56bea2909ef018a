// Messages that were sent in pieces, joined again.
// Layer: message. RFC 2046 5.2.2.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/message.hpp>

namespace mailparse {

/// Where a fragment belongs.
struct PartialPlace {
  std::string id;
  std::uint32_t number = 0;            ///< from 1
  std::optional<std::uint32_t> total;  ///< the last fragment must name it, others may
};

/// The place of a message of type message/partial; nullopt for any other, and for one that does not tell.
[[nodiscard]] std::optional<PartialPlace> partial_place(const Message& message);

/// A message whose fragments were all there.
struct JoinedMessage {
  std::string id;  ///< of its fragments' parameter
  std::string octets;
  std::vector<std::string> fragments;  ///< Message::id of each, by number
};

/// A message some of whose fragments never came.
struct IncompleteMessage {
  std::string id;
  std::vector<std::uint32_t> numbers;  ///< of the fragments that came, ascending
  std::optional<std::uint32_t> total;  ///< absent: none of those said
};

/// Keeps fragments until the others are there.
class PartialJoiner {
 public:
  /// Fragments beyond `octets_limit` together are not kept.
  explicit PartialJoiner(std::uint64_t octets_limit = 256 * 1024 * 1024) : room_(octets_limit) {}

  /// Takes a fragment, and `octets`, the message as it was read. Returns the whole message when this was the last one
  /// missing. A fragment that came before is passed over.
  [[nodiscard]] std::optional<JoinedMessage> add(const Message& fragment, std::string_view octets);

  /// What still waits, by id.
  [[nodiscard]] std::vector<IncompleteMessage> incomplete() const;

 private:
  struct Fragment {
    std::string id;      ///< of the message that it is
    std::string header;  ///< of the first one: the fields of the whole
    std::string body;
  };
  struct Pieces {
    std::map<std::uint32_t, Fragment> fragments;
    std::optional<std::uint32_t> total;
    std::uint64_t octets = 0;
  };
  std::map<std::string, Pieces, std::less<>> messages_;  ///< by id
  std::uint64_t room_;
};

}  // namespace mailparse
