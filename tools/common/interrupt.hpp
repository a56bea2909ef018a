// SIGINT and SIGTERM as a wish to end soon and properly.
#pragma once

namespace mailparse::tools {

/// From now on the first SIGINT or SIGTERM only makes interrupted() true, and a blocking read fails with EINTR; the
/// second one ends the program.
void catch_interrupts() noexcept;
/// Called from the signal's handler besides, to wake up what a signal alone does not wake; null: nothing.
void set_interrupt_hook(void (*hook)()) noexcept;
[[nodiscard]] bool interrupted() noexcept;

}  // namespace mailparse::tools
