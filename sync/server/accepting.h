#pragma once

#include "sync/protocol/message.h"
#include "sync/server/organisation_store.h"

#include <variant>

/// How operations get into the journal of an organisation: checked, decided, and given their place in
/// the feed, once.
namespace aftercare::server {

/// An operation whose form was checked, as far as that needs no database.
struct PreparedOperation {
  protocol::Operation operation;
  protocol::Header header;
  Hash hash{};
  Result<cbor::FieldMap> fields;  // Invalid when the body is no map of fields: set aside later
};

/// One that was decided before and is decided again. Its body was checked then; one that was erased has no
/// fields.
[[nodiscard]] PreparedOperation prepare_again(protocol::Operation operation, const protocol::Header& header,
                                              const Hash& hash);

/// A push that holds together: right organisation and device, each operation following the last,
/// bodies as committed to, the last hash signed by the device's key.
struct PreparedPush {
  DeviceId device_id;
  PublicKey device_key{};
  Hash lineage{};
  std::vector<PreparedOperation> operations;
};

/// Runs on any thread. Invalid when the push does not hold together; then nothing of it is looked at.
[[nodiscard]] Result<PreparedPush> prepare_push(protocol::PushRequest request,
                                                const OrganisationId& organisation_id,
                                                const DeviceId& device_id, const PublicKey& device_key);

/// Where the server stands, for a push that does not fit onto it.
struct Standing {
  Hash lineage{};
  protocol::Head head;
};

struct Accepted {
  Bytes answer;                // an encoded PushAnswer, the same bytes for the same push
  std::uint64_t feed_seq = 0;  // how far the feed reaches now
};

using PushOutcome = std::variant<Accepted, Standing>;

/// On the writer lane, inside a savepoint. Takes what is new, skips what it has, opens a second lineage
/// where a known number carries another hash. A revoked device's work is kept but set aside.
[[nodiscard]] Result<PushOutcome> accept_push(OrganisationStore& store, const PreparedPush& push,
                                              bool is_revoked);

/// One journal as the server has it.
struct Lineage {
  std::int64_t id = 0;
  DeviceId device_id;
  Hash hash{};
  std::optional<std::int64_t> parent_id;
  std::uint64_t fork_dseq = 0;
  protocol::Head head;
  std::uint64_t backed_up_dseq = 0;  // what the newest finished backup holds of it
};
[[nodiscard]] Result<std::optional<Lineage>> find_lineage(storage::Database& db, const DeviceId& device_id,
                                                          const Hash& hash);
[[nodiscard]] Result<Lineage> open_lineage(OrganisationStore& store, Lineage lineage);

/// Decides one operation and gives it its place in the feed; moves `lineage` and the counter row on. The
/// ruling is Accepted, Merged or SetAside; an Error means that nothing was written and the push must fail.
[[nodiscard]] Result<protocol::Decision> accept_operation(OrganisationStore& store, Lineage& lineage,
                                                          domain::DeviceRole role,
                                                          const PublicKey& device_key,
                                                          const PreparedOperation& operation,
                                                          bool is_revoked);

/// What became of an operation that a restore had lost.
enum class Return { TakenIn, IsHere, Gap };
/// Gives it its place in its own journal, when that reaches there; where somebody has written in it since the
/// restore, a second lineage is opened. `past` is how it was decided in the lost feed, when that is known.
[[nodiscard]] Result<Return> accept_lost(OrganisationStore& store, const PreparedOperation& operation,
                                         const protocol::Decision* past);

}  // namespace aftercare::server
