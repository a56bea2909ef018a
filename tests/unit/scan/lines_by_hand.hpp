// Lines of a text as a reader with pencil and paper would find them: the third opinion of the scan tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mailparse/scan/line_index.hpp>

namespace mailparse::test {

struct WholeLine {
  std::uint64_t begin = 0;
  std::string text;
  LineEnd end = LineEnd::none;
  LineFlags flags;
  bool operator==(const WholeLine&) const = default;
};

inline std::vector<WholeLine> lines_by_hand(std::string_view text) {
  std::vector<WholeLine> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t lf = text.find('\n', at);
    WholeLine line{at, std::string(text.substr(at, lf == text.npos ? text.npos : lf - at)), LineEnd::none, {}};
    at = lf == text.npos ? text.size() : lf + 1;
    if (lf != text.npos) line.end = LineEnd::lf;
    if (line.end == LineEnd::lf && line.text.ends_with('\r')) {
      line.text.pop_back();
      line.end = LineEnd::crlf;
    }
    const std::string& t = line.text;
    const auto flag_if = [&](bool condition, LineFlag flag) {
      if (condition) line.flags.add(flag);
    };
    flag_if(t.find('\r') != t.npos, LineFlag::bare_cr);
    flag_if(line.end == LineEnd::crlf && t.ends_with('\r'), LineFlag::cr_cr_lf);
    flag_if(t.find('\0') != t.npos, LineFlag::nul);
    for (const char c : t) {
      const auto octet = static_cast<unsigned char>(c);
      flag_if(octet > 127, LineFlag::eight_bit);
      flag_if(octet == 127 || (octet != 0 && octet < 32 && octet != 9 && octet != 13), LineFlag::control);
    }
    flag_if(t.starts_with("."), LineFlag::leading_dot);
    flag_if(t.starts_with("--"), LineFlag::leading_dashes);
    flag_if(t.starts_with(" ") || t.starts_with("\t"), LineFlag::leading_blank);
    lines.push_back(line);
  }
  return lines;
}

/// Texts with every shape of line end and of leading octets that the scan layer tells apart.
inline const std::vector<std::string>& small_texts() {
  using namespace std::string_literals;
  static const std::vector<std::string> texts = {
      "",
      "\n",
      "\r",
      "\r\n",
      "\r\r",
      "\r\r\n",
      "\n\r",
      "\r\n\r\n",
      ".\r\n",
      "..\r\n",
      "a\r\n.\r\nb",
      "a\n.\nb\r.\rc",
      "--",
      "-",
      "-\r\n",
      "--b\r\n--b--\r\n",
      "-\r-",
      " a\r\n\tb\r\n",
      "a\0b\r\n"s,
      "\0"s,
      "\xC3\xA9\r\n",
      "\x01\x7F\r\n",
      "\r.\r\n",
      "\r--\n",
      "a\r\r\n",
      "abc",
      "abc\r",
      "abc\rdef\r\n",
      "\r\r\r\n\n\r\n",
      "a\tb\r\n",
      "\r\n.",
      "\n-",
      "--\r\r\n",
  };
  return texts;
}

/// Calls `f(pieces)` for each of the 2^(n-1) ways to cut `text`.
template <class F>
void for_each_cut(std::string_view text, F f) {
  const std::size_t gaps = text.empty() ? 0 : text.size() - 1;
  for (std::uint32_t cut = 0; cut < (1U << gaps); ++cut) {
    std::vector<std::string_view> pieces;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < gaps; ++i) {
      if ((cut >> i & 1U) == 0) continue;
      pieces.push_back(text.substr(begin, i + 1 - begin));
      begin = i + 1;
    }
    pieces.push_back(text.substr(begin));
    f(pieces);
  }
}

}  // namespace mailparse::test
