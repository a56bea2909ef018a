// For readings whose deviations have been told already, or are nobody's.
// Layer: message, private.
#pragma once

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {

/// Hears nothing.
class Silence final : public DiagnosticSink {
 public:
  void report(Diagnostic) override {}
};

}  // namespace mailparse
