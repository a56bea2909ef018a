#include "base/openssl.hpp"

#include <ctime>

namespace mailparse {

std::optional<std::chrono::sys_seconds> seconds_of(const ASN1_TIME* time) noexcept {
  std::tm fields{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) return std::nullopt;
  const std::chrono::year_month_day day{std::chrono::year(fields.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(fields.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(fields.tm_mday))};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day) + std::chrono::hours(fields.tm_hour) + std::chrono::minutes(fields.tm_min) +
         std::chrono::seconds(fields.tm_sec);
}

}  // namespace mailparse
