// Deviations of the input, by stable code. The table of codes is src/base/codes.def.
// Layer: base.
//
// A deviation never stops parsing: it goes to a DiagnosticSink and the parser goes on. A parser that cannot go on
// returns std::unexpected besides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mailparse/base/codes.hpp>
#include <mailparse/base/provenance.hpp>

namespace mailparse {

enum class Severity : std::uint8_t {
  info,      ///< unusual, legal or harmless
  warning,   ///< readers may differ, or something is lost
  error,     ///< against the standard in a way that changes what is read
  critical,  ///< an attack that worked, as the octets prove
};

/// A row of the table of codes.
struct CodeInfo {
  std::string_view name;    ///< "family.thing[.detail]", stable for ever
  Severity severity;        ///< unless the one who reports says otherwise
  std::string_view source;  ///< RFC and section, or the practice that makes it matter
  std::string_view text;    ///< one clause for people
};

[[nodiscard]] const CodeInfo& info(Code code) noexcept;
/// The code of that name, if there is one.
[[nodiscard]] std::optional<Code> find_code(std::string_view name) noexcept;
[[nodiscard]] std::size_t code_count() noexcept;
[[nodiscard]] std::string_view to_string(Severity severity) noexcept;

/// One deviation found. `offset` and `length` count octets in the thing that the reporter reads: one side of a
/// conversation (then `side` is set), a message, or a capture file.
struct Diagnostic {
  Code code{};
  Severity severity = Severity::info;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  std::optional<Side> side;
  std::uint64_t frame = 0;  ///< 0 = none
  std::string part;         ///< MIME part path, empty = none
  std::uint64_t count = 1;  ///< how often, where occurrences are told together
  std::string detail;       ///< what the table cannot know: the octets met, the limit reached; never a secret
};

/// A diagnostic with its table's severity.
[[nodiscard]] Diagnostic make_diagnostic(Code code, std::uint64_t offset, std::uint64_t length);

/// Receives deviations as they are found.
class DiagnosticSink {
 public:
  virtual ~DiagnosticSink() = default;
  virtual void report(Diagnostic diagnostic) = 0;
};

/// Hears nothing: for what was judged already, or is only looked at.
class Silence final : public DiagnosticSink {
 public:
  void report(Diagnostic) override {}
};

/// Keeps what it is told.
class DiagnosticList final : public DiagnosticSink {
 public:
  void report(Diagnostic diagnostic) override { items_.push_back(std::move(diagnostic)); }
  [[nodiscard]] const std::vector<Diagnostic>& items() const noexcept { return items_; }
  [[nodiscard]] std::vector<Diagnostic> take() noexcept { return std::exchange(items_, {}); }

 private:
  std::vector<Diagnostic> items_;
};

}  // namespace mailparse
