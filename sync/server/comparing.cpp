#include "sync/server/comparing.h"

#include "shared/storage/each_record.h"
#include "sync/server/scoping.h"

namespace aftercare::server {
namespace {

Result<protocol::Checksums> sums_for(OrganisationStore& store, const ChecksumReader& reader) {
  const auto head = store.head();
  if (!head) return head.error();
  const auto changes = scope_changes_after(store.db(), reader.device_id, reader.scope_seq, 1);
  if (!changes) return changes.error();
  if (head.value().seq != reader.at || !changes.value().changes.empty())
    return Error{ErrorKind::Conflict, "the feed has moved on: pull, and compare again"};
  const auto scope = scope_of(store.db(), reader.device_id);
  if (!scope) return scope.error();

  protocol::Checksums sums;
  for (const auto type : storage::kReferencesFirst) {
    if (!domain::may_read(reader.role, type)) continue;
    const auto summed = domain::with_entity(type, [&]<class Record>() {
      return storage::each_record<Record>(
          store.db(), rows_in_scope(scope.value(), type), reader.device_id, [&](const Record& record) {
            protocol::add(sums, type, id_cast<AnyId>(record.id), cbor::encode(domain::fields_of(record)));
            return done();
          });
    });
    if (!summed) return summed.error();
  }
  return sums;
}

}  // namespace

Result<protocol::Checksums> read_checksums(OrganisationStore& store, const ChecksumReader& reader) {
  if (const auto begun = store.db().run("BEGIN"); !begun) return begun.error();
  auto sums = sums_for(store, reader);
  (void)store.db().run("COMMIT");
  return sums;
}

}  // namespace aftercare::server
