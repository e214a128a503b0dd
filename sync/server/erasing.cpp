#include "sync/server/erasing.h"

#include "shared/storage/records.h"
#include "sync/protocol/decision.h"
#include "sync/protocol/erasure.h"
#include "sync/protocol/seal.h"
#include "sync/protocol/tags.h"
#include "sync/server/office.h"

#include <fmt/format.h>

namespace aftercare::server {
namespace {

using domain::EntityType;
using storage::AsBlob;
using storage::Database;

/// The records that say something about one customer, by kind.
struct About {
  std::vector<domain::Customer> customers;
  std::vector<domain::Site> sites;
  std::vector<domain::Contact> contacts;
  std::vector<domain::Asset> assets;
  std::vector<domain::WorkOrder> work_orders;
  std::vector<domain::Visit> visits;
  std::vector<domain::Answer> answers;
  std::vector<domain::Photo> photos;
  std::vector<domain::Note> notes;
  std::vector<domain::SignOff> sign_offs;
  std::vector<domain::SealedGroup> groups;
  std::vector<domain::Rating> ratings;
  std::vector<domain::Warranty> warranties;

  [[nodiscard]] std::vector<protocol::ErasedRecord> list() const {
    std::vector<protocol::ErasedRecord> all;
    const auto add = [&]<class Record>(const std::vector<Record>& records) {
      for (const auto& record : records)
        all.push_back({domain::EntityInfo<Record>::type, id_cast<AnyId>(record.id)});
    };
    add(customers), add(sites), add(contacts), add(assets), add(work_orders), add(visits), add(answers),
        add(photos), add(notes);
    add(sign_offs), add(groups), add(ratings), add(warranties);
    return all;
  }
};

template <class Record>
Done gather(Database& db, std::string_view condition, const AnyId& customer, std::vector<Record>& records) {
  auto found = storage::where<Record>(db, condition, customer);
  if (!found) return found.error();
  records = std::move(found).value();
  return done();
}

Result<About> records_about(Database& db, const domain::Customer& customer) {
  constexpr std::string_view kOwn = "customer_id = ?";
  constexpr std::string_view kOfAssets = "asset_id IN (SELECT id FROM asset WHERE customer_id = ?)";
  constexpr std::string_view kOfVisits = "visit_id IN (SELECT id FROM visit WHERE customer_id = ?)";
  const auto id = id_cast<AnyId>(customer.id);
  About about;
  about.customers.push_back(customer);
  for (const auto& gathered :
       {gather(db, kOwn, id, about.sites), gather(db, kOwn, id, about.contacts),
        gather(db, kOwn, id, about.assets), gather(db, kOwn, id, about.work_orders),
        gather(db, kOwn, id, about.visits), gather(db, kOfVisits, id, about.answers),
        gather(db, kOfVisits, id, about.photos),
        gather(db, "customer_id = ?1 OR visit_id IN (SELECT id FROM visit WHERE customer_id = ?1)", id,
               about.notes),
        gather(db, kOfVisits, id, about.sign_offs), gather(db, kOfVisits, id, about.groups),
        gather(db, kOfVisits, id, about.ratings), gather(db, kOfAssets, id, about.warranties)}) {
    if (!gathered) return gathered.error();
  }
  std::erase_if(about.groups, [](const auto& group) { return !protocol::is_personal_group(group.name); });
  return about;
}

/// Destroys the bodies of the operations on one record that held personal fields. What of each may be kept
/// stays beside it, so that a device that starts anew comes to the same record.
template <class Record>
Result<std::size_t> erase_operations(Database& db, const AnyId& id) {
  struct Row {
    std::int64_t seq = 0;
    bool has_lost_values = false;
    Bytes remainder;
  };
  std::vector<Row> rows;
  {
    auto query = db.query("SELECT seq, body, decision FROM feed WHERE entity_id = ? ORDER BY seq", id);
    while (query.next()) {
      auto fields = cbor::decode_fields(query.bytes(1));
      const auto decision = protocol::decode_decision(query.bytes(2));
      const bool has_lost_values =
          decision && (!decision.value().lost.empty() || !decision.value().replaced.empty());
      const bool is_personal = !query.is_null(1) && (!fields || domain::has_personal<Record>(fields.value()));
      if (!is_personal && !has_lost_values) continue;
      Row row{query.integer(0), has_lost_values, {}};
      if (fields && decision && protocol::takes_effect(decision.value().ruling)) {
        auto kept = domain::without_personal_fields<Record>(fields.value());
        for (const auto& [number, value] : decision.value().lost) kept.erase(number);
        row.remainder = cbor::encode(kept);
      }
      rows.push_back(std::move(row));
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  for (const auto& row : rows) {
    auto erased = db.run("UPDATE feed SET salt = NULL, body = NULL, remainder = ? WHERE seq = ?",
                         storage::AsBlobOrNull{row.remainder}, row.seq);
    if (erased && row.has_lost_values)
      erased = db.run("UPDATE feed SET decision = NULL, decision_salt = NULL WHERE seq = ?", row.seq);
    if (!erased) return erased.error();
  }
  return rows.size();
}

template <class Record>
Done erase_records(Database& db, const std::vector<Record>& records, ErasureReport& report,
                   std::vector<protocol::ErasedRecord>& list) {
  for (const auto& record : records) {
    const auto id = id_cast<AnyId>(record.id);
    const auto count = erase_operations<Record>(db, id);
    if (!count) return count.error();
    const auto saved =
        storage::write_fields(db, domain::EntityInfo<Record>::type, id, domain::without_personal(record));
    if (!saved) return saved;
    const auto forgotten = db.run("DELETE FROM blob_reference WHERE entity_id = ?", id);
    if (!forgotten) return forgotten;
    report.operation_count += count.value();
    list.push_back({domain::EntityInfo<Record>::type, id});
  }
  if (!records.empty()) report.erased[std::string(domain::EntityInfo<Record>::table)] += records.size();
  return done();
}

// ---- Records that stand in no table --------------------------------------------------------------------

/// What was set aside or deleted and names one of these records. Looked for as bytes, because a body that
/// was set aside may be unreadable and still hold what somebody said about the customer.
Result<std::vector<protocol::ErasedRecord>> strays_about(Database& db,
                                                         const std::vector<protocol::ErasedRecord>& list) {
  std::map<AnyId, protocol::ErasedRecord> candidates;
  {
    // A sealed group that was taken in later stands in its table, and its name has decided already.
    auto query = db.query(
        "SELECT type, entity_id FROM set_aside WHERE entity_id NOT IN (SELECT id FROM sealed_group) "
        "UNION SELECT type, entity_id FROM deleted_record");
    while (query.next())
      candidates[query.id<AnyId>(1)] = {static_cast<EntityType>(query.integer(0)), query.id<AnyId>(1)};
    if (const auto read = query.done(); !read) return read.error();
  }
  std::vector<AnyId> reached;
  for (const auto& record : list) {
    reached.push_back(record.id);
    candidates.erase(record.id);
  }
  std::vector<protocol::ErasedRecord> strays;
  for (std::size_t at = 0; at < reached.size() && !candidates.empty(); ++at) {
    auto query = db.query("SELECT DISTINCT entity_id FROM feed WHERE instr(body, ?) > 0", reached[at]);
    while (query.next()) {
      const auto found = candidates.find(query.id<AnyId>(0));
      if (found == candidates.end()) continue;
      strays.push_back(found->second);
      reached.push_back(found->first);
      candidates.erase(found);
    }
    if (const auto read = query.done(); !read) return read.error();
  }
  return strays;
}

template <class Record>
void note_blobs_of(const Record& record, ErasureReport& report) {
  if constexpr (std::same_as<Record, domain::Photo>) {
    report.blobs.push_back(record.blob.sha256);
    if (record.thumbnail) report.blobs.push_back(record.thumbnail->sha256);
  }
  if constexpr (std::same_as<Record, domain::SignOff>) {
    if (record.strokes) report.blobs.push_back(record.strokes->sha256);
  }
}

/// Their files go once this is committed.
Done remember_blobs(Database& db, std::vector<Hash>& blobs) {
  std::erase(blobs, Hash{});
  for (const auto& sha256 : blobs) {
    const auto noted = db.run("INSERT OR IGNORE INTO erased_blob (sha256) VALUES (?)", sha256);
    if (!noted) return noted;
  }
  return done();
}

/// Of a kind of record that this program does not know, nothing can be told apart: all of it goes.
Done erase_unknown(Database& db, const protocol::ErasedRecord& stray, ErasureReport& report) {
  report.erased["unknown"] += 1;
  return db.run("UPDATE feed SET salt = NULL, body = NULL, remainder = NULL WHERE entity_id = ?", stray.id);
}

Done erase_stray(Database& db, const protocol::ErasedRecord& stray, ErasureReport& report) {
  if (!domain::is_known(stray.type)) return erase_unknown(db, stray, report);
  return domain::with_entity(stray.type, [&]<class Record>() -> Done {
    {
      auto query = db.query("SELECT body FROM feed WHERE entity_id = ? AND body IS NOT NULL", stray.id);
      while (query.next()) {
        const auto fields = cbor::decode_fields(query.bytes(0));
        const auto record =
            fields ? domain::record_of<Record>(stray.id, fields.value()) : Result<Record>{fields.error()};
        if (record) note_blobs_of(record.value(), report);
      }
      if (const auto read = query.done(); !read) return read;
    }
    const auto count = erase_operations<Record>(db, stray.id);
    if (!count) return count.error();
    report.operation_count += count.value();
    report.erased[std::string(domain::EntityInfo<Record>::table)] += 1;
    if (const auto forgotten = db.run("DELETE FROM blob_reference WHERE entity_id = ?", stray.id); !forgotten)
      return forgotten;

    auto query = db.query("SELECT fields FROM deleted_record WHERE entity_id = ?", stray.id);
    if (!query.next()) return query.done();
    const auto fields = cbor::decode_fields(query.bytes(0));
    const auto kept =
        cbor::encode(fields ? domain::without_personal_fields<Record>(fields.value()) : cbor::FieldMap{});
    return db.run("UPDATE deleted_record SET fields = ? WHERE entity_id = ?", AsBlob{kept}, stray.id);
  });
}

/// The organisation's word for each sealed record, naming the groups that it lacks from now on.
std::vector<protocol::ErasedSeal> statements_for(OrganisationStore& store, const About& about) {
  const auto& organisation = store.organisation();
  std::vector<protocol::ErasedSeal> seals;
  for (const auto& sign_off : about.sign_offs) {
    protocol::ErasureStatement statement{
        organisation.id, protocol::seal_hash(sign_off.seal_list.bytes), {}, store.clock().now()};
    for (const auto& group : about.groups) {
      if (group.sign_off_id == id_cast<domain::SealId>(sign_off.id)) statement.groups.push_back(group.name);
    }
    seals.push_back({sign_off.id, protocol::sign_statement(organisation.signing_key, protocol::kErasureTag,
                                                           protocol::encode(statement))});
  }
  return seals;
}

/// What was handed back after a restore and waits for its journal is erased as if it stood in the feed.
Done erase_waiting_items(Database& db, const protocol::ErasedRecord& record) {
  std::vector<std::pair<std::int64_t, Bytes>> stripped;
  {
    auto query =
        db.query("SELECT rowid, item FROM lost_item WHERE entity_id = ? AND item IS NOT NULL", record.id);
    while (query.next()) {
      const auto bytes = query.bytes(1);
      cbor::Reader reader{bytes};
      cbor::Writer writer;
      protocol::encode(writer, protocol::without_personal(protocol::read_feed_item(reader), record.type));
      stripped.emplace_back(query.integer(0), writer.take());
    }
    if (const auto read = query.done(); !read) return read;
  }
  for (const auto& [row, item] : stripped) {
    const auto kept = db.run("UPDATE lost_item SET item = ? WHERE rowid = ?", AsBlob{item}, row);
    if (!kept) return kept;
  }
  return done();
}

/// Who had not heard of it yet may still write about these records.
Done remember_erased(OrganisationStore& store, const std::vector<protocol::ErasedRecord>& list) {
  const auto head = store.head();
  if (!head) return head.error();
  for (const auto& record : list) {
    const auto kept = store.db().run("INSERT OR REPLACE INTO erased_record (entity_id, seq) VALUES (?, ?)",
                                     record.id, head.value().seq);
    if (!kept) return kept;
    if (const auto erased = erase_waiting_items(store.db(), record); !erased) return erased;
  }
  return done();
}

std::string kept_in_words(const About& about) {
  return fmt::format(
      "{} visits keep their number, kind, times and price, because accounts must be kept; {} sealed records keep their hashes, "
      "signatures and the groups without personal data, so that what remains can still be verified; {} work orders keep their number, kind and "
      "state. Backups made before this erasure still hold the data until they are replaced.",
      about.visits.size(), about.sign_offs.size(), about.work_orders.size());
}

}  // namespace

Result<ErasureReport> erase_customer(OrganisationStore& store, const UserId& by, std::string_view number) {
  auto& db = store.db();
  const auto found = storage::where<domain::Customer>(db, "number = ?", number);
  if (!found) return found.error();
  if (found.value().empty()) {
    return Error{
        ErrorKind::NotFound,
        fmt::format(
            "there is no customer {}: look the number up with the list of customers; nothing was erased",
            number)};
  }
  const auto about = records_about(db, found.value().front());
  if (!about) return about.error();
  const auto& all = about.value();

  ErasureReport report;
  report.kept = kept_in_words(all);
  for (const auto& photo : all.photos) note_blobs_of(photo, report);
  for (const auto& sign_off : all.sign_offs) note_blobs_of(sign_off, report);

  domain::Erasure erasure;
  erasure.id = make_id<domain::ErasureId>(store.clock(), store.random());
  erasure.customer_id = found.value().front().id;
  erasure.at = store.clock().now();
  erasure.kept = report.kept;
  erasure.statements.bytes = protocol::encode(statements_for(store, all));
  const auto strays = strays_about(db, all.list());
  if (!strays) return strays.error();
  std::vector<protocol::ErasedRecord> list = strays.value();
  for (const auto& stray : strays.value()) {
    if (const auto erased = erase_stray(db, stray, report); !erased) return erased.error();
  }
  for (const auto& erased :
       {erase_records(db, all.customers, report, list), erase_records(db, all.sites, report, list),
        erase_records(db, all.contacts, report, list), erase_records(db, all.assets, report, list),
        erase_records(db, all.work_orders, report, list), erase_records(db, all.visits, report, list),
        erase_records(db, all.answers, report, list), erase_records(db, all.photos, report, list),
        erase_records(db, all.notes, report, list), erase_records(db, all.sign_offs, report, list),
        erase_records(db, all.groups, report, list), erase_records(db, all.ratings, report, list),
        erase_records(db, all.warranties, report, list)}) {
    if (!erased) return erased.error();
  }
  if (const auto noted = remember_blobs(db, report.blobs); !noted) return noted.error();
  erasure.records.bytes = protocol::encode(list);
  if (const auto written = office_create(store, by, erasure); !written) return written.error();
  if (const auto kept = remember_erased(store, list); !kept) return kept.error();
  const auto noted = store.note_audit(to_text(by), "customer.erased", to_text(erasure.customer_id),
                                      fmt::format("{} operations", report.operation_count));
  if (!noted) return noted.error();
  return report;
}

Done erase_again(OrganisationStore& store, const std::vector<protocol::ErasedRecord>& records) {
  auto& db = store.db();
  ErasureReport report;
  std::vector<protocol::ErasedRecord> list;
  for (const auto& listed : records) {
    if (!domain::is_known(listed.type)) {
      if (const auto erased = erase_unknown(db, listed, report); !erased) return erased;
      continue;
    }
    const auto erased = domain::with_entity(listed.type, [&]<class Record>() -> Done {
      auto found = storage::find<Record>(db, listed.id);
      if (!found) return found.error();
      if (!found.value()) return erase_stray(db, listed, report);
      note_blobs_of(*found.value(), report);
      return erase_records<Record>(db, {*found.value()}, report, list);
    });
    if (!erased) return erased;
  }
  if (const auto noted = remember_blobs(db, report.blobs); !noted) return noted;
  return remember_erased(store, records);
}

Result<std::optional<PreparedOperation>> kept_of_late_edit(Database& db, const PreparedOperation& operation) {
  const auto& header = operation.header;
  const std::optional<PreparedOperation> nothing;
  if (header.verb != protocol::Verb::Change || !domain::is_known(header.type) || !operation.fields)
    return nothing;
  {
    auto query = db.query("SELECT 1 FROM erased_record WHERE entity_id = ? AND seq > ?", header.entity_id,
                          header.base_seq);
    if (!query.next()) {
      if (const auto read = query.done(); !read) return read.error();
      return nothing;
    }
  }
  return domain::with_entity(header.type, [&]<class Record>() -> std::optional<PreparedOperation> {
    if (!domain::has_personal<Record>(operation.fields.value())) return nothing;
    auto kept = operation;
    kept.fields = domain::without_personal_fields<Record>(operation.fields.value());
    return kept;
  });
}

}  // namespace aftercare::server
