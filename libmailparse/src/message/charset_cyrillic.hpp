// Which of the Russian charsets a text is in, by its letter pairs.
// Layer: message, private.
//
// ICU's detector knows no CP866 and errs on texts as short as a subject; four charsets that hold the same letters in
// different places are told apart by how common the resulting letter pairs are in Russian.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mailparse::charset {

struct CyrillicScore {
  std::string_view name;    ///< KOI8-R, windows-1251, ISO-8859-5 or IBM866
  double mean = 0;          ///< per pair: about 7.6 for Russian prose, 2.2 for letters at random
  std::uint64_t pairs = 0;  ///< neighbouring letters counted

  /// 0 to 99, growing with the mean and the number of pairs.
  [[nodiscard]] int confidence() const noexcept;
};

[[nodiscard]] bool is_cyrillic(std::string_view name) noexcept;
/// How Russian the octets read under that charset; nullopt for other charsets and texts without letter pairs.
[[nodiscard]] std::optional<CyrillicScore> cyrillic_score(std::string_view octets, std::string_view name);
/// The charset under which the octets read best; nullopt where few of the high octets make words.
[[nodiscard]] std::optional<CyrillicScore> best_cyrillic(std::string_view octets);

}  // namespace mailparse::charset
