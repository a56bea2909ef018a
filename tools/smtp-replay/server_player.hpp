// Plays the server of a record to one client that lives.
#pragma once

#include <chrono>
#include <optional>

#include <mailparse/trace/trace_listener.hpp>

#include "smtp-replay/comparison.hpp"
#include "smtp-replay/connection.hpp"
#include "smtp-replay/faults.hpp"
#include "smtp-replay/player.hpp"
#include "smtp-replay/tls_identity.hpp"

namespace mailparse::tools {

struct ServeOptions {
  TlsIdentity identity;
  bool implicit_tls = false;  ///< TLS from the first octet
  CompareLevels levels;
  Masks masks;
  Faults faults;
};

/// One client's conversation: the steps as they happened, and what was said of them.
struct Served {
  Plan plan;
  PlayResult result;
};

/// `live` receives the record of the conversation.
[[nodiscard]] Served serve_client(const RecordedSession& session, const ServeOptions& options, Connection& client,
                                  TraceListener& live);

}  // namespace mailparse::tools
