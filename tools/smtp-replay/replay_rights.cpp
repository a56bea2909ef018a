#include "smtp-replay/replay_rights.hpp"

#include <cstdlib>
#include <filesystem>

#include <openssl/x509.h>

namespace mailparse::tools {
namespace {

namespace fs = std::filesystem;

/// Where OpenSSL looks for the certificates that the system trusts: Debian's folder holds links to another one.
void add_system_certificates(std::vector<std::string>& readable) {
  const auto add = [&](const char* variable, const char* otherwise) {
    const char* const named = std::getenv(variable);
    readable.emplace_back(named != nullptr ? named : otherwise);
  };
  add(X509_get_default_cert_file_env(), X509_get_default_cert_file());
  add(X509_get_default_cert_dir_env(), X509_get_default_cert_dir());
  readable.emplace_back("/usr/share/ca-certificates");
  readable.emplace_back("/usr/local/share/ca-certificates");
}

/// A file is written beside its name and put in its place; what is no plain file is written as it stands.
void add_output(std::vector<std::string>& writable, const std::string& name) {
  if (name.empty()) return;
  writable.push_back(name);
  const fs::path folder = fs::path(name).parent_path();
  writable.push_back(folder.empty() ? "." : folder.string());
}

}  // namespace

SandboxNeeds replay_rights(const ReplayOptions& options) {
  SandboxNeeds needs;
  needs.network = !options.target.empty() || options.listen.has_value();
  needs.readable = options.inputs;
  if (!options.plan.message_folder.empty()) needs.readable.push_back(options.plan.message_folder);
  const TlsOptions& tls = options.play.tls;
  if (needs.network && !tls.insecure && tls.ca_file.empty()) add_system_certificates(needs.readable);
  for (const std::string& file : {tls.ca_file, tls.certificate, tls.key}) {
    if (!file.empty()) needs.readable.push_back(file);
  }
  add_output(needs.writable, options.update);
  add_output(needs.writable, options.junit);
  return needs;
}

}  // namespace mailparse::tools
