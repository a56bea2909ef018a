// The base64 decoder: fast equals plain, cut equals whole, encoding is undone by decoding.
// Input: one octet that seeds the cuts, the rest is the encoded text.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/scan/base64.hpp>

#include "cuts.hpp"
#include "require.hpp"
#include "scan/base64_scalar.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

std::string decode(std::string_view text, unsigned seed, Base64Report& report) {
  std::string decoded;
  Base64Decoder decoder;
  Base64State plain;
  fuzz::for_each_piece(text, seed, [&](std::string_view piece) {
    std::vector<char> out(Base64Decoder::room(piece.size()));
    std::vector<char> plain_out(out.size());
    const std::string_view fast(out.data(), decoder.decode(piece, out));
    require(fast == std::string_view(plain_out.data(), scalar::decode_base64(plain, piece, plain_out.data())));
    require(decoder.state() == plain);
    decoded += fast;
  });
  std::array<char, 2> last;
  decoded.append(last.data(), decoder.finish(last));
  report = decoder.report();
  require(report.octets == text.size() && report.decoded == decoded.size());
  require(report.illegal.count <= text.size() && report.decoded_at_padding <= report.decoded);
  return decoded;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Base64Report cut;
  Base64Report whole;
  const std::string decoded = decode(text, data[0], cut);
  require(decoded == decode(text, fuzz::whole, whole) && cut == whole);

  Base64Report clean;
  require(decode(base64_encode(text), data[0], clean) == text);
  require(clean.illegal.count + clean.truncated.count + clean.trailing_bits.count + clean.after_padding.count == 0);
  return 0;
}
