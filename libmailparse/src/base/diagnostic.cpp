#include <algorithm>
#include <array>

#include <mailparse/base/diagnostic.hpp>

namespace mailparse {
namespace {

constexpr auto table = std::to_array<CodeInfo>({
#define MAILPARSE_CODE(identifier, name, severity, source, text) {name, Severity::severity, source, text},
#include <mailparse/base/codes.def>
#undef MAILPARSE_CODE
});

static_assert(std::ranges::is_sorted(table, std::ranges::less_equal{}, &CodeInfo::name) &&
                  std::ranges::adjacent_find(table, {}, &CodeInfo::name) == table.end(),
              "codes.def is sorted by code and each code stands once");

}  // namespace

const CodeInfo& info(Code code) noexcept {
  return table[static_cast<std::size_t>(code)];
}

std::optional<Code> find_code(std::string_view name) noexcept {
  const auto at = std::ranges::lower_bound(table, name, {}, &CodeInfo::name);
  if (at == table.end() || at->name != name) return std::nullopt;
  return static_cast<Code>(at - table.begin());
}

std::size_t code_count() noexcept {
  return table.size();
}

std::string_view to_string(Severity severity) noexcept {
  constexpr std::array<std::string_view, 4> names{"info", "warning", "error", "critical"};
  return names[static_cast<std::size_t>(severity)];
}

Diagnostic make_diagnostic(Code code, std::uint64_t offset, std::uint64_t length) {
  Diagnostic diagnostic;
  diagnostic.code = code;
  diagnostic.severity = info(code).severity;
  diagnostic.offset = offset;
  diagnostic.length = length;
  return diagnostic;
}

}  // namespace mailparse
