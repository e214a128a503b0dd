#pragma once

#include "shared/domain/codec.h"
#include "shared/storage/database.h"
#include "sync/engine/ports.h"

namespace aftercare::sync {

/// Writes what a person did: the record's row, the operation that says so, and the chain's head, all in
/// the one transaction that `DeviceStore::write` opened. Nothing reaches a table on this device in
/// another way, except from the feed.
class Journal {
 public:
  Journal(storage::Database& db, const Identity& identity, const domain::UserId& by, Clock& clock,
          Random& random);
  [[nodiscard]] Done load();

  template <class Record>
  [[nodiscard]] Done create(const Record& record) {
    return done_of(write(protocol::Verb::Create, domain::EntityInfo<Record>::type, id_cast<AnyId>(record.id),
                         domain::fields_of(record)));
  }
  template <class Record>
  [[nodiscard]] Done change(const Record& before, const Record& after) {
    const auto changes = domain::changes_of(before, after);
    if (changes.empty()) return done();
    return done_of(
        write(protocol::Verb::Change, domain::EntityInfo<Record>::type, id_cast<AnyId>(after.id), changes));
  }
  /// Writes the sealing operation, then the device's signature over it in an operation of its own.
  [[nodiscard]] Done seal(domain::SignOff sign_off);

  /// The next short number of this device: `V-22-0001-K`.
  [[nodiscard]] Result<std::string> next_number(char kind);

  [[nodiscard]] Clock& clock() { return clock_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] storage::Database& db() { return db_; }
  [[nodiscard]] const Identity& identity() const { return identity_; }
  [[nodiscard]] const domain::UserId& by() const { return by_; }

 private:
  Result<Operation> write(protocol::Verb verb, domain::EntityType type, const AnyId& id,
                          const domain::FieldMap& fields);
  static Done done_of(const Result<Operation>& written);
  Result<std::uint64_t> base_seq(const AnyId& id);
  Done keep_confirmed(domain::EntityType type, const AnyId& id);

  storage::Database& db_;
  const Identity& identity_;
  domain::UserId by_;
  Clock& clock_;
  Random& random_;
  Head head_;
  protocol::HybridTime time_;
};

/// Puts fields over fields: null clears, absence leaves.
void put(domain::FieldMap& onto, const domain::FieldMap& fields);

/// What a record held when it was deleted: an edit that had not seen the delete brings it back with this.
[[nodiscard]] Result<std::optional<domain::FieldMap>> deleted_fields(storage::Database& db, const AnyId& id);

/// Writes the record as it is seen here: what the server said last plus what it has not brought back yet.
[[nodiscard]] Done rebuild_view(storage::Database& db, domain::EntityType type, const AnyId& id);

}  // namespace aftercare::sync
