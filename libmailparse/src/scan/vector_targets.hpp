// Which of Highway's targets the scan layer is compiled for: those whose vectors have a size that the compiler knows
// (all of x86, NEON, WebAssembly, POWER). Elsewhere vectors can be no members and no captures, and the plain code
// serves. Layer: scan, private. To be included before Highway.
#pragma once

#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
