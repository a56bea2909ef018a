#include "message/charset_cyrillic.hpp"

#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>

namespace mailparse::charset {
namespace {

constexpr std::size_t letters = 32;  // without yo, which counts as ye

// Letter pairs of some 22,000 counted in Russian technical prose; row = first letter, column = second, both in
// alphabetical order; a digit is the binary logarithm of the frequency, 9 for one pair in eighty and more.
constexpr std::array<std::string_view, letters> pair_weight{
    "07857757558879066784147744000066", "40000600402554705305030007370003", "80321904706746835425020030071004",
    "50004300502402805004000000000000", "80414800704706717527020000063003", "55468666167889549891053542000111",
    "43006700603006000100000000000000", "81615110403556704006000000050000", "55645916776688556880564621000058",
    "00002000002401000530000020000000", "80100650702802904565005010000000", "70010850803104800307200400059068",
    "82400800702345860305000000060006", "90337800905008900585603000083005", "08988777589998778890334823000134",
    "60000700602302929125001000036000", "91830960703066930577010140062004", "62602800706745874595040350046008",
    "90703900804336967806100100078003", "33256754005455064660000705000060", "50000100500000604004100000000000",
    "30200302100002603100000000000000", "20000500700000000000000000020000", "70000700700006001083000030000000",
    "30000500600003203000000000002000", "30000800700000000000000000003000", "00000100000000000000000000000003",
    "02503700073660042350070410000000", "00000107005057000430000040000061", "00000000001600000060100000000000",
    "03001000000000000070000506000000", "00502705000044003240042005000050"};

// What an octet is under one of the charsets: a letter in either case, harmless, or nothing that prose contains.
constexpr std::uint8_t upper_bit = 0x20;
constexpr std::uint8_t neutral = 0x40;
constexpr std::uint8_t odd = 0x80;
using OctetMap = std::array<std::uint8_t, 256>;

constexpr std::uint8_t ye = 5;

constexpr OctetMap empty_map() {
  OctetMap map{};
  for (std::size_t o = 0; o < 256; ++o) map[o] = o < 0x80 ? neutral : odd;
  return map;
}

constexpr void run(OctetMap& map, std::size_t first_octet, std::uint8_t first_letter, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t letter = (first_letter & (upper_bit - 1)) + i;
    map[first_octet + i] = static_cast<std::uint8_t>((first_letter & upper_bit) | letter);
  }
}

constexpr void put(OctetMap& map, std::string_view octets, std::uint8_t what) {
  for (const char c : octets) map[static_cast<unsigned char>(c)] = what;
}

constexpr OctetMap windows_1251 = [] {
  OctetMap map = empty_map();
  run(map, 0xC0, upper_bit, letters);
  run(map, 0xE0, 0, letters);
  put(map, "\xA8", ye | upper_bit);
  put(map, "\xB8", ye);
  // quotation marks, dashes, no-break space, numero sign; Ukrainian and Belarusian letters
  put(map,
      "\x84\x85\x91\x92\x93\x94\x95\x96\x97\xA0\xA7\xA9\xAB\xAE\xB0\xB9\xBB\xA1\xA2\xA5\xAA\xAF\xB2\xB3\xB4\xBA\xBF",
      neutral);
  return map;
}();

constexpr OctetMap iso_8859_5 = [] {
  OctetMap map = empty_map();
  run(map, 0xB0, upper_bit, letters);
  run(map, 0xD0, 0, letters);
  put(map, "\xA1", ye | upper_bit);
  put(map, "\xF1", ye);
  put(map, "\xA0\xF0\xFD\xA4\xA6\xA7\xAE\xF4\xF6\xF7\xFE", neutral);
  return map;
}();

constexpr OctetMap ibm866 = [] {
  OctetMap map = empty_map();
  run(map, 0x80, upper_bit, letters);
  run(map, 0xA0, 0, 16);
  run(map, 0xE0, 16, 16);
  put(map, "\xF0", ye | upper_bit);
  put(map, "\xF1", ye);
  put(map, "\xFC\xFF\xF2\xF3\xF4\xF5", neutral);
  return map;
}();

constexpr OctetMap koi8_r = [] {
  // The letters stand where their Latin likenesses stand in ASCII.
  constexpr std::array<std::uint8_t, letters> order{30, 0,  1,  22, 4,  5,  20, 3, 21, 8,  9, 10, 11, 12, 13, 14,
                                                    15, 31, 16, 17, 18, 19, 6,  2, 28, 27, 7, 24, 29, 25, 23, 26};
  OctetMap map = empty_map();
  for (std::size_t i = 0; i < letters; ++i) {
    map[0xC0 + i] = order[i];
    map[0xE0 + i] = static_cast<std::uint8_t>(order[i] | upper_bit);
  }
  put(map, "\xA3", ye);
  put(map, "\xB3", ye | upper_bit);
  put(map, "\x9A\xBF\x9C\xA4\xA6\xA7\xAD\xB4\xB6\xB7\xBD", neutral);
  return map;
}();

struct Candidate {
  std::string_view name;
  const OctetMap* map;
};
constexpr std::array<Candidate, 4> candidates{Candidate{"KOI8-R", &koi8_r}, Candidate{"windows-1251", &windows_1251},
                                              Candidate{"ISO-8859-5", &iso_8859_5}, Candidate{"IBM866", &ibm866}};

struct Tally {
  CyrillicScore score;
  std::uint64_t high = 0;  ///< octets above 127
};

constexpr std::size_t looked_at_octets = 64 * 1024;

Tally tally(std::string_view octets, const Candidate& candidate) {
  Tally out;
  out.score.name = candidate.name;
  double sum = 0;
  std::uint64_t penalties = 0;
  std::uint8_t before = neutral;
  for (const char c : octets.substr(0, looked_at_octets)) {
    const std::uint8_t now = (*candidate.map)[static_cast<unsigned char>(c)];
    if (is(OctetClass::high, c)) ++out.high;
    if (now == odd) ++penalties;
    if (now < neutral && before < neutral) {
      ++out.score.pairs;
      const bool upper_now = (now & upper_bit) != 0, upper_before = (before & upper_bit) != 0;
      // A capital after a small letter is no Russian word: it is how one of these charsets reads as another.
      const double weight = pair_weight[before & (upper_bit - 1)][now & (upper_bit - 1)] - '0';
      sum += upper_now && !upper_before ? -4.0 : weight - (upper_now ? 0.5 : 0.0);
    }
    before = now;
  }
  const std::uint64_t counted = out.score.pairs + penalties;
  if (counted > 0) out.score.mean = (sum - 4.0 * static_cast<double>(penalties)) / static_cast<double>(counted);
  return out;
}

}  // namespace

