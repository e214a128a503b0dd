#include "sync/server/seal_check.h"

#include "shared/storage/records.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/erasure.h"
#include "sync/protocol/seal.h"

#include <algorithm>
#include <map>
#include <set>

namespace aftercare::server {
namespace {

/// The names of the groups that the organisation destroyed, by its own signed word.
Result<std::set<std::string>> erased_groups(OrganisationStore& store, const domain::SignOff& sign_off,
                                            const Hash& seal) {
  std::set<std::string> names;
  auto erasures = storage::where<domain::Erasure>(
      store.db(), "customer_id = (SELECT customer_id FROM visit WHERE id = ?)", sign_off.visit_id);
  if (!erasures) return erasures.error();
  for (const auto& erasure : erasures.value()) {
    const auto seals = protocol::decode_erased_seals(erasure.statements.bytes);
    if (!seals) continue;
    for (const auto& erased : seals.value()) {
      if (erased.sign_off_id != sign_off.id ||
          !protocol::is_signed_by(store.organisation().signing_key.public_key, protocol::kErasureTag,
                                  erased.statement)) {
        continue;
      }
      const auto statement = protocol::decode_erasure_statement(erased.statement.statement);
      if (!statement || statement.value().seal != seal) continue;
      names.insert(statement.value().groups.begin(), statement.value().groups.end());
    }
  }
  return names;
}

/// The sealing operation as the feed has it: its hash, whose it is, and the countersignature that followed.
struct SealingOperation {
  Hash hash{};
  PublicKey device_key{};
  std::optional<protocol::Signed> countersign;
};

Result<std::optional<SealingOperation>> sealing_operation(OrganisationStore& store,
                                                          const domain::SignOffId& id) {
  std::optional<SealingOperation> sealing;
  auto query = store.db().query(
      "SELECT f.hash, f.decision, a.public_key FROM feed f JOIN lineage l ON l.id = f.lineage_id "
      "LEFT JOIN device_access a ON a.device_id = l.device_id WHERE f.entity_id = ? AND f.ruling < 3 ORDER BY f.seq",
      id);
  while (query.next()) {
    if (!sealing)
      sealing =
          SealingOperation{.hash = query.hash(0), .device_key = query.hash(2), .countersign = std::nullopt};
    auto decision = protocol::decode_decision(query.bytes(1));
    if (decision && decision.value().countersign && !sealing->countersign)
      sealing->countersign = decision.value().countersign;
  }
  if (const auto read = query.done(); !read) return read.error();
  return sealing;
}

std::optional<Instant> time_of(const Organisation& organisation, const SealingOperation& sealing,
                               const Hash& seal) {
  if (!sealing.countersign || !protocol::is_signed_by(organisation.signing_key.public_key,
                                                      protocol::kCountersignTag, *sealing.countersign)) {
    return std::nullopt;
  }
  const auto word = protocol::decode_countersign(sealing.countersign->statement);
  if (!word || word.value().seal != seal || word.value().operation != sealing.hash) return std::nullopt;
  return word.value().server_time;
}

GroupState state_of(const protocol::SealEntry& entry, const domain::SealedGroup* group,
                    bool is_erased_by_word) {
  const bool is_gone = group == nullptr || (group->salt.bytes.empty() && group->content.bytes.empty());
  if (is_gone) return is_erased_by_word ? GroupState::Erased : GroupState::Missing;
  return protocol::group_hash(group->salt.bytes, group->content.bytes) == entry.hash ? GroupState::Intact
                                                                                     : GroupState::Changed;
}

}  // namespace

Result<SealCheck> check_seal_of(OrganisationStore& store, const domain::SignOff& sign_off) {
  SealCheck check;
  check.seal = protocol::seal_hash(sign_off.seal_list.bytes);
  const auto list = protocol::decode_seal_list(sign_off.seal_list.bytes);
  if (!list) {
    check.state = SealState::Broken;
    return check;
  }
  const auto groups = storage::where<domain::SealedGroup>(store.db(), "sign_off_id = ?", sign_off.id);
  if (!groups) return groups.error();
  const auto erased = erased_groups(store, sign_off, check.seal);
  if (!erased) return erased.error();

  bool is_broken = false;
  bool is_erased = false;
  for (const auto& entry : list.value()) {
    const auto found = std::ranges::find(groups.value(), entry.name, &domain::SealedGroup::name);
    const auto state = state_of(entry, found == groups.value().end() ? nullptr : &*found,
                                erased.value().contains(entry.name));
    is_broken = is_broken || state == GroupState::Missing || state == GroupState::Changed;
    is_erased = is_erased || state == GroupState::Erased;
    check.groups.push_back({entry.name, state});
  }

  const auto sealing = sealing_operation(store, sign_off.id);
  if (!sealing) return sealing.error();
  const auto signature = signature_of_bytes(sign_off.signature.bytes);
  if (sealing.value() && signature) {
    check.is_signed = protocol::is_seal_signed_by(sealing.value()->device_key, check.seal,
                                                  sealing.value()->hash, signature.value());
    check.countersigned_at = time_of(store.organisation(), *sealing.value(), check.seal);
    is_broken = is_broken || !check.is_signed;
  }
  const bool is_incomplete = sign_off.signature.bytes.empty();
  check.state = is_broken       ? SealState::Broken
                : is_incomplete ? SealState::Incomplete
                : is_erased     ? SealState::Erased
                                : SealState::Intact;
  return check;
}

}  // namespace aftercare::server
