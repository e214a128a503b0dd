#pragma once

#include "shared/storage/data_folder.h"
#include "sync/engine/enrol.h"
#include "sync/engine/run.h"
#include "sync/server/comparing.h"
#include "sync/server/scoping.h"
#include "sync/server/snapshot.h"
#include "sync/store/device_store.h"
#include "tests/support/organisation_world.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Real tablets at a real organisation, both on real SQLite, without a network between them: what one says is
/// encoded, may be lost, and is decoded by the other.
namespace aftercare::testing {

/// The server's side of the wire for one device.
class DirectServer final : public sync::Server {
 public:
  explicit DirectServer(OrganisationWorld& world) : world_(world) {}

  /// Everything that the device was ever sent, unpacked, in order.
  std::vector<Bytes> sent;
  /// After so many more answers the network is gone; negative for never.
  int answers_left = -1;
  bool offers_snapshot = true;
  std::size_t snapshot_page_count = 0;
  std::size_t pull_count = 0;

  Result<protocol::EnrolAnswer> enrol(const protocol::EnrolRequest& request) override {
    std::optional<Result<std::variant<Bytes, server::EnrolmentRefusal>>> outcome;
    REQUIRE(db().transaction([&]() -> Done {
      outcome = server::enrol(*world_.store, request);
      return *outcome ? done() : Done{outcome->error()};
    }));
    device_id_ = request.device_id;
    device_key_ = request.public_key;
    return protocol::decode_enrol_answer(std::get<Bytes>(outcome->value()));
  }
  Result<Bytes> challenge(const protocol::ChallengeRequest&) override { return Bytes{"challenge"}; }
  Result<protocol::TokenAnswer> token(const protocol::TokenRequest& request) override {
    device_id_ = request.device_id;
    const auto device = server::find_device(db(), device_id_);
    REQUIRE(device);
    REQUIRE(device.value());
    device_key_ = device.value()->public_key;
    REQUIRE(db().transaction([&] { return server::sweep_scope(*world_.store, device_id_); }));
    const auto now = world_.clock.now();
    return protocol::TokenAnswer{"token", now + protocol::kLimits.token_life, now, false};
  }
  void use_token(std::string) override {}

  Result<std::variant<protocol::PushAnswer, sync::Behind, sync::OtherEpoch>> push(
      const protocol::PushRequest& request) override {
    using Word = std::variant<protocol::PushAnswer, sync::Behind, sync::OtherEpoch>;
    const auto& organisation = world_.store->organisation();
    const auto prepared = server::prepare_push(request, organisation.id, device_id_, device_key_);
    if (!prepared) return prepared.error();
    std::optional<server::PushOutcome> outcome;
    const auto written = db().transaction([&]() -> Done {
      auto accepted = server::accept_push(*world_.store, prepared.value(), /*is_revoked=*/false);
      if (!accepted) return accepted.error();
      outcome = std::move(accepted).value();
      if (std::holds_alternative<server::Standing>(*outcome)) return Error{ErrorKind::Conflict, "behind"};
      return done();
    });
    if (!outcome) return written.error();
    if (const auto* standing = std::get_if<server::Standing>(&*outcome))
      return Word{sync::Behind{organisation.epoch, standing->lineage, standing->head}};
    if (is_cut_off()) return gone();
    return Word{protocol::decode_push_answer(std::get<server::Accepted>(*outcome).answer).value()};
  }
  Result<std::variant<protocol::PullAnswer, sync::OtherEpoch>> pull(const sync::PullQuery& query) override {
    using Word = std::variant<protocol::PullAnswer, sync::OtherEpoch>;
    const auto& organisation = world_.store->organisation();
    if (query.epoch != organisation.epoch) return Word{sync::OtherEpoch{organisation.epoch}};
    ++pull_count;
    const auto page = server::read_feed(*world_.store, reader(query));
    if (!page) return page.error();
    if (is_cut_off()) return gone();
    sent.push_back(protocol::encode(page.value()));
    return Word{protocol::decode_pull_answer(sent.back()).value()};
  }
  Result<std::variant<protocol::SnapshotAnswer, sync::OtherEpoch>> snapshot(
      const sync::SnapshotQuery& query) override {
    using Word = std::variant<protocol::SnapshotAnswer, sync::OtherEpoch>;
    const auto& organisation = world_.store->organisation();
    if (query.epoch != organisation.epoch) return Word{sync::OtherEpoch{organisation.epoch}};
    if (!offers_snapshot) return Error{ErrorKind::NotFound, "there is no such route"};
    const auto page = server::read_snapshot(*world_.store, {.role = role(),
                                                            .device_id = device_id_,
                                                            .at = query.place.at,
                                                            .after = query.place.after,
                                                            .customer_id = query.place.customer_id,
                                                            .range = query.range});
    if (!page) return page.error();
    if (is_cut_off()) return gone();
    ++snapshot_page_count;
    if (before_page) before_page();
    sent.push_back(protocol::encode(page.value()));
    return Word{protocol::decode_snapshot_answer(sent.back()).value()};
  }
  Result<std::variant<protocol::Checksums, sync::OtherEpoch>> checksums(
      const sync::ChecksumQuery& query) override {
    using Word = std::variant<protocol::Checksums, sync::OtherEpoch>;
    const auto& organisation = world_.store->organisation();
    if (query.epoch != organisation.epoch) return Word{sync::OtherEpoch{organisation.epoch}};
    if (before_checksums) std::exchange(before_checksums, {})();
    const auto sums = server::read_checksums(
        *world_.store,
        {.role = role(), .device_id = device_id_, .at = query.at, .scope_seq = query.scope_seq});
    if (!sums) return sums.error();
    if (is_cut_off()) return gone();
    ++comparison_count;
    sent.push_back(protocol::encode(sums.value()));
    return Word{protocol::decode_checksums(sent.back()).value()};
  }
  /// Called once, before the next checksums are counted.
  std::function<void()> before_checksums;
  std::size_t comparison_count = 0;

