// What is dangerous in a signature, whether it verifies or not.
// Layer: analysis (private). RFC 6376 3.5, 5.4, 8.2, 8.15; RFC 8301 3.
#pragma once

#include <cstdint>

#include <mailparse/message/message.hpp>

#include "analysis/signature_parts.hpp"

namespace mailparse {

/// Reports dkim.content-type-unsigned, dkim.from-unsigned, dkim.not-oversigned, dkim.weak-algorithm.
void check_signature(const ReadSignature& signature, const Message& message, DiagnosticSink& sink);

/// Reports dkim.l-tag-unsigned-body: from `offset` to `end`, `octets` of the canonical body.
void report_unsigned_body(std::uint64_t offset, std::uint64_t end, std::uint64_t octets, DiagnosticSink& sink);

}  // namespace mailparse
