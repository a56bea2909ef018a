// smtp-replay: a recorded conversation against a live server.
#include "common/interrupt.hpp"
#include "common/last_resort.hpp"
#include "common/memory_bound.hpp"
#include "common/output.hpp"
#include "smtp-replay/options.hpp"
#include "smtp-replay/run.hpp"

int main(int argc, char** argv) {
  using namespace mailparse::tools;
  end_properly("smtp-replay");
  ignore_broken_pipes();
  auto parsed = parse_replay_options(argc, argv);
  if (const ReplayStatus* const status = std::get_if<ReplayStatus>(&parsed)) return to_int(*status);
  ReplayOptions& options = std::get<ReplayOptions>(parsed);
  bound_memory(options.resources.max_memory, options.resources.limits);
  catch_interrupts();
  return to_int(replay(options));
}
