// gzip members one behind the other. The header and trailer are read here and not by zlib, because zlib stops at a
// wrong check value where this goes on with the next member.
#include <algorithm>
#include <new>

#include <zlib.h>

#include "source/decompressor.hpp"
#include "source/network_order.hpp"

namespace mailparse {
namespace {

/// Passes over a member's header octet by octet: names in it may be of any length. RFC 1952 2.3.
class GzipHeader {
 public:
  enum class Verdict : std::uint8_t { more, done, bad };

  Verdict take(unsigned char octet) noexcept {
    const std::uint64_t at = taken_++;
    switch (part_) {
      case Part::fixed:
        return take_fixed(at, octet);
      case Part::extra_length:
        extra_left_ |= static_cast<unsigned>(octet) << (8 * part_taken_);
        if (++part_taken_ == 2) begin(extra_left_ != 0 ? Part::extra : after_extra());
        break;
      case Part::extra:
        if (--extra_left_ == 0) begin(after_extra());
        break;
      case Part::name:
        if (octet == 0) begin(after_name());
        break;
      case Part::comment:
        if (octet == 0) begin(after_comment());
        break;
      case Part::check:
        if (++part_taken_ == 2) begin(Part::over);
        break;
      case Part::over:
        break;
    }
    return part_ == Part::over ? Verdict::done : Verdict::more;
  }
  [[nodiscard]] bool begun() const noexcept { return taken_ != 0; }

 private:
  enum class Part : std::uint8_t { fixed, extra_length, extra, name, comment, check, over };
  enum Flag : unsigned char { has_check = 2, has_extra = 4, has_name = 8, has_comment = 16 };

  Verdict take_fixed(std::uint64_t at, unsigned char octet) noexcept {
    constexpr unsigned char deflate = 8;
    if ((at == 0 && octet != 0x1F) || (at == 1 && octet != 0x8B) || (at == 2 && octet != deflate)) return Verdict::bad;
    if (at == 3) flags_ = octet;
    if (at == 9) begin((flags_ & has_extra) != 0 ? Part::extra_length : after_extra());
    return part_ == Part::over ? Verdict::done : Verdict::more;
  }
  void begin(Part part) noexcept {
    part_ = part;
    part_taken_ = 0;
  }
  [[nodiscard]] Part after_extra() const noexcept { return (flags_ & has_name) != 0 ? Part::name : after_name(); }
  [[nodiscard]] Part after_name() const noexcept {
    return (flags_ & has_comment) != 0 ? Part::comment : after_comment();
  }
  [[nodiscard]] Part after_comment() const noexcept { return (flags_ & has_check) != 0 ? Part::check : Part::over; }

  Part part_ = Part::fixed;
  unsigned char flags_ = 0;
  unsigned part_taken_ = 0;
  unsigned extra_left_ = 0;
  std::uint64_t taken_ = 0;
};

class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor() {
    constexpr int raw_deflate = -15;
    if (inflateInit2(&stream_, raw_deflate) != Z_OK) throw std::bad_alloc();
  }
  GzipDecompressor(const GzipDecompressor&) = delete;
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;
  ~GzipDecompressor() override { inflateEnd(&stream_); }

  Progress run(std::string_view in, std::span<char> out, std::uint64_t offset, DiagnosticSink& findings) override {
    Progress progress;
    while (progress.consumed < in.size() && progress.produced < out.size()) {
      const std::string_view rest = in.substr(progress.consumed);
      switch (state_) {
        case State::header:
          progress.consumed += run_header(rest, offset + progress.consumed, findings);
          break;
        case State::deflate: {
          const Progress step = run_deflate(rest, out.subspan(progress.produced), offset + progress.consumed, findings);
          progress.consumed += step.consumed;
          progress.produced += step.produced;
          break;
        }
        case State::trailer:
          progress.consumed += run_trailer(rest, offset + progress.consumed, findings);
          break;
        case State::ignoring:
          progress.consumed = in.size();
          break;
      }
    }
    return progress;
  }

  [[nodiscard]] bool incomplete() const noexcept override {
    return state_ == State::deflate || state_ == State::trailer || (state_ == State::header && header_.begun());
  }

 private:
  enum class State : std::uint8_t {
    header,    ///< before or in a member's header
    deflate,   ///< in its data
    trailer,   ///< in its check values
    ignoring,  ///< what follows is no member, or cannot be inflated
  };

  std::size_t run_header(std::string_view in, std::uint64_t offset, DiagnosticSink& findings) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      const GzipHeader::Verdict verdict = header_.take(static_cast<unsigned char>(in[i]));
      if (verdict == GzipHeader::Verdict::more) continue;
      if (verdict == GzipHeader::Verdict::bad) {
        // Behind a member stands padding, as gzip itself allows; the first member must be one.
        if (members_ == 0) broken(offset + i, "not deflate", findings);
        state_ = State::ignoring;
        return i;
      }
      header_ = {};
      inflateReset(&stream_);
      crc_ = crc32(0, nullptr, 0);
      octets_ = 0;
      trailer_.clear();
      state_ = State::deflate;
      return i + 1;
    }
    return in.size();
  }

  Progress run_deflate(std::string_view in, std::span<char> out, std::uint64_t offset, DiagnosticSink& findings) {
    constexpr std::size_t most = 1U << 30;
    const std::size_t in_size = std::min(in.size(), most);
    const std::size_t out_size = std::min(out.size(), most);
    stream_.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in_size);
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out_size);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    const Progress progress{in_size - stream_.avail_in, out_size - stream_.avail_out};
    crc_ = crc32(crc_, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(progress.produced));
    octets_ += static_cast<std::uint32_t>(progress.produced);
    if (status == Z_STREAM_END) {
      state_ = State::trailer;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      broken(offset + progress.consumed, "invalid deflate data", findings);
      state_ = State::ignoring;
    }
    return progress;
  }

  std::size_t run_trailer(std::string_view in, std::uint64_t offset, DiagnosticSink& findings) {
    constexpr std::size_t size = 8;
    const std::size_t before = trailer_.size();
    trailer_.append(in.substr(0, size - before));
    const std::size_t taken = trailer_.size() - before;
    if (trailer_.size() < size) return taken;
    const auto crc = load<std::uint32_t>(trailer_.data(), !host_is_little);
    const auto octets = load<std::uint32_t>(trailer_.data() + 4, !host_is_little);
    if (crc != crc_ || octets != octets_)
      findings.report(make_diagnostic(Code::capfile_gzip_crc, offset + taken - size, size));
    ++members_;
    state_ = State::header;
    return taken;
  }

  static void broken(std::uint64_t offset, const char* why, DiagnosticSink& findings) {
    Diagnostic diagnostic = make_diagnostic(Code::capfile_gzip_crc, offset, 0);
    diagnostic.detail = why;
    findings.report(std::move(diagnostic));
  }

  z_stream stream_{};
  State state_ = State::header;
  GzipHeader header_;
  uLong crc_ = 0;
  std::uint32_t octets_ = 0;  ///< of the member, modulo 2^32 as its trailer has it
  std::string trailer_;
  std::uint64_t members_ = 0;
};

}  // namespace

std::unique_ptr<Decompressor> make_gzip_decompressor() {
  return std::make_unique<GzipDecompressor>();
}

}  // namespace mailparse
