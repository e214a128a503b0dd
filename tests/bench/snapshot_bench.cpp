#include "tests/bench/snapshot_bench.h"

#include "shared/storage/data_folder.h"
#include "sync/protocol/tags.h"
#include "sync/server/comparing.h"
#include "sync/server/office.h"
#include "sync/server/snapshot.h"
#include "sync/store/device_store.h"
#include "tests/bench/failed.h"
#include "tests/bench/measure.h"
#include "tests/bench/visits.h"
#include "tests/support/scratch_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace aftercare::bench {
namespace {

using Json = nlohmann::ordered_json;
using server::OrganisationStore;

constexpr std::size_t kGroup = 1'000;  // records in a transaction
constexpr std::size_t kCustomerCount = 5'000;

template <class T>
T need(Result<T> result) {
  return expect(std::move(result), "the snapshot's bench");
}

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

void fill(OrganisationStore& store, const SnapshotPlan& plan) {
  domain::User technician;
  technician.id = make_id<domain::UserId>(store.clock(), store.random());
  technician.name = "Petr Svoboda";
  std::vector<domain::CustomerId> customers;
  need(store.db().transaction([&]() -> Done {
    if (const auto made = server::office_create(store, {}, technician); !made) return made;
    for (std::size_t n = 0; n < kCustomerCount; ++n) {
      domain::Customer customer;
      customer.id = make_id<domain::CustomerId>(store.clock(), store.random());
      customer.number = fmt::format("C-22-{:04}", n);
      customer.name = fmt::format("Customer {}", n);
      if (const auto made = server::office_create(store, {}, customer); !made) return made;
      customers.push_back(customer.id);
    }
    return done();
  }));
  VisitWriter writer{customers, technician.id, plan.body_byte_count, /*free_text_percent=*/0};
  for (std::size_t begin = 0; begin < plan.visit_count; begin += kGroup) {
    need(store.db().transaction([&]() -> Done {
      for (auto n = begin; n < std::min(plan.visit_count, begin + kGroup); ++n) {
        const auto fields =
            cbor::decode_fields(writer.next_body(fmt::format("V-23-{:04}", n), store.clock().now()));
        if (!fields) return fields.error();
        const auto id = make_id<domain::VisitId>(store.clock(), store.random());
        const auto made = server::office_write(store, {}, protocol::Verb::Create, domain::EntityType::Visit,
                                               id_cast<AnyId>(id), fields.value());
        if (!made) return made;
      }
      return done();
    }));
  }
}

sync::Identity identity_at(OrganisationStore& store) {
  const auto& organisation = store.organisation();
  sync::Identity identity;
  identity.organisation_id = organisation.id;
  identity.organisation_name = organisation.name;
  identity.device_id = make_id<domain::DeviceId>(store.clock(), store.random());
  identity.key = make_signing_key(store.random());
  identity.prefix = "23";
  identity.organisation_key = organisation.signing_key.public_key;
  const protocol::Certificate certificate{
      identity.organisation_id, identity.device_id,      identity.role,
      identity.prefix,          identity.key.public_key, store.clock().now()};
  identity.certificate =
      protocol::sign_statement(organisation.signing_key, protocol::kDeviceTag, protocol::encode(certificate));
  return identity;
}

/// All pages, encoded, as they would go through zstd and the network.
std::vector<Bytes> read_pages(OrganisationStore& store, const sync::Identity& identity) {
  std::vector<Bytes> pages;
  std::string after;
  std::optional<std::uint64_t> at;
  do {
    const auto answer = need(server::read_snapshot(
        store, {.role = identity.role, .device_id = identity.device_id, .at = at, .after = after}));
    at = need(protocol::decode_root_statement(answer.statement.statement)).seq;
    after = answer.next;
    pages.push_back(protocol::encode(answer));
  } while (!after.empty());
  return pages;
}

/// Decodes and stores every page; returns how many rows they held.
std::size_t apply_pages(sync::DeviceStore& device, const std::vector<Bytes>& pages) {
  std::size_t row_count = 0;
  for (const auto& bytes : pages) {
    const auto place = need(device.to_take_in());
    expect_that(place.has_value(), "the snapshot is over before its last page");
    const auto page = need(protocol::decode_snapshot_answer(bytes));
    const auto statement = need(protocol::decode_root_statement(page.statement.statement));
    need(device.take_in(*place, page, statement));
    row_count += page.rows.size();
  }
  expect_that(!need(device.to_take_in()), "the snapshot is not over after its last page");
  return row_count;
}

double rounded(double value) { return std::round(value * 1000) / 1000; }

Json measured(double seconds, double cpu, std::size_t row_count) {
  return {{"seconds", rounded(seconds)},
          {"rows_per_s", std::lround(static_cast<double>(row_count) / seconds)},
          {"cpu_us_per_row", rounded(cpu * 1e6 / static_cast<double>(row_count))}};
}

}  // namespace

nlohmann::ordered_json run_snapshot_bench(const SnapshotPlan& plan) {
  const testing::ScratchFolder folder;
  SystemClock clock;
  SystemRandom random;
  Hash key{};
  random.fill(key);
  auto store =
      need(OrganisationStore::create(folder.path() / "organisation.db", key, "Bench", clock, random));
  fill(*store, plan);
  const auto identity = identity_at(*store);

  Json json{{"load_average", load_average()}};
  auto cpu = own_cpu_seconds();
  Stopwatch reading;
  const auto pages = read_pages(*store, identity);
  const auto read_seconds = reading.seconds();
  const auto read_cpu = own_cpu_seconds() - cpu;

  const auto data = need(storage::DataFolder::open(folder.path() / "device", random));
  const auto device = need(sync::DeviceStore::open(data, clock, random));
  need(device->save_identity(identity, store->organisation().epoch));
  cpu = own_cpu_seconds();
  Stopwatch applying;
  const auto row_count = apply_pages(*device, pages);
  const auto apply_seconds = applying.seconds();
  const auto apply_cpu = own_cpu_seconds() - cpu;
  json["rows"] = row_count;
  json["pages"] = pages.size();
  json["read"] = measured(read_seconds, read_cpu, row_count);
  json["apply"] = measured(apply_seconds, apply_cpu, row_count);
  cpu = own_cpu_seconds();
  Stopwatch indexing;
  std::size_t slice_count = 0;
  while (need(device->index_some())) ++slice_count;
  json["index"] = measured(indexing.seconds(), own_cpu_seconds() - cpu, row_count);
  json["index"]["slices"] = slice_count;

  cpu = own_cpu_seconds();
  Stopwatch here;
  const auto sums = need(device->checksums_to_compare(true));
  json["checksums_device"] = measured(here.seconds(), own_cpu_seconds() - cpu, row_count);
  cpu = own_cpu_seconds();
  Stopwatch there;
  const auto head = need(store->head());
  const auto asked = need(server::read_checksums(
      *store, {.role = identity.role, .device_id = identity.device_id, .at = head.seq, .scope_seq = 0}));
  json["checksums_server"] = measured(there.seconds(), own_cpu_seconds() - cpu, row_count);
  expect_that(sums && *sums == asked, "the device holds something else than the server");
  return json;
}

}  // namespace aftercare::bench
