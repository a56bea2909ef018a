#include "smtp-replay/run.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "common/interrupt.hpp"
#include "common/output.hpp"
#include "smtp-replay/live_record.hpp"
#include "smtp-replay/recorded_input.hpp"
#include "smtp-replay/report.hpp"
#include "smtp-replay/serve_run.hpp"

namespace mailparse::tools {
namespace {

class Replay {
 public:
  explicit Replay(const ReplayOptions& options)
      : options_(options),
        messages_("smtp-replay", use_color(options.color, STDERR_FILENO)),
        color_(use_color(options.color, STDOUT_FILENO)) {}

  ReplayStatus all() {
    const auto inputs = read_recorded(options_.inputs, options_.sessions, options_.plan.recorded_secrets);
    for (const std::string& error : inputs.errors) fail(ReplayStatus::trouble, error);
    tell_absent_sessions(inputs.sessions);
    if (options_.listen) return serve(inputs.sessions);
    if (!plan_all(inputs.sessions)) return status_;
    for (Plan& plan : plans_) {
      if (interrupted() || !output_.usable()) break;
      if (options_.target.empty()) {
        show(plan);
      } else {
        play_one(std::move(plan));
      }
    }
    return end();
  }

 private:
  void fail(ReplayStatus status, std::string_view text) {
    messages_.error(text);
    status_ = graver(status_, status);
  }

  void tell_absent_sessions(const std::vector<RecordedSession>& sessions) {
    for (const std::string& id : options_.sessions.ids()) {
      if (std::ranges::find(sessions, id, &RecordedSession::id) == sessions.end())
        fail(ReplayStatus::unusable, fmt::format("{}: no such SMTP or LMTP session", visible(id)));
    }
    if (sessions.empty() && status_ == ReplayStatus::same)
      fail(ReplayStatus::unusable, "no SMTP or LMTP session in the input");
  }

  /// Plans everything before anything is sent: one session that must not be sent holds all of them back.
  bool plan_all(const std::vector<RecordedSession>& sessions) {
    for (const RecordedSession& session : sessions) {
      auto plan = make_plan(session, options_.plan);
      if (plan) {
        plans_.push_back(std::move(*plan));
        continue;
      }
      for (const std::string& reason : plan.error().reasons)
        fail(plan.error().status,
             fmt::format("{}: {}{}", visible(session.id),
                         plan.error().status == ReplayStatus::refused ? "refused: " : "", visible(reason)));
    }
    return status_ != ReplayStatus::refused;
  }

  void show(const Plan& plan) {
    if (options_.output == ReplayOutput::json) {
      JsonWriter writer(output_.buffer());
      write_plan(writer, plan);
    } else {
      output_.buffer() += plan_text(plan);
    }
    output_.flush_if_full();
  }

  void play_one(Plan plan) {
    PlayOptions play_options = options_.play;
    const bool data = std::ranges::any_of(
        plan.steps, [](const PlanStep& step) { return step.kind == StepKind::data || step.kind == StepKind::chunk; });
    if (data && !options_.allow_data) play_options.target.loopback_only = true;
    LiveRecord live(options_.target);
    PlayResult result = play(plan, play_options, live);
    status_ = graver(status_, result.status);
    if (!result.error.empty()) messages_.error(visible(result.error));
    if (result.status == ReplayStatus::refused)
      messages_.error(data && options_.play.other_host ? "messages go to another machine with --allow-data only"
                                                       : "another machine must be named with --allow-host");
    tell({std::move(plan), std::move(result), options_.target}, live.line());
  }

  ReplayStatus serve(const std::vector<RecordedSession>& sessions) {
    if (sessions.empty()) return end();
    const auto served = serve_sessions(sessions, options_, messages_, [this](Played played, const std::string& record) {
      tell(std::move(played), record);
    });
    status_ = graver(status_, served);
    return end();
  }

  void tell(Played played, const std::string& record) {
    played_.push_back(std::move(played));
    if (options_.output == ReplayOutput::json) {
      JsonWriter writer(output_.buffer());
      write_comparison(writer, played_.back());
      output_.buffer() += record;
    } else if (options_.output == ReplayOutput::text) {
      output_.buffer() += comparison_text(played_.back(), color_);
    }
    output_.flush();
  }

  void write_junit() {
    const int file = ::open(options_.junit.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error = file < 0 ? errno : write_all(file, junit_xml(played_));
    if (file >= 0 && ::close(file) != 0 && error == 0) error = errno;
    if (error != 0) fail(ReplayStatus::trouble, fmt::format("{}: {}", visible(options_.junit), std::strerror(error)));
  }

  ReplayStatus end() {
    const bool live = !options_.target.empty() || options_.listen;
    if (options_.output == ReplayOutput::tap && live) output_.buffer() += tap_text(played_);
    if (!options_.junit.empty() && live) write_junit();
    output_.flush();
    if (output_.error() != 0)
      fail(ReplayStatus::trouble, fmt::format("standard output: {}", std::strerror(output_.error())));
    return status_;
  }

  const ReplayOptions& options_;
  Messages messages_;
  bool color_;
  Output output_{STDOUT_FILENO};
  std::vector<Plan> plans_;
  std::vector<Played> played_;
  ReplayStatus status_ = ReplayStatus::same;
};

}  // namespace

ReplayStatus replay(const ReplayOptions& options) {
  return Replay(options).all();
}

}  // namespace mailparse::tools
