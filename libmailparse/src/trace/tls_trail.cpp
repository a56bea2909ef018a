#include "trace/tls_trail.hpp"

#include <utility>

namespace mailparse {

void TlsTrail::push(const Chunk& chunk) {
  if (done_) return;
  if (!reader_) reader_.emplace();
  std::optional<std::uint64_t>& next = next_[static_cast<std::size_t>(chunk.side)];
  if (next && *next != chunk.offset) reader_->lose(chunk.side);
  next = chunk.offset + chunk.octets.size();
  reader_->feed(chunk.side, chunk.octets);
  if (reader_->done()) settle();
}

/// The reader holds handshake messages; the rest of the conversation needs none of them.
void TlsTrail::settle() {
  done_ = true;
  if (!reader_) return;
  if (reader_->client_hello() || reader_->server_hello()) {
    TlsRecord& learned = learned_.emplace();
    learned.client_hello = reader_->client_hello();
    learned.server_hello = reader_->server_hello();
    learned.certificate = reader_->certificate();
  }
  reader_.reset();
}

void TlsTrail::tell(Seldom<TlsRecord>& record) {
  if (!done_) settle();
  if (!learned_) return;
  if (!record) record.emplace();
  record->client_hello = std::move(learned_->client_hello);
  record->server_hello = std::move(learned_->server_hello);
  record->certificate = std::move(learned_->certificate);
  learned_.reset();
}

}  // namespace mailparse
