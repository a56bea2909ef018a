// trace-to-json: mail conversations of captures and transcripts as JSON lines.
#include "common/interrupt.hpp"
#include "common/last_resort.hpp"
#include "common/memory_bound.hpp"
#include "common/output.hpp"
#include "trace-to-json/options.hpp"
#include "trace-to-json/run.hpp"

int main(int argc, char** argv) {
  using namespace mailparse::tools;
  end_properly("trace-to-json");
  ignore_broken_pipes();
  auto parsed = parse_options(argc, argv);
  if (const ExitStatus* const status = std::get_if<ExitStatus>(&parsed)) return to_int(*status);
  TraceOptions& options = std::get<TraceOptions>(parsed);
  bound_memory(options.resources.max_memory, options.resources.limits);
  catch_interrupts();
  return to_int(run(options));
}
