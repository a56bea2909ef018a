// Texts that a spreadsheet would run.
// Layer: analysis (private). Practice: Excel, LibreOffice Calc; OWASP on CSV injection.
#pragma once

#include <mailparse/message/message.hpp>

namespace mailparse {

/// Reports out.csv-formula for the Subject, display names of authors and names of files, once for each.
void check_formulas(const Message& message, DiagnosticSink& sink);

}  // namespace mailparse
