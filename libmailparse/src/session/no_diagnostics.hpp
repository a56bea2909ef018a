// For octets that were judged already, or are only looked at.
// Layer: session (private).
#pragma once

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

class NoDiagnostics final : public DiagnosticSink {
 public:
  void report(Diagnostic) override {}
};

}  // namespace mailparse
