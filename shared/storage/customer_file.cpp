#include "shared/storage/customer_file.h"

#include "shared/storage/records.h"

namespace aftercare::storage {
namespace {

using domain::EntityType;

constexpr std::string_view kOfVisits = "visit_id IN (SELECT id FROM visit WHERE customer_id = ?1)";

Result<Owner> customer_in(Database& db, std::string_view sql, const AnyId& id) {
  auto query = db.query(sql, id);
  if (query.next()) return Owner{query.id<domain::CustomerId>(0)};
  if (const auto read = query.done(); !read) return read.error();
  return Owner{Homeless{}};
}

Result<Owner> owner_of_visit(Database& db, const domain::VisitId& visit_id) {
  return customer_in(db, "SELECT customer_id FROM visit WHERE id = ?", id_cast<AnyId>(visit_id));
}

template <class Record>
Result<Owner> owner_of_record(Database& db, const Record& record) {
  if constexpr (std::same_as<Record, domain::Customer>) {
    return Owner{record.id};
  } else if constexpr (std::same_as<Record, domain::Erasure>) {
    return Owner{Nobodys{}};  // names nobody, and everybody must forget
  } else if constexpr (std::same_as<Record, domain::Note>) {
    if (record.visit_id) return owner_of_visit(db, *record.visit_id);
    return record.customer_id ? Owner{*record.customer_id} : Owner{Nobodys{}};
  } else if constexpr (requires { record.customer_id.bytes; }) {
    return Owner{record.customer_id};
  } else if constexpr (requires { record.visit_id.bytes; }) {
    return owner_of_visit(db, record.visit_id);
  } else if constexpr (requires { record.visit_id->bytes; }) {
    return record.visit_id ? owner_of_visit(db, *record.visit_id) : Result<Owner>{Nobodys{}};
  } else if constexpr (std::same_as<Record, domain::Warranty>) {
    if (!record.asset_id) return Owner{Nobodys{}};
    return customer_in(db, "SELECT customer_id FROM asset WHERE id = ?", id_cast<AnyId>(*record.asset_id));
  } else {
    return Owner{Nobodys{}};
  }
}

}  // namespace

std::string_view of_customer(EntityType type) {
  using enum EntityType;
  switch (type) {
    case Customer: return "id = ?1";
    case Site:
    case Contact:
    case Asset:
    case WorkOrder:
    case Visit: return "customer_id = ?1";
    case VisitEvent:
    case Answer:
    case Photo:
    case SealedGroup:
    case SignOff:
    case Rating: return kOfVisits;
    case Note:
      return "(visit_id IN (SELECT id FROM visit WHERE customer_id = ?1) OR (customer_id = ?1 AND visit_id IS NULL))";
    case Warranty: return "asset_id IN (SELECT id FROM asset WHERE customer_id = ?1)";
    default: return {};
  }
}

std::string_view of_nobody(EntityType type) {
  using enum EntityType;
  switch (type) {
    case Rating: return "visit_id IS NULL";
    case Note: return "visit_id IS NULL AND customer_id IS NULL";
    case Warranty: return "asset_id IS NULL";
    default: return of_customer(type).empty() ? "1" : "0";
  }
}

Result<Owner> owner_of(Database& db, EntityType type, const AnyId& id, const domain::FieldMap& fields) {
  return domain::with_entity(type, [&]<class Record>() -> Result<Owner> {
    const auto record = domain::record_of<Record>(id, fields);
    return record ? owner_of_record(db, record.value()) : Result<Owner>{Homeless{}};
  });
}

Result<Owner> owner_of(Database& db, EntityType type, const AnyId& id) {
  if (of_customer(type).empty()) return Owner{Nobodys{}};
  const auto found = domain::with_entity(type, [&]<class Record>() -> Result<std::optional<Owner>> {
    const auto record = find<Record>(db, id);
    if (!record) return record.error();
    if (!record.value()) return std::optional<Owner>{};
    const auto owner = owner_of_record(db, *record.value());
    if (!owner) return owner.error();
    return std::optional{owner.value()};
  });
  if (!found) return found.error();
  if (found.value()) return *found.value();
  auto query = db.query("SELECT fields FROM deleted_record WHERE entity_id = ? AND fields IS NOT NULL", id);
  if (query.next()) {
    const auto fields = cbor::decode_fields(query.bytes(0));
    if (fields) return owner_of(db, type, id, fields.value());
  }
  if (const auto read = query.done(); !read) return read.error();
  return Owner{Homeless{}};
}

}  // namespace aftercare::storage
