// A message read: its header fields, its parts with their places and digests, and what is wrong with it.
// Layer: message. RFC 5322, RFC 2045-2049, RFC 2183, RFC 3501 6.4.5 (section numbers).
//
// The reader on top of this layer: octets in, in any cut, one Message out. Bodies are decoded and digested as they
// pass; who wants their octets gives a PartSink. Memory is bounded by Limits, whatever the size of the message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/base/arena.hpp>
#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/limits.hpp>
#include <mailparse/message/entity_head.hpp>
#include <mailparse/message/file_name.hpp>
#include <mailparse/message/header.hpp>
#include <mailparse/message/message_fields.hpp>
#include <mailparse/message/mime_reader.hpp>
#include <mailparse/message/observables.hpp>
#include <mailparse/message/protection.hpp>
#include <mailparse/message/report.hpp>

namespace mailparse {

/// A field of the message's own header. Views live as long as the Message.
struct MessageField {
  std::string_view name;   ///< as written
  std::string_view value;  ///< unfolded, encoded-words decoded, UTF-8
  std::string_view raw;    ///< as it stands, to its last line end
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  ///< in the message; more than raw.size() where a limit cut the field
  FieldName id = FieldName::unknown;
};

/// A name for a part that one of its fields gives.
struct PartName {
  std::string name;  ///< decoded, UTF-8
  FileNameSource source{};
};

/// Where a part's octets come from.
enum class PartOrigin : std::uint8_t {
  message,  ///< its ranges count octets of the message
  decoded,  ///< inside an encoded message: its ranges count octets of that message once decoded
  content,  ///< a file found in the content of the part above it: it has no header, and a range only in identity text
};

/// An entity of the message.
struct MessagePart {
  std::string path;          ///< IMAP section number
  std::uint32_t parent = 0;  ///< index in Message::parts
  EntityKind kind = EntityKind::leaf;
  PartOrigin origin = PartOrigin::message;
  std::string type;  ///< in lower case
  std::vector<MimeParameter> params;
  std::optional<std::string> charset;  ///< as declared
  std::string charset_used;            ///< what text was read as, where that is not what was declared
  int charset_confidence = 100;
  TransferEncoding encoding = TransferEncoding::none;
  std::string encoding_name;    ///< in lower case, as declared; "uuencode", "yenc" or "tnef" for files found in content
  std::string disposition;      ///< in lower case
  std::string filename;         ///< the name that counts; UTF-8
  std::vector<PartName> names;  ///< every source, in order of preference
  std::string content_id;
  std::uint64_t offset = 0;
  std::uint64_t header_length = 0;
  std::uint64_t body_offset = 0;
  std::uint64_t body_length = 0;
  std::uint64_t decoded_size = 0;
  std::string md5;  ///< of the decoded octets; empty for multiparts
  std::string sha256;
  std::string sniffed_type;  ///< empty where the octets say nothing
  bool attachment = false;
  std::shared_ptr<const Report> report;  ///< of a delivery status, a disposition notification, a feedback report
  std::shared_ptr<const Protection> protection;  ///< of a signed or encrypted container
};

struct Message {
  std::string id;  ///< "m-" and the first 16 digits of sha256
  std::uint64_t size = 0;
  std::string sha256;
  std::vector<MessageField> headers;
  Header header;                   ///< of the message itself; its views point into the arena
  MessageFields fields;            ///< what that header says
  std::vector<MessagePart> parts;  ///< in order of appearance; a part's parts follow it
  /// Files that stand inside the text of a part (uuencode, yEnc): no entities, but addressed as if they were its parts.
  std::vector<MessagePart> embedded;
  /// What the text of its parts points to, each value once a part; a link stands behind what it shows.
  std::vector<Observable> observables;
  std::uint64_t observables_left_out = 0;
  std::vector<Diagnostic> findings;  ///< ascending by offset
  std::uint64_t findings_left_out = 0;
  Arena arena;  ///< memory of the views above

  /// The part of that path, or null.
  [[nodiscard]] const MessagePart* part(std::string_view path) const noexcept;
  /// The first field of that name, or null.
  [[nodiscard]] const MessageField* field(FieldName name) const noexcept;
};

/// Receives the decoded octets of leaves, the octets of enclosed messages and those of files found in content while
/// they pass. A part may begin before another one has ended: an enclosed message goes around its own parts.
class PartSink {
 public:
  virtual ~PartSink() = default;
  /// The part's header was read; its digests and sizes are not known yet. Of a file found in content
  /// (PartOrigin::content) neither name nor type need be known before its end.
  virtual void on_part(const MessagePart& part) = 0;
  /// That header: its views live during the call. Files found in content have none.
  virtual void on_part_header(const MessagePart&, const Header&) {}
  virtual void on_part_octets(const MessagePart& part, std::string_view octets) = 0;
  virtual void on_part_end(const MessagePart& part) = 0;
  /// What began as a file in content is none, and its path may be another one's.
  virtual void on_part_dropped(const MessagePart&) {}
};

struct MessageOptions {
  Limits limits{};
  std::size_t observables = 10'000;  ///< URLs, addresses and IPs kept, later ones are counted; 0: text is not searched
  bool digests = true;               ///< MD5 and SHA-256 of parts; the SHA-256 of the message is always made
  PartSink* parts = nullptr;         ///< must outlive the reader
  /// With it, signatures are verified; must outlive the reader.
  const TrustAnchors* anchors = nullptr;
};

class MessageAssembly;

/// Reads one message. Reports into Message::findings: msg.*, mime.*, attach.*, limit.*, hdr.* and what the readers of
/// fields report. A message stored as UTF-16 (msg.encoding.utf16) is read in its UTF-8 form, in which all places count;
/// its size and SHA-256 are those of what was fed.
class MessageReader {
 public:
  explicit MessageReader(MessageOptions options = {});
  ~MessageReader();
  MessageReader(MessageReader&&) noexcept;
  MessageReader& operator=(MessageReader&&) noexcept;

  void feed(std::string_view octets);
  /// The message's own header once its end was seen, as Message::header will have it: its fields stay where they are
  /// when finish() hands them over. Null before, and where its places are not those of what was fed
  /// (msg.encoding.utf16).
  [[nodiscard]] const Header* header() const noexcept;
  /// The message is over. To be called once.
  [[nodiscard]] Message finish();

 private:
  std::unique_ptr<MessageAssembly> assembly_;
};

/// Reads a message that lies in memory; nothing in the result points into `octets`.
[[nodiscard]] Message read_message(std::string_view octets, MessageOptions options = {});

}  // namespace mailparse
