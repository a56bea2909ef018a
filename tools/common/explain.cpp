#include "common/explain.hpp"

#include <fmt/format.h>

#include <mailparse/base/diagnostic.hpp>
#include <mailparse/base/explanation.hpp>

#include "common/terminal.hpp"

namespace mailparse::tools {
namespace {

bool is_called(std::string_view code, std::string_view name) noexcept {
  return name == "all" || code == name || (code.starts_with(name) && code.substr(name.size()).starts_with('.'));
}

}  // namespace

std::string explain(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < code_count(); ++i) {
    const Code code = static_cast<Code>(i);
    const CodeInfo& about = info(code);
    if (!is_called(about.name, name)) continue;
    text += fmt::format("{}{} ({})\n  what:   {}\n  source: {}\n  done:   {}\n", text.empty() ? "" : "\n", about.name,
                        to_string(about.severity), about.text, about.source, recovery(code));
  }
  return text;
}

ExitStatus tell_explanation(std::string_view name, const std::string& program) {
  const std::string text = explain(name);
  if (text.empty()) {
    Messages(program, false).error(fmt::format("--explain: no code \"{}\"; --explain all shows them", visible(name)));
    return ExitStatus::trouble;
  }
  fmt::print("{}", text);
  return ExitStatus::done;
}

}  // namespace mailparse::tools
