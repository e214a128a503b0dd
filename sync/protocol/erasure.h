#pragma once

#include "sync/protocol/decision.h"

/// What an erasure by law carries in its fields `records` and `statements`.
namespace aftercare::protocol {

/// A record that lost its personal fields: `[type, id]`. The type may be one that a newer program added.
struct ErasedRecord {
  domain::EntityType type = domain::EntityType::Customer;
  AnyId id;
};
[[nodiscard]] Bytes encode(const std::vector<ErasedRecord>& records);
[[nodiscard]] Result<std::vector<ErasedRecord>> decode_erased_records(std::string_view bytes);

/// The organisation's word on the groups that a sealed record lacks: `[sign-off, signed statement]`.
struct ErasedSeal {
  domain::SignOffId sign_off_id;
  Signed statement;
};
[[nodiscard]] Bytes encode(const std::vector<ErasedSeal>& seals);
[[nodiscard]] Result<std::vector<ErasedSeal>> decode_erased_seals(std::string_view bytes);

/// The groups of a sealed record that hold personal data and are destroyed. What stays is needed by law
/// (what was done when, for how much) or proves that nothing else was changed.
[[nodiscard]] bool is_personal_group(std::string_view name);

/// An item of the feed as it is served after the erasure of its record: without what is personal in its body,
/// with what of the fields may be kept beside its header.
[[nodiscard]] FeedItem without_personal(FeedItem item, domain::EntityType type);

}  // namespace aftercare::protocol
