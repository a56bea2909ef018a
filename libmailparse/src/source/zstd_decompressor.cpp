#include <new>
#include <utility>

#include <zstd.h>

#include "source/decompressor.hpp"

namespace mailparse {
namespace {

class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor() : stream_(ZSTD_createDStream()) {
    if (!stream_) throw std::bad_alloc();
  }

  Progress run(std::string_view in, std::span<char> out, std::uint64_t offset, DiagnosticSink& findings) override {
    if (broken_) return {in.size(), 0};
    ZSTD_inBuffer source{in.data(), in.size(), 0};
    ZSTD_outBuffer target{out.data(), out.size(), 0};
    // A full output may leave octets inside the decoder, so it is asked even when no input is left.
    while (target.pos < target.size) {
      const std::size_t source_before = source.pos;
      const std::size_t target_before = target.pos;
      const std::size_t hint = ZSTD_decompressStream(stream_.get(), &target, &source);
      if (ZSTD_isError(hint) != 0) {
        broken_ = true;
        Diagnostic diagnostic = make_diagnostic(Code::capfile_gzip_crc, offset + source.pos, 0);
        diagnostic.detail = std::string("zstd: ") + ZSTD_getErrorName(hint);
        findings.report(std::move(diagnostic));
        return {in.size(), target.pos};
      }
      if (source.pos == source_before && target.pos == target_before) break;
      inside_frame_ = hint != 0;
      if (source.pos == source.size && !inside_frame_) break;
    }
    return {source.pos, target.pos};
  }

  [[nodiscard]] bool incomplete() const noexcept override { return inside_frame_ && !broken_; }

 private:
  struct Free {
    void operator()(ZSTD_DStream* stream) const noexcept { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  bool inside_frame_ = false;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<Decompressor> make_zstd_decompressor() {
  return std::make_unique<ZstdDecompressor>();
}

}  // namespace mailparse
