#include "common/dns_options.hpp"

#include <CLI/CLI.hpp>

#include "common/name_servers.hpp"

namespace mailparse::tools {
namespace {

std::string is_server(const std::string& text) {
  return read_name_server(text) ? std::string{}
                                : "takes an address, as 192.0.2.53, 127.0.0.1:5353 or [2001:db8::53]:53";
}

}  // namespace

void DnsOptions::add_to(CLI::App& app) {
  app.add_option("--dns-file", file, "Verify signatures and policies with the DNS records in this file")
      ->type_name("FILE");
  CLI::Option* const ask_flag = app.add_flag(
      "--dns", ask, "Ask the system's name server for records that are not known: the one use of a network");
  app.add_option("--dns-server", server, "With --dns: the name server to ask instead")
      ->check(CLI::Validator(is_server, ""))
      ->needs(ask_flag)
      ->type_name("ADDRESS[:PORT]");
}

}  // namespace mailparse::tools
