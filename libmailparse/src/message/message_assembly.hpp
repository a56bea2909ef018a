// The machine inside MessageReader: one MessageAssembly for a message, and a collector for each MimeReader at work in
// it. Layer: message, private.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mailparse/base/digest.hpp>
#include <mailparse/message/content_decoder.hpp>
#include <mailparse/message/embedded_files.hpp>
#include <mailparse/message/message.hpp>
#include <mailparse/message/mime_reader.hpp>
#include <mailparse/message/tnef.hpp>
#include <mailparse/scan/utf16.hpp>

namespace mailparse {

/// MD5 and SHA-256 of the same octets, and their number.
class ContentDigests {
 public:
  explicit ContentDigests(bool wanted);
  void update(std::string_view octets);
  /// Writes size and digests into `part`.
  void finish(MessagePart& part);

 private:
  std::uint64_t size_ = 0;
  std::optional<Digest> md5_;
  std::optional<Digest> sha256_;
};

/// Valid UTF-8 or not, in any cut.
class Utf8Watch {
 public:
  void feed(std::string_view octets, std::uint64_t offset);
  [[nodiscard]] const Occurrences& invalid() const noexcept { return invalid_; }

 private:
  Occurrences invalid_;
  std::string held_;  ///< the beginning of a character that the next octets may complete
};

class EntityCollector;

/// What all readers of one message share.
class MessageAssembly {
 public:
  explicit MessageAssembly(const MessageOptions& options);
  ~MessageAssembly();

  void feed(std::string_view octets);
  [[nodiscard]] Message finish();
  [[nodiscard]] const Header* header() const noexcept { return header_read_ && !utf16_ ? &message_.header : nullptr; }

  [[nodiscard]] const MessageOptions& options() const noexcept { return options_; }
  [[nodiscard]] Message& message() noexcept { return message_; }
  /// Adds a part below `parent`, a part itself, and returns its index.
  std::uint32_t add_part(std::uint32_t parent);
  [[nodiscard]] bool has_room_for_parts() const noexcept;
  [[nodiscard]] bool has_mime_version() const noexcept { return mime_version_; }
  /// CR alone ends the lines of the message itself; known once a header is.
  [[nodiscard]] bool cr_line_ends() const noexcept { return reader_->cr_line_ends(); }

  void report(Diagnostic diagnostic);
  /// Keeps what was found in a part, once.
  void add_observable(Observable observable);
  /// Reports what is wrong with a file name that stands at [offset, offset + length), and whether another part has it.
  void check_name(std::string_view name, std::uint64_t offset, std::uint64_t length, std::string_view path);
  /// A report was read, which is part `part`.
  void add_report(std::uint32_t part, Report report);
  /// Whether a part may hold what came back of the mail that a report is about: a report stands before it.
  [[nodiscard]] bool is_returned(std::uint32_t part) const noexcept;
  /// What was read of a mail that came back in part `part`, or with its header there.
  void add_returned(std::uint32_t part, ReturnedMessage returned);
  /// A detached signature came by, in part `part`: the multipart around it takes it when it ends.
  void keep_signature(std::uint32_t part, std::string octets);
  [[nodiscard]] std::string take_signature(std::uint32_t multipart);
  /// Octets of the message's own header.
  void on_header_octets(std::string_view octets);
  /// It is complete.
  void on_message_header(const Header& header, const EntityHead& head);
  /// Line ends in a header, or in the body of a part.
  void note_line_ends(const LineEnds& ends, const std::string& path);
  void note_line_ends(std::uint32_t part, const RunTally& tally, const Occurrences& cr_cr_lf);
  /// 8-bit octets in a body that may have them, but not in each multipart or message around it. RFC 2045 6.4
  void note_eight_bit(std::uint32_t part, const Occurrences& eight_bit);

 private:
  void read(std::string_view octets);
  void read_text(std::string_view octets);
  void decide_encoding();
  void link_reports();
  void finish_findings();
  void watch_last_line(std::string_view octets);

