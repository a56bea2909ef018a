// The MIME reader: its ranges tile the message, every octet is told once and as it stands, entities nest, and any cut
// gives the same events.
// Input: one octet that seeds the cuts, the rest is a message.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "../tests/unit/message/mime_events.hpp"
#include "cuts.hpp"
#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view message(reinterpret_cast<const char*>(data) + 1, size - 1);
  test::MimeEvents whole;
  MimeReader reader(whole);
  reader.feed(message);
  reader.finish();
  require(whole.octets() == message);
  const std::string log = whole.log();
  require(whole.faults().empty());

  test::MimeEvents cut;
  MimeReader pieces(cut);
  fuzz::for_each_piece(message, data[0], [&](std::string_view piece) { pieces.feed(piece); });
  pieces.finish();
  require(cut.octets() == message);
  require(cut.log() == log);
  require(cut.faults().empty());
  return 0;
}
