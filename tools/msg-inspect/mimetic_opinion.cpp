#include "msg-inspect/mimetic_opinion.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <istream>
#include <map>
#include <streambuf>
#include <string>

#include <fmt/format.h>
#include <mimetic/mimetic.h>
#include <mimetic/version.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mailparse/base/octets.hpp>

#include "common/output.hpp"

namespace mailparse::tools {
namespace {

constexpr rlim_t child_seconds = 10;
constexpr rlim_t child_octets = rlim_t{2} * 1024 * 1024 * 1024;
constexpr auto child_patience = std::chrono::seconds(20);
constexpr std::size_t answer_octets = 8 * 1024 * 1024;
/// Entities that the child tells; each costs it a step of recursion at most.
constexpr std::size_t told_depth = 1000;

// --- in the child

/// Octets in memory as a stream, without a copy.
class MemoryBuffer final : public std::streambuf {
 public:
  explicit MemoryBuffer(std::string_view octets) {
    char* const begin = const_cast<char*>(octets.data());  // only read from
    setg(begin, begin, begin + octets.size());
  }
};

/// A line an entity: path, type, octets of its body.
void tell(const mimetic::MimeEntity& entity, const std::string& path, std::size_t depth, std::string& out) {
  const mimetic::ContentType& type = entity.header().contentType();
  std::string name = type.type().empty() ? std::string("text/plain") : type.type() + "/" + type.subtype();
  std::erase_if(name, [](char c) { return is(OctetClass::control, c) || c == ' '; });
  for (char& c : name) c = to_lower(c);
  out += fmt::format("{} {} {}\n", path, name, entity.body().size());
  if (depth >= told_depth) return;
  std::size_t number = 0;
  for (const mimetic::MimeEntity* const part : entity.body().parts())
    tell(*part, fmt::format("{}{}{}", path == "0" ? "" : path, path == "0" ? "" : ".", ++number), depth + 1, out);
}

[[noreturn]] void read_in_child(std::string_view octets, int answer) {
  const auto limit = [](auto resource, rlim_t value) {
    const rlimit both{value, value};
    ::setrlimit(resource, &both);
  };
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, child_seconds);
#if !defined(__SANITIZE_ADDRESS__)
  limit(RLIMIT_AS, child_octets);
#endif
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(fault, SIG_DFL);
  std::string out;
  try {
    MemoryBuffer buffer(octets);
    std::istream stream(&buffer);
    const mimetic::MimeEntity entity(stream);
    tell(entity, "0", 0, out);
  } catch (const std::exception&) {
    ::_exit(1);
  }
  ::_exit(write_all(answer, out) == 0 ? 0 : 1);
}

// --- in the parent

struct Entity {
  std::string type;
  std::uint64_t body_length = 0;
};
using Entities = std::map<std::string, Entity>;

struct Answer {
  std::string text;
  bool in_time = true;
};

Answer read_answer(int descriptor) {
  Answer answer;
  const auto end = std::chrono::steady_clock::now() + child_patience;
  std::array<char, 64 * 1024> block{};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    pollfd ready{descriptor, POLLIN, 0};
    const int events = left > 0 ? ::poll(&ready, 1, static_cast<int>(left)) : 0;
    if (events < 0 && errno == EINTR) continue;
    if (events <= 0) {
      answer.in_time = false;
      return answer;
    }
    const ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || answer.text.size() > answer_octets) return answer;
    answer.text.append(block.data(), static_cast<std::size_t>(got));
  }
}

Entities parse_answer(std::string_view text) {
  Entities entities;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t type = line.find(' '), length = line.rfind(' ');
    if (type != std::string_view::npos && length > type) {
      Entity& entity = entities[std::string(line.substr(0, type))];
      entity.type = line.substr(type + 1, length - type - 1);
      entity.body_length = std::strtoull(std::string(line.substr(length + 1)).c_str(), nullptr, 10);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return entities;
}

/// Our structure, numbered as the child numbers: an enclosed message is the first part of what encloses it.
Entities our_entities(const Message& message) {
  Entities entities;
  std::map<std::uint32_t, std::pair<std::string, std::size_t>> open;  // by index: path and children so far
  for (std::uint32_t i = 0; i < message.parts.size(); ++i) {
    const MessagePart& part = message.parts[i];
    if (part.origin != PartOrigin::message) continue;
    std::string path = "0";
    if (part.parent != i) {
      auto& [above, number] = open[part.parent];
      path = above == "0" ? std::to_string(++number) : fmt::format("{}.{}", above, ++number);
    }
    entities[path] = {part.type, part.body_length};
    open[i] = {path, 0};
  }
  return entities;
}

bool has_parts(const Entity& entity) {
  return entity.type.starts_with("multipart/") || entity.type.starts_with("message/");
}

void compare(const Entities& ours, const Entities& theirs, SecondOpinion& opinion) {
  const auto differ = [&](const std::string& part, const char* what, std::string mine, std::string other) {
    opinion.differences.push_back({part, what, std::move(mine), std::move(other)});
  };
  if (ours.size() != theirs.size()) differ("0", "parts", std::to_string(ours.size()), std::to_string(theirs.size()));
  for (const auto& [path, own] : ours) {
    const auto other = theirs.find(path);
    if (other == theirs.end()) {
      differ(path, "absent", own.type, {});
      continue;
    }
    if (other->second.type != own.type) differ(path, "type", own.type, other->second.type);
    // Of what has parts, mimetic keeps preamble and epilogue only.
    if (!has_parts(own) && other->second.body_length != own.body_length)
      differ(path, "body_length", std::to_string(own.body_length), std::to_string(other->second.body_length));
  }
  for (const auto& [path, other] : theirs) {
    if (!ours.contains(path)) differ(path, "absent", {}, other.type);
  }
  opinion.outcome = opinion.differences.empty() ? "same" : "different";
}

}  // namespace

SecondOpinion ask_mimetic(const Message& message, std::string_view octets) {
  SecondOpinion opinion;
  opinion.reader = "mimetic " + mimetic::version.str();
  if (octets.size() > compared_octets) {
    opinion.outcome = "too-large";
    return opinion;
  }
  int ends[2];
  if (::pipe(ends) != 0) {
    opinion.outcome = "refused";
    return opinion;
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    read_in_child(octets, ends[1]);
  }
  ::close(ends[1]);
  const Answer answer = child > 0 ? read_answer(ends[0]) : Answer{};
  ::close(ends[0]);
  if (child < 0) {
    opinion.outcome = "refused";
    return opinion;
  }
  if (!answer.in_time) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const bool over_time = !answer.in_time || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU);
  if (over_time) {
    opinion.outcome = "timed-out";
  } else if (WIFSIGNALED(status)) {
    opinion.outcome = "crashed";
    opinion.detail = fmt::format("signal {}", WTERMSIG(status));
  } else if (WEXITSTATUS(status) != 0) {
    opinion.outcome = "crashed";
    opinion.detail = "an exception";
  } else {
    compare(our_entities(message), parse_answer(answer.text), opinion);
  }
  return opinion;
}

}  // namespace mailparse::tools
