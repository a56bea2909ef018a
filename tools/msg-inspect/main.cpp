// msg-inspect: what a message is, where each of its octets belongs, and what is wrong with it.
#include "common/output.hpp"
#include "msg-inspect/options.hpp"
#include "msg-inspect/run.hpp"

int main(int argc, char** argv) {
  using namespace mailparse::tools;
  ignore_broken_pipes();
  const auto parsed = parse_options(argc, argv);
  if (const ExitStatus* const status = std::get_if<ExitStatus>(&parsed)) return to_int(*status);
  return to_int(run(std::get<InspectOptions>(parsed)));
}
