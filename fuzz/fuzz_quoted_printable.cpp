// The quoted-printable decoder: fast equals plain, cut equals whole.
// Input: one octet that seeds the cuts, the rest is the encoded text.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/scan/quoted_printable.hpp>

#include "cuts.hpp"
#include "require.hpp"
#include "scan/quoted_printable_scalar.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

std::string decode(std::string_view text, unsigned seed, QuotedPrintableReport& report) {
  std::string decoded;
  QuotedPrintableDecoder decoder;
  fuzz::for_each_piece(text, seed, [&](std::string_view piece) {
    std::vector<char> out(QuotedPrintableDecoder::room(piece.size()));
    decoded.append(out.data(), decoder.decode(piece, out));
  });
  std::vector<char> out(QuotedPrintableDecoder::room(0));
  decoded.append(out.data(), decoder.finish(out));
  report = decoder.report();
  require(report.octets == text.size() && report.decoded == decoded.size() && decoded.size() <= text.size());
  return decoded;
}

std::string decode_plainly(std::string_view text, QuotedPrintableReport& report) {
  QuotedPrintableState state;
  std::vector<char> out(QuotedPrintableDecoder::room(text.size()));
  char* end = out.data();
  for (const char octet : text) end = scalar::decode_quoted_printable_octet(state, octet, end);
  end = scalar::finish_quoted_printable(state, end);
  report = state.report;
  return {out.data(), end};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  QuotedPrintableReport cut;
  QuotedPrintableReport whole;
  QuotedPrintableReport plain;
  const std::string decoded = decode_plainly(text, plain);
  require(decode(text, data[0], cut) == decoded && cut == plain);
  require(decode(text, fuzz::whole, whole) == decoded && whole == plain);
  return 0;
}
