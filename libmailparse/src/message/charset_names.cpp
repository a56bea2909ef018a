#include "message/charset_names.hpp"

#include <algorithm>
#include <array>

#include <unicode/ucnv.h>

#include <mailparse/base/octets.hpp>

namespace mailparse::charset {
namespace {

// No registered name comes near this; a longer label is noise and is not looked up.
constexpr std::size_t label_octets = 64;

struct Row {
  std::string_view label;
  std::string_view name;
  std::string_view converter;
};

// Labels where ICU's own reading is missing, is a dialect of another vendor, or is a subset of what is sent under the
// label (the WHATWG table of supersets, except for ISO-8859-1, which is read as labelled). An empty converter marks a
// registered charset that ICU cannot convert.
constexpr std::array rows{
    Row{"646", "US-ASCII", "US-ASCII"},
    Row{"8859-1", "ISO-8859-1", "ISO-8859-1"},
    Row{"8859_1", "ISO-8859-1", "ISO-8859-1"},
    Row{"adobe-standard-encoding", "Adobe-Standard-Encoding", ""},
    Row{"adobe-symbol-encoding", "Adobe-Symbol-Encoding", ""},
    Row{"amiga-1251", "Amiga-1251", ""},
    Row{"ansi_x3.110-1983", "ANSI_X3.110-1983", ""},
    Row{"asmo-708", "ISO-8859-6", "ISO-8859-6"},
    Row{"big5", "Big5", "windows-950-2000"},
    Row{"big5-hkscs", "Big5-HKSCS", "ibm-1375_P100-2008"},
    Row{"brf", "BRF", ""},
    Row{"chinese", "GBK", "gb18030"},
    Row{"cn-big5", "Big5", "windows-950-2000"},
    Row{"cn-gb", "GB2312", "gb18030"},
    Row{"cp-1251", "windows-1251", "ibm-5347_P100-1998"},
    Row{"cp1251", "windows-1251", "ibm-5347_P100-1998"},
    Row{"cp1252", "windows-1252", "ibm-5348_P100-1997"},
    Row{"cp866", "IBM866", "ibm-866_P100-1995"},
    Row{"cp878", "KOI8-R", "ibm-878_P100-1996"},
    Row{"cp932", "Shift_JIS", "ibm-943_P15A-2003"},
    Row{"cp936", "GBK", "gb18030"},
    Row{"csgb2312", "GB2312", "gb18030"},
    Row{"cskoi8r", "KOI8-R", "ibm-878_P100-1996"},
    Row{"csksc56011987", "KS_C_5601-1987", "windows-949-2000"},
    Row{"csunicode11utf7", "UTF-7", "UTF-7"},
    Row{"csutf7", "UTF-7", "UTF-7"},
    Row{"dec-mcs", "DEC-MCS", ""},
    Row{"dos-866", "IBM866", "ibm-866_P100-1995"},
    Row{"dos-874", "TIS-620", "windows-874-2000"},
    Row{"ebcdic-us", "EBCDIC-US", ""},
    Row{"euc-kr", "EUC-KR", "windows-949-2000"},
    Row{"gb18030", "GB18030", "gb18030"},
    Row{"gb2312", "GB2312", "gb18030"},
    Row{"gb_2312", "GB2312", "gb18030"},
    Row{"gb_2312-80", "GB2312", "gb18030"},
    Row{"gbk", "GBK", "gb18030"},
    Row{"hp-roman8", "hp-roman8", "ibm-1051_P100-1995"},
    Row{"inis", "INIS", ""},
    Row{"inis-8", "INIS-8", ""},
    Row{"invariant", "INVARIANT", ""},
    Row{"iso-10646-j-1", "ISO-10646-J-1", ""},
    Row{"iso-10646-ucs-basic", "ISO-10646-UCS-Basic", ""},
    Row{"iso-10646-unicode-latin1", "ISO-10646-Unicode-Latin1", ""},
    Row{"iso-10646-utf-1", "ISO-10646-UTF-1", ""},
    Row{"iso-2022-jp-1", "ISO-2022-JP", "ISO_2022,locale=ja,version=1"},
    Row{"iso-2022-jp-3", "ISO-2022-JP", "ISO_2022,locale=ja,version=4"},
    Row{"iso-8859-14", "ISO-8859-14", "iso-8859_14-1998"},
    Row{"iso-8859-16", "ISO-8859-16", ""},
    Row{"iso-8859-6-e", "ISO-8859-6", "ISO-8859-6"},
    Row{"iso-8859-6-i", "ISO-8859-6", "ISO-8859-6"},
    Row{"iso-8859-8-e", "ISO-8859-8", "ISO-8859-8"},
    Row{"iso-8859-8-i", "ISO-8859-8", "ISO-8859-8"},
    Row{"iso-ir-155", "NATS-DANO", ""},
    Row{"iso8859-1", "ISO-8859-1", "ISO-8859-1"},
    Row{"iso_6937-2-add", "ISO_6937-2-add", ""},
    Row{"koi", "KOI8-R", "ibm-878_P100-1996"},
    Row{"koi7-switched", "KOI7-switched", ""},
    Row{"koi8", "KOI8-R", "ibm-878_P100-1996"},
    Row{"koi8-r", "KOI8-R", "ibm-878_P100-1996"},
    Row{"koi8-ru", "KOI8-U", "ibm-1168_P100-2002"},
    Row{"koi8-u", "KOI8-U", "ibm-1168_P100-2002"},
    Row{"koi8_r", "KOI8-R", "ibm-878_P100-1996"},
    Row{"korean", "KS_C_5601-1987", "windows-949-2000"},
    Row{"ks_c_5601-1987", "KS_C_5601-1987", "windows-949-2000"},
    Row{"ks_c_5601-1989", "KS_C_5601-1987", "windows-949-2000"},
    Row{"ksc5601", "KS_C_5601-1987", "windows-949-2000"},
    Row{"ksc_5601", "KS_C_5601-1987", "windows-949-2000"},
    Row{"logical", "ISO-8859-8", "ISO-8859-8"},
    Row{"macintosh", "macintosh", "macos-0_2-10.2"},
    Row{"mnem", "MNEM", ""},
    Row{"mnemonic", "MNEMONIC", ""},
    Row{"ms_kanji", "Shift_JIS", "ibm-943_P15A-2003"},
    Row{"sun_eu_greek", "ISO-8859-7", "ISO-8859-7"},
    Row{"t.61-8bit", "T.61-8bit", ""},
    Row{"unicode-1-1-utf-7", "UTF-7", "UTF-7"},
    Row{"unicode-1-1-utf-8", "UTF-8", "UTF-8"},
    Row{"unicode11utf8", "UTF-8", "UTF-8"},
    Row{"unicode20utf8", "UTF-8", "UTF-8"},
    Row{"us", "US-ASCII", "US-ASCII"},
    Row{"utf7", "UTF-7", "UTF-7"},
    Row{"utf8", "UTF-8", "UTF-8"},
    Row{"ventura-us", "Ventura-US", ""},
    Row{"viscii", "VISCII", ""},
    Row{"visual", "ISO-8859-8", "ISO-8859-8"},
    Row{"viqr", "VIQR", ""},
    Row{"win-1251", "windows-1251", "ibm-5347_P100-1998"},
    Row{"windows-31j", "Shift_JIS", "ibm-943_P15A-2003"},
    Row{"windows-936", "GBK", "gb18030"},
    Row{"windows-949", "windows-949", "windows-949-2000"},
    Row{"x-gbk", "GBK", "gb18030"},
    Row{"x-mac-cyrillic", "x-mac-cyrillic", "macos-7_3-10.2"},
    Row{"x-mac-roman", "macintosh", "macos-0_2-10.2"},
    Row{"x-mac-ukrainian", "x-mac-cyrillic", "macos-7_3-10.2"},
    Row{"x-sjis", "Shift_JIS", "ibm-943_P15A-2003"},
    Row{"x-unicode20utf8", "UTF-8", "UTF-8"},
    Row{"x-x-big5", "Big5", "windows-950-2000"},
};

constexpr auto sorted_rows = [] {
  auto copy = rows;
  std::ranges::sort(copy, {}, &Row::label);
  return copy;
}();
static_assert(std::ranges::adjacent_find(sorted_rows, {}, &Row::label) == sorted_rows.end(), "a label stands twice");

std::optional<Resolved> resolve_by_icu(const std::string& label) {
  UErrorCode status = U_ZERO_ERROR;
  const char* converter = ucnv_getAlias(label.c_str(), 0, &status);
  if (U_FAILURE(status) || converter == nullptr) return std::nullopt;
  for (const char* standard : {"MIME", "IANA"}) {
    status = U_ZERO_ERROR;
    if (const char* name = ucnv_getStandardName(label.c_str(), standard, &status);
        U_SUCCESS(status) && name != nullptr) {
      return Resolved{name, converter};
    }
  }
  return Resolved{converter, converter};
}

}  // namespace

std::string normalised(std::string_view label) {
  const auto noise = [](char c) {
    return is(OctetClass::blank, c) || is(OctetClass::control, c) || c == '"' || c == '\'';
  };
  while (!label.empty() && noise(label.front())) label.remove_prefix(1);
  while (!label.empty() && (noise(label.back()) || label.back() == ';')) label.remove_suffix(1);
  if (label.size() > label_octets) return {};
  return lower_case(label);
}

std::optional<Resolved> resolve(std::string_view label) {
  // Nine of ten labels are one of these; for others ICU looks through its aliases.
  for (const std::string_view usual : {"UTF-8", "US-ASCII", "ISO-8859-1"}) {
    if (iequals(label, usual)) return Resolved{usual, usual};
  }
  const std::string wanted = normalised(label);
  // ICU skips unknown characters when it compares names, so an empty or odd label would match anything.
  const auto odd = [](char c) {
    return !(is(OctetClass::alpha, c) || is(OctetClass::digit, c) || std::string_view("-_.:+()").contains(c));
  };
  if (wanted.empty() || std::ranges::any_of(wanted, odd)) return std::nullopt;
  const auto row = std::ranges::lower_bound(sorted_rows, std::string_view(wanted), {}, &Row::label);
  if (row != sorted_rows.end() && row->label == wanted) return Resolved{row->name, row->converter};
  return resolve_by_icu(wanted);
}

}  // namespace mailparse::charset
