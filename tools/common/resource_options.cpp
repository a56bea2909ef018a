#include "common/resource_options.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "common/limit_options.hpp"
#include "common/terminal.hpp"

namespace mailparse::tools {
namespace {

std::string is_amount(const std::string& text) {
  return parse_amount(text) ? std::string{} : "takes a number from 1 on, such as 256M";
}

}  // namespace

void ResourceOptions::add_to(CLI::App& app, const std::string& example) {
  app.add_option("--limit", assignments_,
                 fmt::format("Bound what is kept, such as {}; \"list\" shows all bounds", example))
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_option_function<std::string>(
         "--max-memory", [this](const std::string& text) { max_memory = parse_amount(text).value_or(0); },
         "Bound the memory of the process, such as 256M; what needs more ends with exit status 2")
      ->check(CLI::Validator(is_amount, ""))
      ->type_name("SIZE");
  app.add_flag("!--no-sandbox", sandbox, "Keep all rights of the process while reading; for debugging");
}

std::optional<ExitStatus> ResourceOptions::apply(const std::string& program) {
  for (const std::string& assignment : assignments_) {
    if (assignment == "list") {
      fmt::print("{}", limit_list());
      return ExitStatus::done;
    }
    if (const std::string fault = set_limit(limits, assignment); !fault.empty()) {
      Messages(program, false).error("--limit: " + fault);
      return ExitStatus::trouble;
    }
  }
  return std::nullopt;
}

}  // namespace mailparse::tools
