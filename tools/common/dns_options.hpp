// The options of a tool that judges signatures and policies: where their DNS records come from.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace mailparse::tools {

/// --dns-file, --dns and --dns-server.
struct DnsOptions {
  std::string file;    ///< records given by hand; empty: none
  bool ask = false;    ///< whether a resolver is asked for what is not known
  std::string server;  ///< "ADDRESS" or "ADDRESS:PORT" of that resolver; empty: the system's

  /// The options must outlive `app`.
  void add_to(CLI::App& app);
};

}  // namespace mailparse::tools
