#include <algorithm>
#include <array>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/file_name.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

constexpr std::size_t name_limit = 255;   // characters; NAME_MAX of common file systems
constexpr std::size_t safe_octets = 120;  // leaves room for a prefix and for narrow file systems
constexpr std::size_t padding_blanks = 20;
constexpr std::size_t extension_limit = 10;

/// Extensions that a click runs, and those of documents before which they hide. Sorted.
constexpr auto program_extensions = std::to_array<std::string_view>(
    {"bat", "chm", "cmd", "com", "cpl", "exe", "hta", "jar", "js",  "jse", "lnk", "msi", "msp",
     "pif", "ps1", "reg", "scf", "scr", "sct", "shb", "vbe", "vbs", "wsc", "wsf", "wsh"});
constexpr auto document_extensions = std::to_array<std::string_view>(
    {"avi", "bmp",  "csv", "doc", "docm", "docx", "eml", "gif",  "htm",  "html", "ics",  "jpeg", "jpg",
     "mov", "mp3",  "mp4", "odp", "ods",  "odt",  "pdf", "png",  "pps",  "ppt",  "pptx", "rar",  "rtf",
     "tif", "tiff", "txt", "vcf", "wav",  "webp", "xls", "xlsm", "xlsx", "xml",  "zip"});
static_assert(std::ranges::is_sorted(program_extensions) && std::ranges::is_sorted(document_extensions));

constexpr auto device_names = std::to_array<std::string_view>({"con", "prn", "aux", "nul", "conin$", "conout$"});
/// Behind "com" or "lpt", a device too: Windows takes the superscripts of Latin-1 for digits.
constexpr std::string_view port_digits = "123456789";
constexpr auto port_superscripts = std::to_array<std::string_view>({"\u00B9", "\u00B2", "\u00B3"});

char32_t decode(std::string_view text, std::size_t at, std::size_t& length) noexcept {
  length = utf8_sequence_length(text.substr(at));
  const auto octet = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  switch (length) {
    case 2:
      return ((octet(0) & 0x1F) << 6) | (octet(1) & 0x3F);
    case 3:
      return ((octet(0) & 0x0F) << 12) | ((octet(1) & 0x3F) << 6) | (octet(2) & 0x3F);
    case 4:
      return ((octet(0) & 0x07) << 18) | ((octet(1) & 0x3F) << 12) | ((octet(2) & 0x3F) << 6) | (octet(3) & 0x3F);
    default:
      length = 1;
      return octet(0);
  }
}

/// Calls `f(character, offset)` for each character.
template <class F>
void each(std::string_view text, F f) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 1;
    const char32_t c = decode(text, at, length);
    f(c, at);
    at += length;
  }
}

bool is_control(char32_t c) noexcept {
  return c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0);
}
bool is_space(char32_t c) noexcept {
  return c == ' ' || c == '\t' || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A);
}
bool is_bidi(char32_t c) noexcept {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

/// An override, or a right-to-left run that is still open at the last dot, turns the extension round.
bool turns_round(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  int embeddings = 0, isolates = 0;
  bool found = false;
  each(name, [&](char32_t c, std::size_t at) {
    if (c == 0x202D || c == 0x202E) found = true;
    if (dot != std::string_view::npos && at > dot) return;
    if (c == 0x202B) ++embeddings;
    if (c == 0x202C && embeddings > 0) --embeddings;
    if (c == 0x2067) ++isolates;
    if (c == 0x2069 && isolates > 0) --isolates;
  });
  return found || embeddings > 0 || isolates > 0;
}

bool climbs(std::string_view name) noexcept {
  std::size_t at = 0;
  while (at <= name.size()) {
    const std::size_t end = std::min(name.find_first_of("/\\", at), name.size());
    if (name.substr(at, end - at) == "..") return true;
    at = end + 1;
  }
  return false;
}

/// Of the root, of a share, or of a drive: also of the folder that is current on that drive ("c:x").
bool is_path(std::string_view name) noexcept {
  if (name.starts_with('/') || name.starts_with('\\')) return true;
  const bool drive = name.size() > 2 && is(OctetClass::alpha, name[0]) && name[1] == ':' && name[2] != ' ';
  return drive || climbs(name);
}

bool is_device(std::string_view name) noexcept {
  const std::string_view stem = name.substr(0, name.find('.'));
  const std::string lower = lower_case(trim_blanks(stem));
  if (std::ranges::find(device_names, std::string_view(lower)) != device_names.end()) return true;
  if (!lower.starts_with("com") && !lower.starts_with("lpt")) return false;
  const std::string_view port = std::string_view(lower).substr(3);
  return (port.size() == 1 && port_digits.contains(port.front())) ||
         std::ranges::find(port_superscripts, port) != port_superscripts.end();
}

/// "name.ext:stream": a colon directly behind an extension that begins with a letter and directly before a name.
bool names_stream(std::string_view name) noexcept {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos || colon + 1 >= name.size() || colon < 2) return false;
  const char next = name[colon + 1];
  if (!is(OctetClass::alpha, next) && !is(OctetClass::digit, next) && next != ':' && next != '$') return false;
  const std::size_t dot = name.substr(0, colon).rfind('.');
  if (dot == std::string_view::npos || dot + 1 >= colon || dot == 0) return false;
  const std::string_view extension = name.substr(dot + 1, colon - dot - 1);
  return is(OctetClass::alpha, extension[0]) &&
         std::ranges::all_of(extension, [](char c) { return is(OctetClass::alpha, c) || is(OctetClass::digit, c); });
}

