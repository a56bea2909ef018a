// Any key log and any octets of both sides: decryption gives the same in whole runs and octet by octet.
//
// Input: two octets of length and that much of a key log, then runs: an octet for the side (bit 0) and a loss before it
// (bit 1), two octets of length, and that many octets.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/source/tls_decryption.hpp>

#include "require.hpp"

namespace {

using namespace mailparse;
using fuzz::require;

class Inside final : public StreamSink {
 public:
  void on_chunk(const Chunk& chunk) override {
    const auto side = static_cast<std::size_t>(chunk.side);
    require(!chunk.octets.empty());
    if (!begun_[side]) next_[side] = chunk.offset;
    begun_[side] = true;
    require(chunk.offset == next_[side]);
    next_[side] += chunk.octets.size();
    texts[side] += chunk.octets;
  }
  void on_gap(const Gap&) override {}
  void on_elided(const Elided&) override {}
  void on_end(Side, StreamEnd, const Stamp&) override {}
  void report(Diagnostic) override {}

  std::string texts[2];

 private:
  std::uint64_t next_[2] = {0, 0};
  bool begun_[2] = {false, false};
};

std::string_view take(std::string_view& input, std::size_t octets) {
  const std::string_view taken = input.substr(0, octets);
  input.remove_prefix(taken.size());
  return taken;
}

std::size_t take_length(std::string_view& input) {
  std::size_t length = 0;
  for (const char octet : take(input, 2)) length = length << 8 | static_cast<unsigned char>(octet);
  return length;
}

struct Outcome {
  std::string texts[2];
  TlsTrouble trouble = TlsTrouble::none;
  bool decrypted = false;
  bool operator==(const Outcome&) const = default;
};

Outcome run(std::string_view input, std::size_t piece) {
  TlsKeyLog keys;
  keys.add(take(input, take_length(input)));
  Inside inside;
  TlsDecryptor decryptor(keys, inside);
  std::uint64_t offsets[2] = {0, 0};
  while (!input.empty()) {
    const auto what = static_cast<unsigned char>(take(input, 1).front());
    const auto side = static_cast<Side>(what & 1);
    std::uint64_t& offset = offsets[what & 1];
    if ((what & 2) != 0) decryptor.lose(side);
    std::string_view octets = take(input, take_length(input));
    while (!octets.empty()) {
      const std::string_view part = take(octets, piece);
      decryptor.on_chunk({side, offset, part, {}});
      offset += part.size();
    }
  }
  return {{inside.texts[0], inside.texts[1]}, decryptor.trouble(), decryptor.decrypted()};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Outcome whole = run(input, SIZE_MAX);
  require(run(input, 1) == whole);
  require(whole.decrypted == !(whole.texts[0].empty() && whole.texts[1].empty()));
  return 0;
}