int CyrillicScore::confidence() const noexcept {
  const double quality = std::clamp((mean - 3.0) / 3.5, 0.0, 1.0);
  const double amount = std::clamp(0.6 + static_cast<double>(pairs) * 0.04, 0.0, 1.0);
  return static_cast<int>(99.0 * quality * amount);
}

bool is_cyrillic(std::string_view name) noexcept {
  return std::ranges::find(candidates, name, &Candidate::name) != candidates.end();
}

std::optional<CyrillicScore> cyrillic_score(std::string_view octets, std::string_view name) {
  const auto candidate = std::ranges::find(candidates, name, &Candidate::name);
  if (candidate == candidates.end()) return std::nullopt;
  const Tally counted = tally(octets, *candidate);
  if (counted.score.pairs == 0) return std::nullopt;
  return counted.score;
}

std::optional<CyrillicScore> best_cyrillic(std::string_view octets) {
  std::optional<CyrillicScore> best;
  for (const Candidate& candidate : candidates) {
    const Tally counted = tally(octets, candidate);
    // Western text has its high octets one by one; Russian words are made of them.
    if (counted.score.pairs < 2 || counted.score.pairs * 2 < counted.high) continue;
    if (!best || counted.score.mean > best->mean) best = counted.score;
  }
  return best;
}

}  // namespace mailparse::charset
