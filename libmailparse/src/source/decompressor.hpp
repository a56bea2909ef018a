// Streaming decompression in bounded memory.
// Layer: source. RFC 1952, RFC 8878.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

/// Takes compressed octets in any cut and gives the octets in them.
class Decompressor {
 public:
  struct Progress {
    std::size_t consumed = 0;  ///< of the compressed octets
    std::size_t produced = 0;  ///< written to the front of the output
  };

  virtual ~Decompressor() = default;
  /// Goes on until `in` is used up or `out` is full. `offset` is the place of `in` in the compressed file.
  virtual Progress run(std::string_view in, std::span<char> out, std::uint64_t offset, DiagnosticSink& findings) = 0;
  /// The compressed file ends: whether that is in the middle of something.
  [[nodiscard]] virtual bool incomplete() const noexcept = 0;
};

[[nodiscard]] std::unique_ptr<Decompressor> make_gzip_decompressor();
[[nodiscard]] std::unique_ptr<Decompressor> make_zstd_decompressor();

}  // namespace mailparse
