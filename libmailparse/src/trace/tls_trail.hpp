// What the opaque part of a conversation says in clear of its TLS.
// Layer: trace, private. RFC 8446 4, RFC 5246 7.4.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <mailparse/base/stream.hpp>
#include <mailparse/source/tls.hpp>
#include <mailparse/trace/session_record.hpp>

namespace mailparse {

/// Reads opaque octets of both sides until the handshake has nothing more to tell in clear.
class TlsTrail {
 public:
  /// Octets that the plain dialogue could not read. Where they do not follow those before them, some are missing, and
  /// that side is not read further.
  void push(const Chunk& chunk);
  /// Writes what was learned into `record`, once; nothing where no handshake was seen.
  void tell(Seldom<TlsRecord>& record);

 private:
  std::optional<TlsReader> reader_;  ///< only while there is something to learn
  std::optional<TlsRecord> learned_;
  std::array<std::optional<std::uint64_t>, 2> next_;
  bool done_ = false;

  void settle();
};

}  // namespace mailparse
