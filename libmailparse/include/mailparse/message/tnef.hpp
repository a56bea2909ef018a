// winmail.dat: the attachments and bodies that Outlook puts into one TNEF stream.
// Layer: message. MS-OXTNEF, MS-OXRTFCP (compressed RTF), MS-OXCDATA (property types).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mailparse {

/// Something that a TNEF stream holds.
struct TnefItem {
  enum class Kind : std::uint8_t {
    attachment,  ///< a file
    message,     ///< an embedded message: a TNEF stream of its own, not opened
    text,        ///< the message's plain body
    html,        ///< the message's HTML body
    rtf,         ///< the message's RTF body, decompressed
  };
  Kind kind{};
  std::string name;  ///< UTF-8; "body.txt", "body.html" or "body.rtf" for bodies; may be empty
  std::string type;  ///< PR_ATTACH_MIME_TAG in lower case; empty when not given
  std::string content_id;
};

class TnefSink {
 public:
  virtual ~TnefSink() = default;
  /// Octets of the item that on_tnef_item() ends. The name may come after the octets.
  virtual void on_tnef_octets(std::string_view octets) = 0;
  virtual void on_tnef_item(const TnefItem& item) = 0;
};

/// Reads a TNEF stream from octets in any cut. File contents stream through; of everything else at most
/// `attribute_limit` octets an attribute are kept. Damage ends the reading silently: what was told before stands.
class TnefReader {
 public:
  static constexpr std::size_t attribute_limit = 16 * 1024 * 1024;

  explicit TnefReader(TnefSink& sink);
  ~TnefReader();
  TnefReader(TnefReader&&) noexcept;
  TnefReader& operator=(TnefReader&&) noexcept;

  void feed(std::string_view octets);
  /// Returns whether the stream was well-formed to its end (octets behind the last attribute are allowed).
  bool finish();

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
};

/// RTF from its compressed form; empty when `octets` are none. The output is bounded by the size that the header states
/// and by 64 MiB.
[[nodiscard]] std::string decompress_rtf(std::string_view octets);

}  // namespace mailparse
