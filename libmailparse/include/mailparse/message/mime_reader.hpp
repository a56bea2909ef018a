// The structure of a message while its octets pass by: entities, their headers, bodies and what separates them.
// Layer: message. RFC 2045, RFC 2046 5.1 and 5.2, RFC 6532 3.7.
//
// Nothing of a body is kept: every octet is handed on once, named by the range it belongs to, in ascending order and
// without a hole. What is kept is bounded by Limits: one header at a time, one line that may be a delimiter, and a
// frame for each open multipart or enclosed message. No recursion.
//
// A line is a delimiter when it begins with "--", the rest has the length of an open boundary, with or without "--" and
// blanks behind it, and only then its octets are compared: a boundary that begins with another one never matches it.
// The innermost open multipart is asked first. The line end before a delimiter belongs to the delimiter.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/entity_head.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/scan/line_index.hpp>
#include <mailparse/scan/run_scanner.hpp>

namespace mailparse {

/// What a run of a message's octets is.
enum class MimeRange : std::uint8_t {
  header,           ///< of an entity, the empty line included
  body,             ///< of a leaf
  preamble,         ///< of a multipart, before its first delimiter
  delimiter,        ///< a delimiter line of a multipart, with the line end before it and its own
  close_delimiter,  ///< the last delimiter line, with the line end before it, without its own
  epilogue,         ///< of a multipart, from the line end of its close delimiter on
  unread,           ///< of a multipart: parts beyond the limit, one raw range
};
[[nodiscard]] std::string_view to_string(MimeRange range) noexcept;

/// How an entity's body is read.
enum class EntityKind : std::uint8_t {
  leaf,       ///< content, whatever it is
  multipart,  ///< parts between delimiters
  message,    ///< a message as it stands: its only child begins where its body begins
  encoded,    ///< a message under base64, quoted-printable or the like: a leaf here, its octets want decoding first
  opaque,     ///< a multipart without usable boundary, or composite beyond the depth limit: a leaf
};

/// An entity: the message itself, a part, or a message inside a part.
struct MimeEntity {
  std::uint32_t index = 0;             ///< in order of appearance; the message itself is 0
  std::uint32_t parent = 0;            ///< index of the entity around it; 0 for the message itself
  std::uint32_t number = 0;            ///< among the parts of its multipart, from 1; 0 for a message
  std::uint32_t depth = 0;             ///< entities around it
  std::uint64_t offset = 0;            ///< of its first octet
  EntityKind kind = EntityKind::leaf;  ///< known when its header is
};

/// How an entity ended.
enum class EntityEnd : std::uint8_t {
  input_end,  ///< with the message
  delimiter,  ///< by a delimiter line of a multipart around it
};

/// Receives the structure. Views and references live during the call.
class MimeSink : public DiagnosticSink {
 public:
  /// An entity begins; its kind is not known yet.
  virtual void on_entity(const MimeEntity& entity) = 0;
  /// Its header is complete and its body, if any, begins at `header.offset() + header.length()`.
  virtual void on_header(const MimeEntity& entity, const Header& header, const EntityHead& head) = 0;
  /// Octets of an entity in a range. Those of one range may come in several calls, cut anywhere.
  virtual void on_octets(const MimeEntity& entity, MimeRange range, std::uint64_t offset, std::string_view octets) = 0;
  /// The entity is over, ending at `end` (exclusive). `tally` is of its own octets behind the header that are not
  /// children's: a body, or preamble and epilogue.
  virtual void on_entity_end(const MimeEntity& entity, std::uint64_t end, EntityEnd how, const RunTally& tally) = 0;
};

struct MimeOptions {
  Limits limits{};
  /// Type of the message itself when its header names none.
  std::string_view default_type = "text/plain";
  /// Composite entities around this message, when it was found inside another one: counts against the depth limit.
  std::uint32_t depth = 0;
  /// Parts that may still be made of the limit.
  std::uint64_t parts = ~std::uint64_t{0};
};

/// Line ends of everything that carries structure: headers and delimiter lines.
struct StructureLineEnds {
  std::uint64_t crlf = 0;
  std::uint64_t lf = 0;
  std::uint64_t cr = 0;
  LineEnd first = LineEnd::none;   ///< of the first line
  std::uint64_t other_offset = 0;  ///< of the first line that ends otherwise than the first line, where both are not 0
};

/// Reads one message from octets in any cut. Reports mime.boundary.*, mime.multipart.*, mime.part.*, limit.mime-depth,
/// limit.mime-parts, the codes of HeaderReader and of read_entity_head(), with Diagnostic::part left empty: the sink
/// knows the entity by the order of calls.
class MimeReader {
 public:
  explicit MimeReader(MimeSink& sink, MimeOptions options = {});
  ~MimeReader();
  MimeReader(MimeReader&&) noexcept;
  MimeReader& operator=(MimeReader&&) noexcept;

  void feed(std::string_view octets);
  /// The message is over. Every entity is ended.
  void finish();

  /// Octets fed.
  [[nodiscard]] std::uint64_t octets() const noexcept;
  /// Lines end with CR alone; known after the first line end or 64 KiB.
  [[nodiscard]] bool cr_line_ends() const noexcept;
  [[nodiscard]] const StructureLineEnds& line_ends() const noexcept;

 private:
  class Scanner;
  std::unique_ptr<Scanner> scanner_;
};

}  // namespace mailparse
