#pragma once

#include "sync/server/accepting.h"

/// Operations that came before what they point to. After a restore devices bring back their journals in any
/// order: one sealed the visit that another one had started. They are set aside like others, and taken in by
/// the server itself as soon as what they lacked is here.
namespace aftercare::server {

/// Remembers what an operation that was set aside at `seq` lacks, when lacking something was the reason.
[[nodiscard]] Done note_awaited(OrganisationStore& store, std::uint64_t seq,
                                const PreparedOperation& operation, protocol::SetAsideReason reason);

/// Decides again what lacked nothing but what is here now, until nothing more moves. After the feed's counter
/// was written, in the same transaction.
[[nodiscard]] Done take_in_awaited(OrganisationStore& store);

}  // namespace aftercare::server
