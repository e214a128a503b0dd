#include "sync/server/releasing.h"

#include "shared/storage/records.h"
#include "sync/protocol/limits.h"
#include "sync/server/deciding.h"
#include "sync/server/enrolment.h"
#include "sync/server/scoping.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace aftercare::server {
namespace {

using cbor::FieldMap;
using protocol::Decision;
using protocol::Header;
using protocol::Ruling;
using protocol::SetAsideReason;
using protocol::Verb;
using storage::AsBlob;
using storage::Database;

/// A waiting operation with what deciding it again needs.
struct Waiting {
  WaitingOperation told;
  PreparedOperation prepared;
};

struct Journal {
  std::int64_t lineage_id = 0;
  DeviceId device_id;
  std::vector<Waiting> waiting;  // in the order of the feed
};

std::optional<SetAsideReason> reason_of(const storage::Query& query, int column) {
  if (query.is_null(column)) return std::nullopt;
  return domain::value_of<SetAsideReason>(query.text(column));
}

Result<std::vector<Journal>> read_waiting(Database& db, std::optional<std::int64_t> lineage_id) {
  std::vector<Journal> journals;
  auto query = db.query(
      "SELECT s.seq, s.lineage_id, l.device_id, s.reason, s.tried_reason, s.tried_ms, f.header, f.salt, f.body, f.hash, f.received_ms "
      "FROM set_aside s JOIN feed f ON f.seq = s.seq JOIN lineage l ON l.id = s.lineage_id "
      "WHERE s.settled_seq IS NULL AND (?1 IS NULL OR s.lineage_id = ?1) ORDER BY s.seq",
      lineage_id);
  while (query.next()) {
    const auto header = protocol::decode_header(query.bytes(6));
    if (!header) return header.error();
    auto prepared =
        prepare_again({query.bytes(6), query.bytes(7), query.bytes(8)}, header.value(), query.hash(9));
    WaitingOperation told;
    told.seq = static_cast<std::uint64_t>(query.integer(0));
    told.header = header.value();
    if (prepared.fields) told.fields = prepared.fields.value();
    told.reason = reason_of(query, 3).value_or(SetAsideReason::None);
    told.tried = reason_of(query, 4);
    if (!query.is_null(5)) told.tried_at = from_ms(query.integer(5));
    told.received_at = from_ms(query.integer(10));

    auto journal = std::ranges::find(journals, query.integer(1), &Journal::lineage_id);
    if (journal == journals.end())
      journal = journals.insert(journals.end(), {query.integer(1), query.id<DeviceId>(2), {}});
    journal->waiting.push_back({std::move(told), std::move(prepared)});
  }
  if (const auto read = query.done(); !read) return read.error();
  return journals;
}

/// The visit that a record is part of, else the record itself.
Result<AnyId> subject_of(Database& db, const Waiting& one) {
  const auto& header = one.told.header;
  return domain::with_entity(header.type, [&]<class Record>() -> Result<AnyId> {
    const auto visit_of = [&](const Record& record) -> std::optional<AnyId> {
      if constexpr (requires { record.visit_id->bytes; }) {
        return record.visit_id ? std::optional{id_cast<AnyId>(*record.visit_id)} : std::nullopt;
      } else if constexpr (requires { record.visit_id.bytes; }) {
        const auto id = id_cast<AnyId>(record.visit_id);
        return id == AnyId{} ? std::nullopt : std::optional{id};
      } else {
        return std::nullopt;
      }
    };
    Record record{};
    if (one.prepared.fields && domain::apply(one.prepared.fields.value(), record)) {
      if (const auto visit = visit_of(record)) return *visit;
    }
    const auto standing = storage::find<Record>(db, header.entity_id);
    if (!standing) return standing.error();
    const auto visit = standing.value() ? visit_of(*standing.value()) : std::nullopt;
    return visit.value_or(header.entity_id);
  });
}

/// The records of one group: those of its visit, or its own, and those that wait for one of them.
class Reach {
 public:
  Reach(const AnyId& subject, const AnyId& first) : records_{subject, first} {}

  Result<bool> takes(Database& db, const Waiting& one) {
    const auto subject = subject_of(db, one);
    if (!subject) return subject.error();
    const auto missing = missing_references(db, one.prepared);
    if (!missing) return missing.error();
    const bool is_in =
        records_.contains(one.told.header.entity_id) || records_.contains(subject.value()) ||
        std::ranges::any_of(missing.value(), [&](const AnyId& id) { return records_.contains(id); });
    if (is_in) records_.insert(one.told.header.entity_id);
    return is_in;
  }

