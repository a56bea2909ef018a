// The structure of a message in memory: a flat tree on the reader of mime_reader.hpp.
// Layer: message. RFC 2046, RFC 3501 6.4.5 (section numbers).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/message/mime_reader.hpp>

namespace mailparse {

/// An entity with its places. The entity's octets are [offset, end).
struct MimeNode {
  MimeEntity entity;
  std::string path;  ///< IMAP section number; the whole of a multipart message is "0", of one inside part N "N.0"
  std::string type;  ///< in lower case
  TransferEncoding encoding = TransferEncoding::none;
  std::uint64_t header_length = 0;  ///< with the empty line
  std::uint64_t end = 0;
  std::vector<std::uint32_t> children;  ///< indexes, in order

  [[nodiscard]] std::uint64_t body_offset() const noexcept { return entity.offset + header_length; }
  [[nodiscard]] std::uint64_t body_length() const noexcept { return end - body_offset(); }
};

/// Octets of one entity in one range.
struct MimeSpan {
  std::uint32_t entity = 0;
  MimeRange range{};
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

struct MimeTree {
  std::vector<MimeNode> nodes;  ///< by index; the message itself is the first
  std::vector<MimeSpan> spans;  ///< ascending, without a hole from 0 to `octets`; empty when not asked for
  std::uint64_t octets = 0;
};

/// The IMAP section number of an entity of that kind (RFC 3501 6.4.5), below a parent whose children have the
/// prefix `parent_prefix` ("" for the message itself).
[[nodiscard]] std::string section_path(const MimeEntity& entity, std::string_view parent_prefix);
/// What the section numbers of the children of the entity at `path` begin with: "", "2." or "2.1.".
[[nodiscard]] std::string section_prefix(const MimeEntity& entity, std::string_view path);

/// Reads the structure of `message`. Diagnostics go to `sink` with their part's path.
[[nodiscard]] MimeTree read_mime_tree(std::string_view message, DiagnosticSink& sink, bool with_spans = true,
                                      const MimeOptions& options = {});

}  // namespace mailparse
