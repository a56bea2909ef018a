// Names of attachments: what is wrong with one, and a name it may safely be saved under.
// Layer: message. RFC 2183 2.3 and 5; practice: Windows, macOS and Unix file systems, terminals.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

/// Where a part's file name was found.
enum class FileNameSource : std::uint8_t {
  disposition,  ///< filename of Content-Disposition
  type_name,    ///< name of Content-Type
  content_id,   ///< Content-ID, where nothing else names the part
  content,      ///< inside the content: uuencode, yEnc, TNEF
};

/// Reports attach.name.* of the decoded `name` (valid UTF-8); diagnostics point at [offset, offset + length).
void check_file_name(std::string_view name, std::uint64_t offset, std::uint64_t length, DiagnosticSink& sink);

/// A Content-ID that names a part: reports attach.name.path-component where it climbs out of a folder. Identifiers that
/// begin like an absolute path are ordinary.
void check_identifier_path(std::string_view identifier, std::uint64_t offset, std::uint64_t length,
                           DiagnosticSink& sink);

/// The name as file systems compare it that ignore case and Unicode normalisation; valid UTF-8 in and out.
[[nodiscard]] std::string folded_file_name(std::string_view name);

/// A name of the same meaning that is safe on any file system: no folder, no control, bidi or reserved character, not
/// reserved, no leading dot or dash, no trailing dots or blanks, 1 to 120 octets with its extension kept. Never "." or
/// "..".
[[nodiscard]] std::string safe_file_name(std::string_view name);

/// The extension without its dot, in lower case: one to ten ASCII letters and digits; empty where there is none.
[[nodiscard]] std::string file_extension(std::string_view name);

/// Whether a click on a file of that extension, as file_extension() gives it, runs a program on common desktops.
[[nodiscard]] bool is_program_extension(std::string_view extension) noexcept;
/// Whether it is that of documents, pictures, media and archives, which people take for harmless.
[[nodiscard]] bool is_document_extension(std::string_view extension) noexcept;

}  // namespace mailparse
