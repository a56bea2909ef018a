#include <algorithm>
#include <array>

#include <mailparse/message/content_decoder.hpp>

namespace mailparse {
namespace {}  // namespace

std::string_view ContentDecoder::feed(std::string_view octets) {
  if (encoding_ != TransferEncoding::base64 && encoding_ != TransferEncoding::quoted_printable) return octets;
  const bool base64 = encoding_ == TransferEncoding::base64;
  const std::size_t room = base64 ? Base64Decoder::room(octets.size()) : QuotedPrintableDecoder::room(octets.size());
  if (room_.size() < room) room_.resize(room);
  const std::size_t size = base64 ? base64_.decode(octets, room_) : quoted_printable_.decode(octets, room_);
  return {room_.data(), size};
}

std::string_view ContentDecoder::finish() {
  if (encoding_ == TransferEncoding::base64) {
    if (room_.size() < 2) room_.resize(2);
    return {room_.data(), base64_.finish(std::span<char, 2>(room_.data(), 2))};
  }
  if (encoding_ == TransferEncoding::quoted_printable) {
    if (room_.size() < QuotedPrintableDecoder::room(0)) room_.resize(QuotedPrintableDecoder::room(0));
    return {room_.data(), quoted_printable_.finish(room_)};
  }
  return {};
}

void ContentDecoder::report(std::uint64_t offset, DiagnosticSink& sink) const {
  const auto tell = [&](Code code, const Occurrences& met) {
    if (met.count == 0) return;
    Diagnostic diagnostic = make_diagnostic(code, offset + met.first, 1);
    diagnostic.count = met.count;
    sink.report(std::move(diagnostic));
  };
  if (encoding_ == TransferEncoding::base64) {
    const Base64Report& met = base64_.report();
    tell(Code::mime_b64_illegal_char, met.illegal);
    tell(Code::mime_b64_data_after_padding, met.after_padding);
    tell(Code::mime_b64_trailing_bits, met.trailing_bits);
    tell(Code::mime_b64_truncated, met.truncated);
  }
  if (encoding_ == TransferEncoding::quoted_printable) {
    const QuotedPrintableReport& met = quoted_printable_.report();
    tell(Code::mime_qp_bad_escape, met.bad_escape);
    tell(Code::mime_qp_raw_byte, met.raw_octet);
    tell(Code::mime_qp_trailing_space_after_equals, met.space_after_equals);
  }
}

}  // namespace mailparse
