#pragma once

#include "shared/domain/codec.h"
#include "shared/storage/database.h"

#include <array>
#include <optional>
#include <variant>

/// A customer's file: the customer and everything that belongs to it. The unit in which devices are given
/// records, and in which they let go of them.
namespace aftercare::storage {

/// Every type of record, what is pointed to before what points there.
inline constexpr std::array kReferencesFirst{
    domain::EntityType::User,        domain::EntityType::Device,        domain::EntityType::Product,
    domain::EntityType::Form,        domain::EntityType::WarrantyTerms, domain::EntityType::ServicePoint,
    domain::EntityType::Customer,    domain::EntityType::Site,          domain::EntityType::Contact,
    domain::EntityType::Asset,       domain::EntityType::Warranty,      domain::EntityType::WorkOrder,
    domain::EntityType::Visit,       domain::EntityType::VisitEvent,    domain::EntityType::Answer,
    domain::EntityType::Photo,       domain::EntityType::Note,          domain::EntityType::Rating,
    domain::EntityType::SealedGroup, domain::EntityType::SignOff,       domain::EntityType::Erasure};
static_assert(kReferencesFirst.size() == domain::kEntityTypeLast);

/// Which rows of such records belong to the customer ?1: an SQL condition. Empty for what belongs to nobody.
[[nodiscard]] std::string_view of_customer(domain::EntityType type);
/// Which rows belong to no customer at all, though others of the type do. "1" for what belongs to nobody.
[[nodiscard]] std::string_view of_nobody(domain::EntityType type);

struct Nobodys {};   // everybody's who may read such records
struct Homeless {};  // belongs to a customer, but nobody here can say to which
using Owner = std::variant<Nobodys, Homeless, domain::CustomerId>;

/// Whose a record of these fields is.
[[nodiscard]] Result<Owner> owner_of(Database& db, domain::EntityType type, const AnyId& id,
                                     const domain::FieldMap& fields);
/// Whose a record is that stands in its table, or was deleted.
[[nodiscard]] Result<Owner> owner_of(Database& db, domain::EntityType type, const AnyId& id);

}  // namespace aftercare::storage
