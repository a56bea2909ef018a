// What planning has in common for all protocols: steps, write groups, what was refused and what was noted.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "smtp-replay/plan.hpp"

namespace mailparse::tools {

class PlanBuilder {
 public:
  virtual ~PlanBuilder() = default;
  PlanBuilder(const PlanBuilder&) = delete;
  PlanBuilder& operator=(const PlanBuilder&) = delete;

  [[nodiscard]] std::expected<Plan, PlanError> make();

 protected:
  static constexpr std::string_view crlf = "\r\n";
  static constexpr std::string_view mask = "***";

  PlanBuilder(const RecordedSession& session, const PlanOptions& options);

  /// Adds the exchange at `at` and what belongs to it; returns the place behind.
  virtual std::size_t add(std::size_t at) = 0;

  PlanStep& add_step(StepKind kind, std::string verb, const RecordedExchange* exchange);
  PlanStep& add_line(const RecordedExchange& exchange, std::string_view verb, std::string_view line);
  /// Whether the exchange at `at` is a command that can be sent; otherwise that was told.
  [[nodiscard]] bool is_sendable(std::size_t at);
  PlanStep& add_starttls(const RecordedExchange& exchange);
  /// AUTH with the answers behind it. RFC 4954 4, RFC 5034 4.
  std::size_t add_auth(std::size_t at, std::string_view mechanism);
  /// Whether logging in with what the record says, or with own credentials, is possible; otherwise that was told.
  [[nodiscard]] bool may_log_in(const std::vector<std::string_view>& recorded);

  void note(std::string text);
  void refuse(std::string text) { refused_.push_back(std::move(text)); }
  void unusable(std::string text) { unusable_.push_back(std::move(text)); }

  const RecordedSession& session_;
  const PlanOptions& options_;
  Plan plan_;

 private:
  void add_greeting();
  [[nodiscard]] bool joins(const RecordedExchange& exchange) const;
  [[nodiscard]] std::optional<std::chrono::nanoseconds> gap_before(const RecordedExchange& exchange) const;
  void add_borders(PlanStep& step, const RecordedExchange& exchange) const;

  std::vector<std::string> refused_;
  std::vector<std::string> unusable_;
  const RecordedExchange* last_ = nullptr;
  bool asked_for_credentials_ = false;
};

[[nodiscard]] std::expected<Plan, PlanError> make_smtp_plan(const RecordedSession& session, const PlanOptions& options);
[[nodiscard]] std::expected<Plan, PlanError> make_pop3_plan(const RecordedSession& session, const PlanOptions& options);
[[nodiscard]] std::expected<Plan, PlanError> make_imap_plan(const RecordedSession& session, const PlanOptions& options);

}  // namespace mailparse::tools
