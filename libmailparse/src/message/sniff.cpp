#include <algorithm>
#include <array>

#include <mailparse/base/octets.hpp>
#include <mailparse/message/sniff.hpp>
#include <mailparse/scan/octet_survey.hpp>
#include <mailparse/scan/utf8.hpp>

namespace mailparse {
namespace {

using namespace std::string_view_literals;

struct Magic {
  std::size_t at;
  std::string_view octets;
  std::string_view type;
};

// The first row that matches wins: a format that contains another one's mark stands before it.
constexpr std::array magics{
    Magic{0, "%PDF-"sv, "application/pdf"},
    Magic{0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    Magic{0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    Magic{0, "GIF87a"sv, "image/gif"},
    Magic{0, "GIF89a"sv, "image/gif"},
    Magic{8, "WEBP"sv, "image/webp"},
    Magic{8, "WAVE"sv, "audio/x-wav"},
    Magic{8, "AVI "sv, "video/x-msvideo"},
    Magic{0, "II*\0"sv, "image/tiff"},
    Magic{0, "MM\0*"sv, "image/tiff"},
    Magic{0, "BM"sv, "image/bmp"},
    Magic{0, "\0\0\1\0"sv, "image/vnd.microsoft.icon"},
    Magic{30, "mimetypeapplication/vnd.oasis.opendocument.text"sv, "application/vnd.oasis.opendocument.text"},
    Magic{30, "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"sv,
          "application/vnd.oasis.opendocument.spreadsheet"},
    Magic{30, "mimetypeapplication/epub+zip"sv, "application/epub+zip"},
    Magic{0, "PK\3\4"sv, "application/zip"},
    Magic{0, "PK\5\6"sv, "application/zip"},
    Magic{0, "Rar!\x1A\7"sv, "application/vnd.rar"},
    Magic{0, "7z\xBC\xAF\x27\x1C"sv, "application/x-7z-compressed"},
    Magic{0, "\x1F\x8B\x08"sv, "application/gzip"},
    Magic{0, "BZh"sv, "application/x-bzip2"},
    Magic{0,
          "\xFD"
          "7zXZ\0"sv,
          "application/x-xz"},
    Magic{0, "\x28\xB5\x2F\xFD"sv, "application/zstd"},
    Magic{257, "ustar"sv, "application/x-tar"},
    Magic{0, "MSCF"sv, "application/vnd.ms-cab-compressed"},
    Magic{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "application/x-ole-storage"},
    Magic{0, "{\\rtf"sv, "application/rtf"},
    Magic{0, "\x78\x9F\x3E\x22"sv, "application/ms-tnef"},
    Magic{0, "MZ"sv, "application/vnd.microsoft.portable-executable"},
    Magic{0,
          "\x7F"
          "ELF"sv,
          "application/x-elf"},
    Magic{0, "\xCA\xFE\xBA\xBE"sv, "application/java-vm"},
    Magic{0, "\xCF\xFA\xED\xFE"sv, "application/x-mach-binary"},
    Magic{0, "L\0\0\0\x01\x14\x02\0"sv, "application/x-ms-shortcut"},
    Magic{0, "ITSF\3\0\0\0"sv, "application/vnd.ms-htmlhelp"},
    Magic{0, "OggS"sv, "application/ogg"},
    Magic{0, "fLaC"sv, "audio/flac"},
    Magic{0, "ID3"sv, "audio/mpeg"},
    Magic{0, "\xFF\xFB"sv, "audio/mpeg"},
    Magic{0, ".snd"sv, "audio/basic"},
    Magic{4, "ftypM4A"sv, "audio/mp4"},
    Magic{4, "ftypheic"sv, "image/heic"},
    Magic{4, "ftypqt"sv, "video/quicktime"},
    Magic{4, "ftyp"sv, "video/mp4"},
    Magic{0, "\x1A\x45\xDF\xA3"sv, "video/x-matroska"},
    Magic{0, "\0\0\1\xBA"sv, "video/mpeg"},
    Magic{0, "wOFF"sv, "font/woff"},
    Magic{0, "wOF2"sv, "font/woff2"},
    Magic{0, "SQLite format 3\0"sv, "application/vnd.sqlite3"},
    Magic{0, "-----BEGIN PGP SIGNATURE-----"sv, "application/pgp-signature"},
    Magic{0, "-----BEGIN PGP PUBLIC KEY BLOCK-----"sv, "application/pgp-keys"},
    Magic{0, "-----BEGIN PGP MESSAGE-----"sv, "application/pgp-encrypted"},
    Magic{0, "%!PS"sv, "application/postscript"},
    Magic{0, "BEGIN:VCARD"sv, "text/vcard"},
    Magic{0, "BEGIN:VCALENDAR"sv, "text/calendar"},
    Magic{0, "#!"sv, "text/x-shellscript"},
};

constexpr std::array html_starts{"<!doctype html"sv, "<html"sv, "<head"sv, "<body"sv, "<script"sv, "<table"sv, "<div"sv,
                                 "<!--"sv,           "<p>"sv,   "<br"sv,   "<meta"sv, "<title"sv,  "<font"sv};

/// By octet: whether some magic begins with it, at the front of a file.
constexpr std::array<bool, 256> begins_magic = [] {
  std::array<bool, 256> begins{};
  for (const Magic& magic : magics) begins[static_cast<unsigned char>(magic.octets[0])] |= magic.at == 0;
  return begins;
}();

bool is_usual(char c) noexcept {
  return c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\x1B' || c == '\b' || c == '\x7F';
}

bool is_text(std::string_view start) noexcept {
  if (!survey_octets(start).control) return true;
  return std::ranges::none_of(start, [](char c) { return is(OctetClass::control, c) && !is_usual(c); });
}

/// DER of a CMS ContentInfo: SEQUENCE, then the object identifier pkcs-7 (1.2.840.113549.1.7).
bool is_cms(std::string_view start) noexcept {
  if (start.empty() || start[0] != '\x30') return false;
  return start.substr(0, 16).find("\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07"sv) != std::string_view::npos;
}

}  // namespace

std::string_view sniff_type(std::string_view start) noexcept {
  start = start.substr(0, sniffed_octets);
  if (start.empty()) return {};
  const bool may_begin = begins_magic[static_cast<unsigned char>(start[0])];
  for (const Magic& magic : magics) {
    if (magic.at == 0 && !may_begin) continue;
    if (start.size() >= magic.at && start.substr(magic.at).starts_with(magic.octets)) {
      // Two letters are too little to condemn text.
      if (magic.octets.size() < 3 && magic.octets != "#!" && is_text(start)) continue;
      return magic.type;
    }
  }
  if (is_cms(start)) return "application/pkcs7-mime";
  if (!is_text(start))
    return start.starts_with("\xFF\xFE") || start.starts_with("\xFE\xFF") ? "text/plain" : "application/octet-stream";
  std::string_view text = start;
  text = without_byte_order_mark(text);
  while (!text.empty() && (is(OctetClass::blank, text[0]) || text[0] == '\r' || text[0] == '\n')) text.remove_prefix(1);
  if (std::ranges::any_of(html_starts, [&](std::string_view mark) { return istarts_with(text, mark); }))
    return "text/html";
  if (istarts_with(text, "<?xml")) return text.find("<svg") != std::string_view::npos ? "image/svg+xml" : "text/xml";
  if (istarts_with(text, "<svg")) return "image/svg+xml";
  return "text/plain";
}

}  // namespace mailparse
