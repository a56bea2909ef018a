// The second opinion: mimetic reads the same message in a process of its own.
#pragma once

#include <string_view>

#include <mailparse/json/second_opinion.hpp>
#include <mailparse/message/message.hpp>

namespace mailparse::tools {

/// Octets of the largest message that is compared: the child keeps all of it, several times.
inline constexpr std::size_t compared_octets = 64 * 1024 * 1024;

/// Lets mimetic read `octets` in a child process, bounded in time and memory, and compares the structure it sees with
/// that of `message`. Whatever happens to the child is told. Forks: not to be called beside other threads.
[[nodiscard]] SecondOpinion ask_mimetic(const Message& message, std::string_view octets);

}  // namespace mailparse::tools
