// Dates: what is read lies between the years 0 and 9999, give or take a zone.
#include <mailparse/message/date.hpp>

#include "fields_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailparse;
  using namespace std::chrono;
  const FieldText field = fuzz::field_of(data, size);
  fuzz::BoundedSink sink(field);
  const auto date = read_date(field, sink);
  if (date) fuzz::require(date->utc > sys_days(year(-1) / 12 / 30) && date->utc < sys_days(year(10000) / 1 / 3));
  return 0;
}