 private:
  std::set<AnyId> records_;
};

struct Place {
  std::int64_t lineage_id = 0;
  bool is_settled = false;
};

Result<Place> place_of(Database& db, std::uint64_t seq) {
  auto query = db.query("SELECT lineage_id, settled_seq FROM set_aside WHERE seq = ?", seq);
  if (query.next()) return Place{query.integer(0), !query.is_null(1)};
  const auto read = query.done();
  return read ? Error{ErrorKind::NotFound, "nothing was set aside there"} : read.error();
}

/// What is settled together, of one journal: each group by the places of its operations in it.
Result<std::vector<std::vector<std::size_t>>> groups_of(Database& db, const Journal& journal) {
  std::vector<std::vector<std::size_t>> groups;
  std::vector<Reach> reaches;
  for (std::size_t at = 0; at < journal.waiting.size(); ++at) {
    const auto& one = journal.waiting[at];
    std::size_t group = 0;
    for (; group < groups.size(); ++group) {
      const auto is_in = reaches[group].takes(db, one);
      if (!is_in) return is_in.error();
      if (is_in.value()) break;
    }
    if (group == groups.size()) {
      const auto subject = subject_of(db, one);
      if (!subject) return subject.error();
      reaches.emplace_back(subject.value(), one.told.header.entity_id);
      groups.emplace_back();
    }
    groups[group].push_back(at);
  }
  return groups;
}

/// The group of one operation, taken out of its journal.
Result<Journal> group_of(Database& db, const Place& place, std::uint64_t seq) {
  auto journals = read_waiting(db, place.lineage_id);
  if (!journals) return journals.error();
  for (auto& journal : journals.value()) {
    const auto groups = groups_of(db, journal);
    if (!groups) return groups.error();
    for (const auto& group : groups.value()) {
      if (std::ranges::none_of(group, [&](auto at) { return journal.waiting[at].told.seq == seq; })) continue;
      Journal taken{journal.lineage_id, journal.device_id, {}};
      for (const auto at : group) taken.waiting.push_back(std::move(journal.waiting[at]));
      return taken;
    }
  }
  return Error{ErrorKind::NotFound, "nothing was set aside there"};
}

/// Gives a settled operation its second place in the feed, with the new decision.
Done settle(OrganisationStore& store, const UserId& by, const Waiting& one, const FeedHead& head,
            const Decision& decision) {
  auto& db = store.db();
  const auto salt = store.random().bytes(protocol::kSaltSize);
  const auto bytes = protocol::encode(decision);
  const auto commitment = protocol::decision_commitment(salt, bytes);
  const auto seq = head.seq + 1;
  const auto root =
      protocol::next_root(store.organisation().epoch, head.root, seq, one.prepared.hash, commitment);
  auto saved = db.run(
      "INSERT INTO feed (seq, again_of, lineage_id, dseq, type, entity_id, hash, header, salt, body, ruling, decision_commitment, "
      "decision_salt, decision, root, received_ms) "
      "SELECT ?, seq, lineage_id, dseq, type, entity_id, hash, header, salt, body, ?, ?, ?, ?, ?, received_ms FROM feed WHERE seq = ?",
      seq, static_cast<std::int64_t>(decision.ruling), commitment, AsBlob{salt}, AsBlob{bytes}, root,
      one.told.seq);
  if (saved) {
    saved = db.run("UPDATE set_aside SET settled_seq = ?, settled_ms = ?, settled_by = ? WHERE seq = ?", seq,
                   store.clock().now(), by, one.told.seq);
  }
  if (saved) saved = db.run("UPDATE organisation SET feed_seq = ?, root = ?", seq, root);
  return saved;
}

/// One of them, by the rules of every push.
Result<SetAsideReason> decide_again(OrganisationStore& store, const UserId& by, const Journal& group,
                                    const DeviceAccess& device, const Waiting& one) {
  const auto head = store.head();
  if (!head) return head.error();
  Bearer bearer{.lineage_id = group.lineage_id,
                .device_id = group.device_id,
                .role = device.role,
                .key = device.public_key,
                .is_revoked = false,
                .seq = head.value().seq + 1,
                .first = Bearer::First{one.told.seq, one.told.received_at}};
  const auto decision = decide(store, bearer, one.prepared);
  if (!decision) return decision.error();
  if (decision.value().ruling != Ruling::SetAside) {
    const auto settled = settle(store, by, one, head.value(), decision.value());
    if (!settled) return settled.error();
    return SetAsideReason::None;
  }
  const auto noted =
      store.db().run("UPDATE set_aside SET tried_reason = ?, tried_ms = ? WHERE seq = ?",
                     domain::name_of(decision.value().reason), store.clock().now(), one.told.seq);
  if (!noted) return noted.error();
  return decision.value().reason;
}

Done note_act(OrganisationStore& store, const UserId& by, std::string_view action, const Journal& group,
              const Settled& settled) {
  const auto& first = group.waiting.front().told.header;
  return store.note_audit(
      to_text(by), action, to_text(group.device_id),
      fmt::format("{} {}: {} operations, {} records still wait", domain::table_of(first.type),
                  to_text(first.entity_id), settled.count, settled.remaining.size()));
}

Result<Settled> release_group(OrganisationStore& store, const UserId& by, const Journal& group) {
  Settled settled;
  if (group.waiting.empty()) return settled;
  const auto device = find_device(store.db(), group.device_id);
  if (!device) return device.error();
  if (!device.value()) return Error{ErrorKind::NotFound, "the device is not one of this organisation"};
  std::vector<Touched> touched;
  for (const auto& one : group.waiting) {
    const auto reason = decide_again(store, by, group, *device.value(), one);
    if (!reason) return reason.error();
    if (reason.value() == SetAsideReason::None) {
      touched.push_back({one.told.header.type, one.told.header.entity_id});
      ++settled.count;
      continue;
    }
    const auto& header = one.told.header;
    if (std::ranges::find(settled.remaining, header.entity_id, &Settled::Remaining::id) ==
        settled.remaining.end())
      settled.remaining.push_back({header.type, header.entity_id, reason.value()});
  }
  if (const auto followed = follow_scopes(store, group.device_id, touched); !followed)
    return followed.error();
  if (const auto noted = note_act(store, by, "set_aside.released", group, settled); !noted)
    return noted.error();
  return settled;
}

}  // namespace