  /// Called when a page of a snapshot was read and before the device has it: others go on meanwhile.
  std::function<void()> before_page;

  Result<std::vector<Hash>> missing_blobs(const std::vector<Hash>&) override { return std::vector<Hash>{}; }
  Result<std::uint64_t> blob_offset(const Hash&) override { return std::uint64_t{0}; }
  Result<std::uint64_t> send_blob_part(const Hash&, std::uint64_t, std::string_view, bool) override {
    return std::uint64_t{0};
  }
  Result<sync::BlobPart> fetch_blob_part(const Hash&, std::uint64_t, std::size_t) override {
    return Error{ErrorKind::NotFound, "no blobs here"};
  }
  [[nodiscard]] std::optional<std::chrono::seconds> retry_after() const override { return {}; }

 private:
  storage::Database& db() { return world_.store->db(); }
  [[nodiscard]] domain::DeviceRole role() { return server::find_device(db(), device_id_).value()->role; }
  server::FeedReader reader(const sync::PullQuery& query) {
    return {.role = role(),
            .lineage = query.lineage,
            .after = query.after,
            .device_id = device_id_,
            .scope_seq = query.scope_seq};
  }
  bool is_cut_off() { return answers_left == 0 || (answers_left > 0 && --answers_left < 0); }
  static Error gone() { return {ErrorKind::Offline, "the network is gone"}; }

  OrganisationWorld& world_;
  protocol::DeviceId device_id_;
  PublicKey device_key_{};
};

/// One tablet with its disk.
struct CoupledTablet {
  explicit CoupledTablet(OrganisationWorld& of_world, domain::DeviceRole role = domain::DeviceRole::Tablet,
                         domain::Scope scope = domain::Scope::Organisation)
      : world(of_world), server(of_world) {
    reopen();
    const auto enrolled = sync::enrol(*store, server, world.clock, wish(role, scope));
    INFO((enrolled ? "" : enrolled.error().detail));
    REQUIRE(enrolled);
  }

  OrganisationWorld& world;
  ScratchFolder folder;
  DirectServer server;
  std::optional<storage::DataFolder> data;
  std::unique_ptr<sync::DeviceStore> store;
  sync::Session session;
  sync::RunOptions options;

  /// As after a crash: what was not committed is gone.
  void reopen() {
    store.reset();
    data.reset();
    session = {};
    auto opened = storage::DataFolder::open(folder.path(), world.random);
    REQUIRE(opened);
    data.emplace(std::move(opened).value());
    auto made = sync::DeviceStore::open(*data, world.clock, world.random);
    INFO((made ? "" : made.error().detail));
    REQUIRE(made);
    store = std::move(made).value();
  }
  sync::Enrolment wish(domain::DeviceRole role, domain::Scope scope) {
    protocol::EnrolmentLine line;
    line.host = "server.example";
    line.organisation_id = world.store->organisation().id;
    REQUIRE(world.store->db().transaction([&]() -> Done {
      const auto code =
          server::open_enrolment(*world.store, domain::UserId{}, role, world.technician.id, scope);
      if (!code) return code.error();
      line.code = code.value().code;
      return done();
    }));
    return {line, world.id<protocol::DeviceId>(), make_signing_key(world.random), "Tablet", "0.1"};
  }
  /// Whether everything that the server has is here, read and taken in.
  bool is_up_to_date() {
    return !store->to_take_in().value() && store->bookmark().value().feed_seq == world.feed_seq();
  }
  sync::RunReport try_run() { return sync::run(*store, server, world.clock, session, options); }
  sync::RunReport run() {
    const auto report = try_run();
    INFO((report.failure ? report.failure->error.detail : ""));
    REQUIRE_FALSE(report.failure);
    return report;
  }
  void write(const std::function<Done(sync::Journal&)>& work) {
    const auto written = store->write(world.technician.id, work);
    INFO((written ? "" : written.error().detail));
    REQUIRE(written);
  }
  template <class Record>
  std::optional<Record> find(const Record& record) {
    auto found = storage::find<Record>(store->db(), record.id);
    REQUIRE(found);
    return std::move(found).value();
  }
  std::int64_t count(std::string_view sql) {
    auto query = store->db().query(sql);
    REQUIRE(query.next());
    return query.integer(0);
  }
  /// Every record of every type as its table holds it, in words that compare.
  std::map<std::string, std::string> records() { return records_of(store->db()); }
  static std::map<std::string, std::string> records_of(storage::Database& db) {
    std::map<std::string, std::string> all;
    for (std::uint8_t type = 1; type <= domain::kEntityTypeLast; ++type) {
      domain::with_entity(static_cast<EntityType>(type), [&]<class Record>() {
        const auto found = storage::where<Record>(db, "1");
        REQUIRE(found);
        for (const auto& record : found.value()) {
          all[std::string(domain::EntityInfo<Record>::table) + " " + to_text(record.id)] =
              to_hex(cbor::encode(domain::fields_of(record)));
        }
      });
    }
    return all;
  }
};

}  // namespace aftercare::testing
