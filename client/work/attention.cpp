#include "client/work/attention.h"

#include "shared/domain/codec.h"
#include "shared/storage/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace aftercare::work {
namespace {

using domain::EntityType;

constexpr std::string_view kSetAside = "set_aside.";
constexpr std::string_view kWaitsForAnother = "set_aside.depends_on_other";

/// What an entry is about. A record whose making was set aside stands in no table, only in our journal.
struct Subject {
  AnyId id;  // of the visit, where the record is part of one
  std::string name;
  std::optional<domain::VisitId> visit;  // that can be opened
  std::optional<domain::CustomerId> customer;
};

template <class Record>
Result<std::optional<Record>> as_written(storage::Database& db, const AnyId& id) {
  auto query = db.query(
      "SELECT body FROM operation WHERE entity_id = ? AND body IS NOT NULL ORDER BY dseq LIMIT 1", id);
  std::optional<Record> record;
  if (query.next()) {
    const auto fields = cbor::decode_fields(query.bytes(0));
    auto made = fields ? domain::record_of<Record>(id, fields.value()) : Result<Record>{fields.error()};
    if (made) record = std::move(made).value();
  }
  if (const auto read = query.done(); !read) return read.error();
  return record;
}

template <class Record>
std::optional<domain::VisitId> visit_of(const Record& record) {
  if constexpr (std::same_as<Record, domain::Visit>) {
    return record.id;
  } else if constexpr (requires { record.visit_id->bytes; }) {
    return record.visit_id;
  } else if constexpr (requires { record.visit_id.bytes; }) {
    return record.visit_id;
  } else {
    return std::nullopt;
  }
}

template <class Record>
std::string name_of(const Record& record) {
  std::string name;
  if constexpr (requires { record.number.size(); }) name = record.number;
  if constexpr (requires { record.name.size(); }) {
    if (name.empty() || std::same_as<Record, domain::Customer>) name = record.name;
  }
  return name;
}

template <class Record>
Done describe(storage::Database& db, const AnyId& id, Subject& subject) {
  auto standing = storage::find<Record>(db, id_cast<decltype(Record::id)>(id));
  if (!standing) return standing.error();
  auto found = std::move(standing).value();
  const bool is_here = found.has_value();
  if (!is_here) {
    auto written = as_written<Record>(db, id);
    if (!written) return written.error();
    found = std::move(written).value();
  }
  if (!found) return done();
  subject.name = name_of(*found);
  if constexpr (std::same_as<Record, domain::Customer>) {
    if (is_here) subject.customer = found->id;
  } else if constexpr (requires { found->customer_id.bytes; }) {
    if (is_here) subject.customer = found->customer_id;
  }
  const auto visit = visit_of(*found);
  if (!visit || id_cast<AnyId>(*visit) == AnyId{}) return done();
  subject.id = id_cast<AnyId>(*visit);
  if constexpr (std::same_as<Record, domain::Visit>) {
    if (is_here) subject.visit = *visit;
    return done();
  } else {
    return describe<domain::Visit>(db, subject.id, subject);
  }
}

Result<Subject> subject_of(storage::Database& db, const sync::Standing::Attention& one) {
  Subject subject{.id = one.id, .name = {}, .visit = std::nullopt, .customer = std::nullopt};
  if (one.count != 0) subject.name = fmt::format("{}", one.count);
  if (!one.type || !domain::is_known(*one.type)) return subject;
  const auto described =
      domain::with_entity(*one.type, [&]<class Record>() { return describe<Record>(db, one.id, subject); });
  if (!described) return described.error();
  if (subject.name.empty() && one.dseq != 0) subject.name = fmt::format("{}", one.dseq);
  return subject;
}

}  // namespace

Result<std::vector<shown::Attention>> attention_of(storage::Database& db, const sync::Standing& standing) {
  std::vector<shown::Attention> all;
  std::map<AnyId, std::size_t> places;  // of what was set aside, by what it is about
  for (const auto& one : standing.attention) {
    const auto subject = subject_of(db, one);
    if (!subject) return subject.error();
    const bool is_set_aside = one.code.starts_with(kSetAside) && one.dseq != 0;
    const auto known = places.find(subject.value().id);
    if (is_set_aside && known != places.end()) {
      auto& entry = all[known->second];
      if (entry.code == kWaitsForAnother) entry.code = one.code;
      entry.dseqs.push_back(one.dseq);
      entry.is_left_to_office = entry.is_left_to_office && one.handed_on_at.has_value();
      continue;
    }
    shown::Attention entry{.code = one.code,
                           .record = subject.value().name,
                           .visit_id = subject.value().visit,
                           .customer_id = subject.value().customer,
                           .dseqs = {}};
    if (is_set_aside) {
      places[subject.value().id] = all.size();
      entry.dseqs.push_back(one.dseq);
      entry.is_left_to_office = one.handed_on_at.has_value();
    }
    all.push_back(std::move(entry));
  }
  std::ranges::stable_partition(all, [](const auto& entry) { return !entry.is_left_to_office; });
  return all;
}

}  // namespace aftercare::work