bool has_padded_extension(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  std::size_t run = 0, longest = 0;
  each(name.substr(0, dot), [&](char32_t c, std::size_t) {
    run = is_space(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  });
  return longest >= padding_blanks;
}

/// What Windows drops at the end of a name, and nobody sees elsewhere.
void remove_invisible_end(std::string& name) noexcept {
  while (!name.empty() && (name.back() == '.' || name.back() == ' ' || name.back() == '\t')) name.pop_back();
}

bool is_hidden_by_windows(std::string_view name) noexcept {
  std::string_view kept = name;
  while (!kept.empty() && (kept.back() == '.' || kept.back() == ' ')) kept.remove_suffix(1);
  return kept.size() < name.size() && !file_extension(kept).empty();
}

/// "invoice.pdf.exe": what is shown without its last extension is a document.
bool has_double_extension(std::string_view name) {
  while (!name.empty() && (name.back() == '.' || name.back() == ' ')) name.remove_suffix(1);
  if (!is_program_extension(file_extension(name))) return false;
  name = trim_blanks(name.substr(0, name.rfind('.')));
  return is_document_extension(file_extension(name));
}

std::string_view extension_of(std::string_view name) noexcept {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == name.size()) return {};
  const std::string_view extension = name.substr(dot + 1);
  if (extension.size() > extension_limit) return {};
  const bool plain =
      std::ranges::all_of(extension, [](char c) { return is(OctetClass::alpha, c) || is(OctetClass::digit, c); });
  return plain ? extension : std::string_view();
}

}  // namespace

bool is_program_extension(std::string_view extension) noexcept {
  return std::ranges::binary_search(program_extensions, extension);
}

bool is_document_extension(std::string_view extension) noexcept {
  return std::ranges::binary_search(document_extensions, extension);
}

std::string file_extension(std::string_view name) {
  return lower_case(extension_of(name));
}

void check_identifier_path(std::string_view identifier, std::uint64_t offset, std::uint64_t length,
                           DiagnosticSink& sink) {
  if (climbs(identifier)) sink.report(make_diagnostic(Code::attach_name_path_component, offset, length));
}

std::string folded_file_name(std::string_view name) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (fold == nullptr || U_FAILURE(status)) return lower_case(name);
  std::string folded;
  icu::StringByteSink<std::string> sink(&folded);
  fold->normalizeUTF8(0, icu::StringPiece(name.data(), static_cast<int32_t>(name.size())), sink, nullptr, status);
  return U_FAILURE(status) ? lower_case(name) : folded;
}

void check_file_name(std::string_view name, std::uint64_t offset, std::uint64_t length, DiagnosticSink& sink) {
  const auto report = [&](Code code) { sink.report(make_diagnostic(code, offset, length)); };
  std::uint64_t characters = 0, controls = 0, blanks = 0;
  each(name, [&](char32_t c, std::size_t) {
    ++characters;
    blanks += is_space(c) ? 1U : 0U;
    controls += is_control(c) && c != '\t' ? 1U : 0U;
  });
  if (characters == blanks) return report(Code::attach_name_empty);
  if (is_path(name)) report(Code::attach_name_path_component);
  if (controls > 0) {
    Diagnostic diagnostic = make_diagnostic(Code::attach_name_control, offset, length);
    diagnostic.count = controls;
    sink.report(std::move(diagnostic));
  }
  if (turns_round(name)) report(Code::attach_name_bidi);
  if (name.front() == '.' && name.find_first_not_of('.') != std::string_view::npos) report(Code::attach_name_dotfile);
  if (name.front() == '-') report(Code::attach_name_leading_dash);
  if (has_double_extension(name)) report(Code::attach_name_double_extension);
  if (has_padded_extension(name)) report(Code::attach_name_padded_extension);
  if (is_device(name) || names_stream(name)) report(Code::attach_name_reserved);
  if (characters > name_limit) report(Code::attach_name_too_long);
  if (is_hidden_by_windows(name)) report(Code::attach_name_trailing_dot_space);
}

std::string safe_file_name(std::string_view name) {
  // The last component is the name; a path that ends in a separator has none.
  if (const std::size_t separator = name.find_last_of("/\\"); separator != std::string_view::npos)
    name.remove_prefix(separator + 1);
  std::string out;
  each(name, [&](char32_t c, std::size_t at) {
    std::size_t length = 1;
    decode(name, at, length);
    if (is_control(c) || is_bidi(c) || c == 0xFEFF || (c >= 0x200B && c <= 0x200D)) return;
    if (c < 0x80 && std::string_view("<>:\"|?*").contains(static_cast<char>(c))) {
      out += '_';
    } else if (length > 1 || c < 0x80) {
      out.append(name.substr(at, length));
    } else {
      out += '_';
    }
  });
  const std::size_t first = out.find_first_not_of(" .-\t");
  out.erase(0, std::min(first, out.size()));
  remove_invisible_end(out);
  if (is_device(out)) out.insert(out.begin(), '_');
  if (out.size() > safe_octets) {
    const std::string extension(extension_of(out));
    std::size_t stem = safe_octets - (extension.empty() ? 0 : extension.size() + 1);
    while (stem > 0 && (static_cast<unsigned char>(out[stem]) & 0xC0) == 0x80) --stem;  // not inside a character
    out.resize(stem);
    remove_invisible_end(out);
    if (!extension.empty()) out += "." + extension;
  }
  return out.empty() ? "unnamed" : out;
}

}  // namespace mailparse