Result<std::vector<WaitingGroup>> list_waiting(OrganisationStore& store) {
  auto journals = read_waiting(store.db(), std::nullopt);
  if (!journals) return journals.error();
  std::vector<WaitingGroup> groups;
  for (auto& journal : journals.value()) {
    const auto together = groups_of(store.db(), journal);
    if (!together) return together.error();
    for (const auto& places : together.value()) {
      auto& group = groups.emplace_back(WaitingGroup{journal.lineage_id, journal.device_id, {}});
      for (const auto at : places) group.operations.push_back(std::move(journal.waiting[at].told));
    }
  }
  std::ranges::sort(groups, {}, [](const WaitingGroup& group) { return group.operations.front().seq; });
  return groups;
}

Result<Settled> release(OrganisationStore& store, const UserId& by, std::uint64_t seq) {
  const auto place = place_of(store.db(), seq);
  if (!place) return place.error();
  if (place.value().is_settled) return Settled{};
  const auto group = group_of(store.db(), place.value(), seq);
  if (!group) return group.error();
  return release_group(store, by, group.value());
}

Result<Settled> dismiss(OrganisationStore& store, const UserId& by, std::uint64_t seq) {
  const auto place = place_of(store.db(), seq);
  if (!place) return place.error();
  Settled settled;
  if (place.value().is_settled) return settled;
  const auto group = group_of(store.db(), place.value(), seq);
  if (!group) return group.error();
  for (const auto& one : group.value().waiting) {
    const auto head = store.head();
    if (!head) return head.error();
    Decision decision;
    decision.ruling = Ruling::Dismissed;
    decision.reason = one.told.reason;
    if (const auto done = settle(store, by, one, head.value(), decision); !done) return done.error();
    ++settled.count;
  }
  if (const auto noted = note_act(store, by, "set_aside.dismissed", group.value(), settled); !noted)
    return noted.error();
  return settled;
}

Result<Settled> release_all_of(OrganisationStore& store, const UserId& by, const DeviceId& device_id) {
  auto journals = read_waiting(store.db(), std::nullopt);
  if (!journals) return journals.error();
  Settled all;
  for (const auto& journal : journals.value()) {
    if (journal.device_id != device_id) continue;
    auto settled = release_group(store, by, journal);
    if (!settled) return settled.error();
    all.count += settled.value().count;
    std::ranges::move(settled.value().remaining, std::back_inserter(all.remaining));
  }
  return all;
}

}  // namespace aftercare::server
