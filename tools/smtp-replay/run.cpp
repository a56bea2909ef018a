#include "smtp-replay/run.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "common/interrupt.hpp"
#include "common/output.hpp"
#include "smtp-replay/live_record.hpp"
#include "smtp-replay/mutations.hpp"
#include "smtp-replay/recorded_input.hpp"
#include "smtp-replay/replay_rights.hpp"
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
    if (options_.resources.sandbox) enter_sandbox(replay_rights(options_));
    const auto inputs = read_recorded(
        options_.inputs,
        {.choice = options_.sessions, .secrets = options_.plan.recorded_secrets, .limits = options_.resources.limits});
    for (const std::string& error : inputs.errors) fail(ReplayStatus::trouble, error);
    for (const std::string& warning : inputs.warnings) messages_.warning(warning);
    tell_absent_sessions(inputs.sessions);
    if (options_.listen) return serve(inputs.sessions);
    if (!plan_all(inputs.sessions)) return status_;
    if (options_.load_asked && !options_.target.empty() && !plans_.empty()) {
      play_many();
      return end();
    }
    for (const Plan& plan : plans_) {
      if (interrupted() || !output_.usable()) break;
      if (options_.target.empty()) {
        show(plan);
      } else {
        play_all(plan);
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
        fail(ReplayStatus::unusable, fmt::format("{}: no such session", visible(id)));
    }
    if (sessions.empty() && status_ == ReplayStatus::same)
      fail(ReplayStatus::unusable, "no SMTP, LMTP, POP3 or IMAP session in the input");
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
             fmt::format("{}: {}: {}{}", visible(session.file), visible(session.id),
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

  static bool moves_data(const Plan& plan) {
    return std::ranges::any_of(
        plan.steps, [](const PlanStep& step) { return step.kind == StepKind::data || step.kind == StepKind::chunk; });
  }

  /// Where a plan with messages may go.
  [[nodiscard]] PlayOptions options_for(const Target& target, bool data) const {
    PlayOptions options = options_.play;
    options.target = target;
    options.other_host = !target.loopback_only;
    if (data && !options_.allow_data) options.target.loopback_only = true;
    return options;
  }

  void play_all(const Plan& plan) {
    play_one(plan, options_.target, {});
    for (const std::string_view name : options_.mutations) {
      if (interrupted() || !output_.usable()) return;
      const auto changed = mutate(plan, name);
      if (changed) {
        play_one(*changed, options_.target, {});
      } else {
        messages_.warning(fmt::format("{}: {} has no place in it", visible(plan.session), name));
      }
    }
  }

  PlayResult play_to(const Plan& plan, const Target& target, LiveRecord& live) {
    const bool data = moves_data(plan);
    PlayResult result = play(plan, options_for(target, data), live);
    result.smuggled = live.smuggled();
    if (!result.error.empty()) messages_.error(visible(result.error));
    if (result.status == ReplayStatus::refused)
      messages_.error(data && options_.play.other_host ? "messages go to another machine with --allow-data only"
                                                       : "another machine must be named with --allow-host");
    return result;
  }

  void play_one(const Plan& plan, const std::string& name, const std::string& reference) {
    LiveRecord live(name);
    PlayResult result = play_to(plan, options_.play.target, live);
    if (!options_.compare_with) {
      status_ = graver(status_, result.status);
      return tell({plan, std::move(result), name, reference}, live);
    }
    if (!result.error.empty()) {
      status_ = graver(status_, result.status);
      return tell({plan, std::move(result), name, reference}, live);
    }
    // The first server's replies are what is expected of the second one.
    Plan other = plan;
    for (std::size_t at = 0; at < other.steps.size(); ++at) {
      other.steps[at].expected = result.steps[at].live;
      other.steps[at].recorded_latency = result.steps[at].latency;
    }
    LiveRecord other_live(options_.compare_with_text);
    PlayResult compared = play_to(other, *options_.compare_with, other_live);
    status_ = graver(status_, compared.status);
    tell({std::move(other), std::move(compared), options_.compare_with_text, name}, other_live);
  }

  void play_many() {
    const bool data = std::ranges::any_of(plans_, moves_data);
    const LoadResult result = run_load(plans_, options_for(options_.play.target, data), options_.load);
    status_ = graver(status_, result.status);
    if (options_.output == ReplayOutput::json) {
      JsonWriter writer(output_.buffer());
      write_load(writer, result, options_.target, options_.load);
    } else {
      output_.buffer() += load_text(result, options_.target);
    }
  }

  ReplayStatus serve(const std::vector<RecordedSession>& sessions) {
    if (sessions.empty()) return end();
    if (std::ranges::any_of(sessions,
                            [](const RecordedSession& session) { return session.protocol == Protocol::imap; })) {
      fail(ReplayStatus::unusable, "--serve: the server of an IMAP session cannot be played (--session)");
      return end();
    }
    const auto served = serve_sessions(sessions, options_, messages_, [this](Played played, const LiveRecord& live) {
      tell(std::move(played), live);
    });
    status_ = graver(status_, served);
    return end();
  }

  void tell(Played played, const LiveRecord& live) {
    switch (options_.output) {
      case ReplayOutput::json: {
        JsonWriter writer(output_.buffer());
        write_comparison(writer, played);
        output_.buffer() += live.line();
        break;
      }
      case ReplayOutput::text:
        output_.buffer() += comparison_text(played, color_);
        break;
      case ReplayOutput::transcript:
        output_.buffer() += live.transcript();
        output_.buffer() += '\n';
        break;
      case ReplayOutput::tap:
        break;
    }
    output_.flush();
    if (!options_.update.empty()) update_ += options_.update.ends_with(".txt") ? live.transcript() + "\n" : live.line();
    if (options_.output == ReplayOutput::tap || !options_.junit.empty()) played_.push_back(std::move(played));
  }

  /// Writes beside a plain file and puts it in its place, so that a record is never half written.
  void write_file(const std::string& name, const std::string& octets) {
    std::error_code ignored;
    const auto kind = std::filesystem::status(name, ignored).type();
    const bool plain = kind == std::filesystem::file_type::regular || kind == std::filesystem::file_type::not_found;
    const std::string fresh = plain ? name + ".new" : name;
    const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error = file < 0 ? errno : write_all(file, octets);
    if (file >= 0 && ::close(file) != 0 && error == 0) error = errno;
    if (error == 0 && plain && ::rename(fresh.c_str(), name.c_str()) != 0) error = errno;
    if (error != 0) fail(ReplayStatus::trouble, fmt::format("{}: {}", visible(name), std::strerror(error)));
  }

  ReplayStatus end() {
    const bool live = !options_.target.empty() || options_.listen;
    if (options_.output == ReplayOutput::tap && live) output_.buffer() += tap_text(played_);
    if (!options_.junit.empty() && live) write_file(options_.junit, junit_xml(played_));
    if (!options_.update.empty() && !update_.empty()) write_file(options_.update, update_);
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
  std::vector<Played> played_;  ///< where they are told at the end
  std::string update_;
  ReplayStatus status_ = ReplayStatus::same;
};

}  // namespace

ReplayStatus replay(const ReplayOptions& options) {
  return Replay(options).all();
}

}  // namespace mailparse::tools
