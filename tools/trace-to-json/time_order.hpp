// Captures in the order of their first packets.
#pragma once

#include <string>
#include <vector>

namespace mailparse::tools {

/// `inputs` with the captures among them in the order of their first packets, so that rotated pieces of one capture are
/// read as one however a shell sorts their names. Other inputs, and those that cannot be read twice, keep their places.
[[nodiscard]] std::vector<std::string> in_time_order(const std::vector<std::string>& inputs);

}  // namespace mailparse::tools
