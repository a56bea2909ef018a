// Sessions as a table of comma-separated values.
// Layer: json. RFC 4180; docs/views.md
#pragma once

#include <string>
#include <string_view>

#include <mailparse/trace/session_record.hpp>

namespace mailparse {

/// Appends the line of column names, CRLF included.
void write_csv_header(std::string& out);

/// Appends a row, CRLF included. Several values of one cell are joined with "; ". Control characters, bidirectional
/// controls and octets that are not UTF-8 are shown as escapes. A cell that a spreadsheet would take for a formula has
/// an apostrophe before it.
void write_csv_session(std::string& out, const SessionRecord& session, std::string_view file);

/// Appends one cell in that form.
void append_csv_cell(std::string& out, std::string_view text);

}  // namespace mailparse
