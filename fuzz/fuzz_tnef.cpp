// TNEF streams and compressed RTF: any cut gives the same items; names are valid UTF-8.
// Input: one octet that seeds the cuts, the rest is a stream.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <mailparse/message/tnef.hpp>
#include <mailparse/scan/utf8.hpp>

#include "cuts.hpp"
#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

class Log final : public TnefSink {
 public:
  void on_tnef_octets(std::string_view octets) override { octets_ += octets; }
  void on_tnef_item(const TnefItem& item) override {
    require(is_utf8(item.name));
    log += item.name + "|" + item.type + "|" + std::exchange(octets_, {}) + "\n";
  }
  std::string log;

 private:
  std::string octets_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  Log whole;
  TnefReader reader(whole);
  reader.feed(octets);
  const bool good = reader.finish();
  Log cut;
  TnefReader pieces(cut);
  fuzz::for_each_piece(octets, data[0], [&](std::string_view piece) { pieces.feed(piece); });
  require(pieces.finish() == good);
  require(whole.log == cut.log);
  static_cast<void>(decompress_rtf(octets));
  return 0;
}
