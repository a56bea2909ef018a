#include "smtp-replay/load_run.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include <mailparse/json/names.hpp>
#include <mailparse/json/schema_version.hpp>

#include "common/interrupt.hpp"
#include "common/terminal.hpp"

namespace mailparse::tools {
namespace {

namespace names = mailparse::names;
using Clock = std::chrono::steady_clock;

double seconds(std::chrono::nanoseconds span) noexcept {
  return std::chrono::duration<double>(span).count();
}

class NoRecord final : public TraceListener {
 public:
  void on_session(const SessionRecord&) override {}
  void on_other_traffic(const OtherTraffic&) override {}
};

/// What one connection's replays gave; put together at the end, so that threads share nothing while they play.
struct Tally {
  std::map<std::string, std::vector<double>> latencies;
  std::map<std::string, std::uint64_t> differences;
  std::uint64_t sessions = 0;
  std::uint64_t same = 0;
  ReplayStatus status = ReplayStatus::same;
};

class Load {
 public:
  Load(const std::vector<Plan>& plans, const PlayOptions& play_options, const LoadOptions& options)
      : plans_(plans), play_options_(play_options), options_(options) {}

  LoadResult run() {
    const std::uint64_t total = options_.repeat * plans_.size();
    const std::uint64_t threads = std::min(options_.connections, total);
    const auto begin = Clock::now();
    std::vector<Tally> tallies(threads);
    {
      std::vector<std::jthread> workers;
      for (Tally& tally : tallies) workers.emplace_back([this, &tally, total, begin] { work(tally, total, begin); });
    }
    return sum(tallies, seconds(Clock::now() - begin));
  }

 private:
  void work(Tally& tally, std::uint64_t total, Clock::time_point begin) {
    while (!interrupted()) {
      const std::uint64_t number = next_.fetch_add(1);
      if (number >= total || !wait_for_turn(number, begin)) return;
      play_one(plans_[number % plans_.size()], tally);
    }
  }

  /// False where the time is over.
  [[nodiscard]] bool wait_for_turn(std::uint64_t number, Clock::time_point begin) const {
    const bool bounded = options_.duration.count() > 0;
    auto due = begin;
    if (options_.rate > 0)
      due += std::chrono::duration_cast<Clock::duration>(
          std::chrono::duration<double>(static_cast<double>(number) / options_.rate));
    if (bounded && std::max(due, Clock::now()) >= begin + options_.duration) return false;
    constexpr std::chrono::milliseconds nap{100};
    while (Clock::now() < due && !interrupted()) std::this_thread::sleep_until(std::min(due, Clock::now() + nap));
    return !interrupted();
  }

  void play_one(const Plan& plan, Tally& tally) const {
    NoRecord nobody;
    const auto begin = Clock::now();
    const PlayResult result = play(plan, play_options_, nobody);
    ++tally.sessions;
    tally.status = graver(tally.status, result.status);
    if (!result.error.empty()) {
      ++tally.differences[result.status == ReplayStatus::refused ? "refused" : "no-connection"];
      return;
    }
    tally.latencies["session"].push_back(seconds(Clock::now() - begin));
    for (std::size_t at = 0; at < result.steps.size(); ++at) {
      if (result.steps[at].latency) tally.latencies[plan.steps[at].verb].push_back(seconds(*result.steps[at].latency));
    }
    if (result.first_difference) {
      ++tally.differences[std::string(to_string(result.steps[*result.first_difference].kind))];
    } else {
      ++tally.same;
    }
  }

  static LoadResult sum(std::vector<Tally>& tallies, double spent) {
    LoadResult result;
    result.seconds = spent;
    std::map<std::string, std::vector<double>> latencies;
    for (Tally& tally : tallies) {
      result.sessions += tally.sessions;
      result.same += tally.same;
      result.status = graver(result.status, tally.status);
      for (const auto& [kind, count] : tally.differences) result.differences[kind] += count;
      for (auto& [verb, values] : tally.latencies) std::ranges::copy(values, std::back_inserter(latencies[verb]));
    }
    for (auto& [verb, values] : latencies) result.latencies[verb] = summarize(values);
    return result;
  }

  const std::vector<Plan>& plans_;
  const PlayOptions& play_options_;
  const LoadOptions& options_;
  std::atomic<std::uint64_t> next_{0};
};

double per_second(const LoadResult& result) {
  return result.seconds > 0 ? static_cast<double>(result.sessions) / result.seconds : 0;
}

}  // namespace

LatencySummary summarize(std::vector<double>& values) {
  if (values.empty()) return {};
  std::ranges::sort(values);
  // The nearest rank: the smallest value that so many hundredths of all do not exceed.
  const auto rank = [&](std::size_t hundredths) {
    const std::size_t place = (values.size() * hundredths + 99) / 100;
    return values[std::max<std::size_t>(place, 1) - 1];
  };
  return {values.size(), values.front(), rank(50), rank(90), rank(95), rank(99), values.back()};
}

LoadResult run_load(const std::vector<Plan>& plans, const PlayOptions& play_options, const LoadOptions& options) {
  return Load(plans, play_options, options).run();
}

std::string load_text(const LoadResult& result, const std::string& target) {
  std::string text = fmt::format("{} sessions against {} in {:.3f} s, {:.1f} a second, {} the same\n", result.sessions,
                                 visible(target), result.seconds, per_second(result), result.same);
  for (const auto& [kind, count] : result.differences) text += fmt::format("  {:<16} {:>8}\n", kind, count);
  text += fmt::format("  {:<10} {:>8} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}\n", "ms", "count", "least", "50%",
                      "90%", "95%", "99%", "most");
  constexpr double ms = 1000;
  for (const auto& [verb, one] : result.latencies) {
    text += fmt::format("  {:<10} {:>8} {:>10.3f} {:>10.3f} {:>10.3f} {:>10.3f} {:>10.3f} {:>10.3f}\n", visible(verb),
                        one.count, one.least * ms, one.median * ms, one.p90 * ms, one.p95 * ms, one.p99 * ms,
                        one.most * ms);
  }
  return text;
}

void write_load(JsonWriter& writer, const LoadResult& result, const std::string& target, const LoadOptions& options) {
  writer.begin_object();
  writer.string(names::record, "load");
  writer.uint(names::schema, schema_version);
  writer.string("target", target);
  writer.uint("connections", options.connections);
  writer.uint("sessions", result.sessions);
  writer.uint("same", result.same);
  writer.number(names::duration_s, result.seconds);
  writer.number("sessions_per_s", per_second(result));
  writer.begin_object("differences");
  for (const auto& [kind, count] : result.differences) writer.uint(kind, count);
  writer.end_object();
  writer.begin_array("latencies");
  for (const auto& [verb, one] : result.latencies) {
    writer.begin_object();
    writer.string(names::verb, verb);
    writer.uint("count", one.count);
    writer.number("least_s", one.least);
    writer.number("p50_s", one.median);
    writer.number("p90_s", one.p90);
    writer.number("p95_s", one.p95);
    writer.number("p99_s", one.p99);
    writer.number("most_s", one.most);
    writer.end_object();
  }
  writer.end_array();
  writer.end_object();
  writer.end_line();
}

}  // namespace mailparse::tools
