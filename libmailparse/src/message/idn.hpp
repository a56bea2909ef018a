// Internationalised domain names: both forms, and what is wrong with them.
// Layer: message. RFC 5890, RFC 5891, UTS 46, UTS 39. ICU does the work.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mailparse {

struct IdnLabel {
  std::size_t begin = 0;  ///< in the domain as given
  std::size_t length = 0;
  bool invalid = false;       ///< fails UTS 46 non-transitional processing
  bool mixed_script = false;  ///< beyond the Highly Restrictive level of UTS 39
  bool confusable = false;    ///< all of one foreign script, looks like Latin letters, and stands under an ASCII top
};

struct IdnForms {
  std::string ascii;                                 ///< A-labels where a label can be converted
  std::string unicode;                               ///< U-labels where a label can be decoded
  std::string scripts;                               ///< of the internationalised labels, by name, comma between
  std::vector<IdnLabel> labels;                      ///< the internationalised ones
  std::size_t unicode_dot = std::string_view::npos;  ///< of the first full stop that is not ASCII
};

/// Whether any label of `domain` is internationalised: an A-label, or octets above 127.
[[nodiscard]] bool is_internationalised(std::string_view domain) noexcept;
/// `domain` is UTF-8.
[[nodiscard]] IdnForms idn_forms(std::string_view domain);

}  // namespace mailparse
