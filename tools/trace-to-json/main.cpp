// trace-to-json: mail conversations of captures and transcripts as JSON lines.
#include "common/interrupt.hpp"
#include "common/output.hpp"
#include "trace-to-json/options.hpp"
#include "trace-to-json/run.hpp"

int main(int argc, char** argv) {
  using namespace mailparse::tools;
  ignore_broken_pipes();
  const auto parsed = parse_options(argc, argv);
  if (const ExitStatus* const status = std::get_if<ExitStatus>(&parsed)) return to_int(*status);
  catch_interrupts();
  return to_int(run(std::get<TraceOptions>(parsed)));
}
