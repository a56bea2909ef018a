// The headers and contents of a message's parts, for those who show them whole.
// Layer: json.
//
// The message record needs none of this: it is made while bodies pass by. Records in the shape of other projects carry
// bodies and attachments inside them, so that these must be kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/digest.hpp>
#include <mailparse/message/message.hpp>

namespace mailparse {

struct PartContents {
  struct Field {
    std::string name;   ///< as written
    std::string value;  ///< unfolded, decoded, UTF-8
  };
  std::string path;
  std::vector<Field> headers;  ///< empty for a file found in content
  std::string octets;          ///< decoded; empty for a multipart
  std::uint64_t left_out = 0;  ///< octets beyond the limit
  std::string sha1;            ///< of all octets
  std::string sha512;
  std::string description;     ///< what the octets are in words, where somebody knows; the collector does not
  std::string described_type;  ///< their media type from the same source
};

/// Keeps the contents of all parts of a message.
class ContentsCollector final : public PartSink {
 public:
  /// Octets kept of one message, all parts together.
  static constexpr std::uint64_t default_limit = 256 * 1024 * 1024;

  explicit ContentsCollector(std::uint64_t limit = default_limit) : limit_(limit) {}

  void on_part(const MessagePart& part) override;
  void on_part_header(const MessagePart& part, const Header& header) override;
  void on_part_octets(const MessagePart& part, std::string_view octets) override;
  void on_part_end(const MessagePart& part) override;
  void on_part_dropped(const MessagePart& part) override;

  /// The parts of the message that is over, in order of appearance; makes ready for the next one.
  [[nodiscard]] std::vector<PartContents> take();

 private:
  struct Open {
    std::size_t index = 0;
    Digest sha1{DigestKind::sha1};
    Digest sha512{DigestKind::sha512};
  };
  Open* find(const MessagePart& part);

  std::uint64_t limit_;
  std::uint64_t kept_ = 0;
  std::vector<PartContents> parts_;
  std::vector<Open> open_;  ///< innermost last
};

}  // namespace mailparse
