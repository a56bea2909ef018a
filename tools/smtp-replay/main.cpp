// smtp-replay: a recorded conversation against a live server.
#include "common/interrupt.hpp"
#include "common/last_resort.hpp"
#include "common/output.hpp"
#include "smtp-replay/options.hpp"
#include "smtp-replay/run.hpp"

int main(int argc, char** argv) {
  using namespace mailparse::tools;
  end_properly("smtp-replay");
  ignore_broken_pipes();
  const auto parsed = parse_replay_options(argc, argv);
  if (const ReplayStatus* const status = std::get_if<ReplayStatus>(&parsed)) return to_int(*status);
  catch_interrupts();
  return to_int(replay(std::get<ReplayOptions>(parsed)));
}