  MessageOptions options_;
  Message message_;
  Digest sha256_{DigestKind::sha256};
  std::unique_ptr<EntityCollector> collector_;
  std::unique_ptr<MimeReader> reader_;
  std::optional<std::pair<std::uint32_t, std::string>> signature_;   ///< the last one, by its multipart
  std::vector<std::pair<std::uint32_t, Report>> reports_;            ///< by part
  std::vector<std::pair<std::uint32_t, ReturnedMessage>> returned_;  ///< by part
  std::set<std::string, std::less<>> names_;                         ///< of files, in lower case
  std::unordered_map<std::string, std::size_t> observables_;         ///< by kind, part and value: index in the message
  std::string header_octets_;
  std::string start_;  ///< octets before it is known whether the message is UTF-16
  std::optional<Utf16Decoder> utf16_;
  bool utf16_begun_ = false;
  bool encoding_decided_ = false;
  std::uint64_t last_line_ = 0;  ///< offset of the first octet behind the last LF
  std::uint64_t header_end_ = 0;
  std::map<std::uint32_t, Occurrences> eight_bit_;  ///< in composite parts that are declared 7bit
  Occurrences bare_lf_;
  Occurrences cr_cr_lf_;
  Occurrences bare_cr_;  ///< where CR ends lines
  char last_octet_ = '\n';
  bool header_read_ = false;
  bool mime_version_ = false;
  bool no_empty_line_ = false;
};

/// Turns the events of one MimeReader into parts: of the message itself, or of an encoded message inside it.
class EntityCollector final : public MimeSink {
 public:
  /// `container` is the part whose decoded content is read; null for the message itself.
  EntityCollector(MessageAssembly& assembly, const std::uint32_t* container, std::uint32_t nesting);
  ~EntityCollector() override;

  void on_entity(const MimeEntity& entity) override;
  void on_header(const MimeEntity& entity, const Header& header, const EntityHead& head) override;
  void on_octets(const MimeEntity& entity, MimeRange range, std::uint64_t offset, std::string_view octets) override;
  void on_entity_end(const MimeEntity& entity, std::uint64_t end, EntityEnd how, const RunTally& tally) override;
  void report(Diagnostic diagnostic) override;

  class Body;

 private:
  /// Preamble or epilogue, as much of it as is looked at.
  struct Margin {
    std::string text;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
  };
  struct Open {
    std::uint32_t part = 0;
    std::uint32_t number = 0;  ///< among the parts of its multipart
    std::string boundary;      ///< of a multipart
    std::vector<Diagnostic> before_header;
    std::unique_ptr<Body> body;               ///< of a leaf
    std::unique_ptr<ContentDigests> digests;  ///< of an enclosed message as it stands
    Margin preamble;
    Margin epilogue;
    bool header_read = false;
    bool header_empty = false;
    bool report = false;        ///< multipart/report
    bool returned = false;      ///< inside the original that a multipart/report returns
    bool is_signed = false;     ///< multipart/signed
    std::string signed_octets;  ///< of its first part, where the signature is to be verified
  };

  MessagePart& part(const Open& open);
  void read_names(const Header& header, const EntityHead& head, MessagePart& part);
  void check_enclosed_fields(const Header& header);
  void tell_margin(const Open& open, const Margin& margin, Code code);
  void tell_margin_octets(const Open& open, const RunTally& tally);
  void keep_signed(std::string_view octets);
  void protect(Open& open);

  MessageAssembly* assembly_;
  std::uint32_t container_ = 0;
  bool nested_ = false;
  std::uint32_t nesting_ = 0;
  std::vector<Open> open_;
  std::vector<std::uint32_t> part_of_entity_;
  std::vector<std::string> prefixes_;  ///< of the sections of each entity's children
  std::size_t hashed_messages_ = 0;
  std::size_t signed_ = 0;  ///< multipart/signed open
};

}  // namespace mailparse
