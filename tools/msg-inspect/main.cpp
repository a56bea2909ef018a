// msg-inspect: what a message is, where each of its octets belongs, and what is wrong with it.
#include "common/last_resort.hpp"
#include "common/memory_bound.hpp"
#include "common/output.hpp"
#include "msg-inspect/options.hpp"
#include "msg-inspect/run.hpp"

int main(int argc, char** argv) {
  using namespace mailparse::tools;
  end_properly("msg-inspect");
  ignore_broken_pipes();
  auto parsed = parse_options(argc, argv);
  if (const ExitStatus* const status = std::get_if<ExitStatus>(&parsed)) return to_int(*status);
  InspectOptions& options = std::get<InspectOptions>(parsed);
  bound_memory(options.resources.max_memory, options.resources.limits);
  return to_int(run(options));
}
