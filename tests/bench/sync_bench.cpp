#include "tests/bench/sync_bench.h"

#include "shared/domain/codec.h"
#include "sync/engine/run.h"
#include "sync/protocol/compress.h"
#include "sync/protocol/tags.h"
#include "tests/bench/counting_server.h"
#include "tests/bench/failed.h"
#include "tests/bench/floor.h"
#include "tests/bench/passes.h"
#include "tests/bench/served.h"
#include "tests/bench/visits.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <latch>
#include <thread>

namespace aftercare::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kCustomerCount = 50;
constexpr std::size_t kCountedVisitCount = 2'000;  // under strace everything is slow
constexpr std::size_t kCountedPhotoCount = 50;

void say(const std::string& words) {
  fmt::print(stderr, "{}\n", words);
  std::fflush(stderr);
}

/// A push made beforehand, with what must be true of its answer.
struct MadePush {
  protocol::PushRequest request;
  protocol::Head head;
};
using MadePushes = std::vector<MadePush>;

/// The device with its journal: only the thread of its client touches it while a pass is under way.
struct Client {
  Device device;
  MemoryJournal journal;

  void send(const MadePush& push) const {
    const auto word = expect(device.server->push(push.request), "pushing");
    const auto* answer = std::get_if<protocol::PushAnswer>(&word);
    expect_that(answer != nullptr, "pushing: the server stands elsewhere");
    const auto& receipt = answer->receipt;
    expect_that(protocol::is_signed_by(device.identity.organisation_key, protocol::kReceiptTag, receipt),
                "the receipt is not signed by the organisation");
    expect_that(expect(protocol::decode_receipt(receipt.statement), "the receipt").head == push.head,
                "the server does not hold what was sent");
    expect_that(answer->set_aside.empty(),
                "the server set operations aside: nothing of this can be measured");
  }
};

template <class Value>
double per(Value total, std::size_t count) {
  return count == 0 ? 0 : static_cast<double>(total) / static_cast<double>(count);
}

double rounded(double value) {
  return value < 10 ? std::round(value * 100) / 100 : std::round(value * 10) / 10;
}

/// The median over the rounds of whatever is taken from each.
template <class Take>
double middle(const std::vector<Pass>& rounds, const Take& take) {
  std::vector<double> values;
  for (const auto& round : rounds) values.push_back(take(round));
  return median(values);
}

/// The figures that everything timed has, per item.
Json figures_of(const std::vector<Pass>& rounds, const std::string& item) {
  std::vector<double> latencies;
  for (const auto& round : rounds)
    latencies.insert(latencies.end(), round.latencies_ms.begin(), round.latencies_ms.end());
  const auto per_item_us = [](double seconds, const Pass& pass) {
    return 1e6 * per(seconds, pass.item_count);
  };
  const auto cores = static_cast<double>(core_count());
  return {
      {"wall_s", rounded(middle(rounds, [](const Pass& pass) { return pass.wall_s; }))},
      {item + "s_per_s",
       std::round(middle(
           rounds, [](const Pass& pass) { return static_cast<double>(pass.item_count) / pass.wall_s; }))},
      {"server_cpu_us_per_" + item,
       rounded(middle(rounds, [&](const Pass& pass) { return per_item_us(pass.server_cpu_s, pass); }))},
      {"client_cpu_us_per_" + item,
       rounded(middle(rounds, [&](const Pass& pass) { return per_item_us(pass.client_cpu_s, pass); }))},
      {"wire_bytes_per_" + item,
       rounded(middle(rounds, [](const Pass& pass) { return per(pass.wire_byte_count, pass.item_count); }))},
      {"call_p50_ms", rounded(percentile(latencies, 0.5))},
      {"call_p99_ms", rounded(percentile(latencies, 0.99))},
      {"calls", latencies.size()},
      {"other_load",
       rounded(middle(rounds, [&](const Pass& pass) { return pass.other_cpu_s / pass.wall_s / cores; }))},
  };
}

Json ratio_of(const Json& ours, const Json& floor) {
  const auto share = [&](const char* name) {
    const auto below = floor.at(name).get<double>();
    return below > 0 ? rounded(ours.at(name).get<double>() / below) : 0;
  };
  return {{"operations_per_s", share("operations_per_s")},
          {"server_cpu_us_per_operation", share("server_cpu_us_per_operation")},
          {"client_cpu_us_per_operation", share("client_cpu_us_per_operation")},
          {"wire_bytes_per_operation", share("wire_bytes_per_operation")}};
}

/// An empty folder where the plan wants it, gone with this object.
class BenchFolder {
 public:
  explicit BenchFolder(const std::filesystem::path& in) {
    auto name = (in / "aftercare-bench-XXXXXX").string();
    expect_that(::mkdtemp(name.data()) != nullptr, "cannot make a folder in " + in.string());
    path_ = name;
  }
  ~BenchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  BenchFolder(const BenchFolder&) = delete;
  BenchFolder& operator=(const BenchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// One run of the bench from the empty folder to the figures.
class SyncBench {
 public:
  SyncBench(const SyncPlan& plan, const std::stop_token& stop)
      : plan_(plan),
        stop_(stop),
        folder_(plan.folder),
        served_(plan.server_program, folder_.path() / "server") {}

  Json run() {
    Json figures{{"machine",
                  {{"cores", core_count()},
                   {"file_system", file_system_of(folder_.path())},
                   {"load_before", load_average()}}},
                 {"sizes",
                  {{"visits", plan_.visit_count},
                   {"body_bytes", plan_.body_byte_count},
                   {"free_text_percent", plan_.free_text_percent},
                   {"operations_per_push", plan_.batch_count_max},
                   {"photos", plan_.photo_count},
                   {"photo_bytes", plan_.photo_byte_count},
                   {"rounds", plan_.round_count}}}};
    enrol();
    make_references();
    figures["no_op_sync"] = no_op_sync();
    figures["sign_in"] = sign_in();
    figures["push"] = Json::array();
    for (const auto count : plan_.client_counts) figures["push"].push_back(push_with(count));
    if (plan_.half_load_batch_count_max > 0) {
      figures["half_load"] = Json::array();
      for (const auto count : plan_.client_counts) figures["half_load"].push_back(half_load(count));
    }
    figures["photos"] = Json::array();
    if (plan_.photo_count > 0) {
      for (const auto count : plan_.photo_client_counts) figures["photos"].push_back(photos_with(count));
    }
    const auto memory = memory_of(served_.process().id());
    figures["server_memory"] = {
        {"resident_mb", rounded(static_cast<double>(memory.resident_byte_count) / 1e6)},
        {"resident_max_mb", rounded(static_cast<double>(memory.resident_byte_count_max) / 1e6)}};
    // Last: the server goes on waiting for them for a while after they are gone.
    if (plan_.waiting_count > 0) figures["waiting"] = waiting();
    floor_.reset();
    figures["server_drained"] = served_.drain();
    figures["machine"]["load_after"] = load_average();
    return figures;
  }

 private:
  void go_on() const { expect_that(!stop_.stop_requested(), "stopped"); }

  void enrol() {
    std::size_t count = 1;
    for (const auto wanted : plan_.client_counts) count = std::max(count, wanted);
    for (const auto wanted : plan_.photo_client_counts) count = std::max(count, wanted);
    say(fmt::format("enrolling {} devices with process {}{}", count + 1, served_.process().id(),
                    count >= 60 ? " (the server lets 60 a minute in: this takes a while)" : ""));
    const auto folder = [this](std::size_t number) {
      return folder_.path() / fmt::format("device-{}", number);
    };
    for (std::size_t number = 0; number < count; ++number) {
      go_on();
      auto device = enrol_device(served_, folder(number), fmt::format("Bench tablet {}", number), stop_);
      auto journal = MemoryJournal{device.identity};
      clients_.push_back({std::move(device), std::move(journal)});
    }
    quiet_folder_ = folder(count);
    quiet_ = enrol_device(served_, quiet_folder_, "Quiet tablet", stop_);
  }

  /// Customers to whom the visits go, made by the first device.
  void make_references() {
    auto& first = clients_.front();
    std::vector<domain::CustomerId> customers;
    for (std::size_t number = 0; number < kCustomerCount; ++number) {
      domain::Customer customer;
      customer.id = make_id<domain::CustomerId>(clock_, random_);
      customer.number = first.journal.next_number('C');
      customer.name = fmt::format("Bakery {}", number);
      customer.language = "en";
      first.journal.create(domain::EntityType::Customer, id_cast<AnyId>(customer.id),
                           cbor::encode(domain::fields_of(customer)));
      customers.push_back(customer.id);
    }
    first.device.sign_in();
    for (const auto& push : take_pushes(first)) first.send(push);
    const auto technician =
        expect(id_of_text<domain::UserId>(served_.technician_id()), "the technician's id");
    writer_.emplace(std::move(customers), technician, plan_.body_byte_count, plan_.free_text_percent);
  }

  MadePushes take_pushes(Client& client) const { return take_pushes(client, plan_.batch_count_max); }

  static MadePushes take_pushes(Client& client, std::size_t batch_count_max) {
    MadePushes made;
    for (auto& request : client.journal.take_pushes(batch_count_max)) {
      const auto head = MemoryJournal::head_after(request);
      made.push_back({std::move(request), head});
    }
    return made;
  }

  /// New visits for each of the clients, the sum of them as near to what was asked for as divides evenly.
  std::vector<MadePushes> make_visits(std::size_t client_count, std::size_t visit_count) {
    return make_visits(client_count, visit_count, plan_.batch_count_max);
  }

  std::vector<MadePushes> make_visits(std::size_t client_count, std::size_t visit_count,
                                      std::size_t batch_count_max) {
    std::vector<MadePushes> made(client_count);
    for (std::size_t i = 0; i < client_count; ++i) {
      auto& journal = clients_[i].journal;
      for (std::size_t n = 0; n < std::max<std::size_t>(1, visit_count / client_count); ++n) {
        const auto id = make_id<domain::VisitId>(clock_, random_);
        journal.create(domain::EntityType::Visit, id_cast<AnyId>(id),
                       writer_->next_body(journal.next_number('V'), clock_.now()));
      }
      made[i] = take_pushes(clients_[i], batch_count_max);
    }
    return made;
  }

  static std::size_t operation_count(const std::vector<MadePushes>& made) {
    std::size_t count = 0;
    for (const auto& pushes : made) {
      for (const auto& push : pushes) count += push.request.operations.size();
    }
    return count;
  }

  Pass push_pass(const std::vector<MadePushes>& made) {
    return measure(served_.process(), served_.port(), made.size(), operation_count(made),
                   [&](std::size_t client, std::vector<double>& latencies) {
                     for (const auto& push : made[client])
                       timed(latencies, [&] { clients_[client].send(push); });
                   });
  }

  /// The same bodies to the floor. They are compressed beforehand, because that is no work of a server's.
  Pass floor_pass(const std::vector<MadePushes>& made) {
    struct Body {
      Bytes bytes;
      std::size_t row_count = 0;
      std::size_t row_byte_count = 0;
    };
    std::vector<std::vector<Body>> bodies(made.size());
    for (std::size_t client = 0; client < made.size(); ++client) {
      for (const auto& push : made[client]) {
        const auto encoded = protocol::encode(push.request);
        const auto count = push.request.operations.size();
        bodies[client].push_back({protocol::compress(encoded), count, encoded.size() / count});
      }
    }
    std::vector<FloorClient> clients;
    for (std::size_t i = 0; i < made.size(); ++i) {
      clients.emplace_back(floor_->port(), served_.data() / "tls" / "ca.crt");
      clients.back().push(bodies[i].front().bytes, 1, 16);  // opens the connection
    }
    return measure(floor_->process(), floor_->port(), made.size(), operation_count(made),
                   [&](std::size_t client, std::vector<double>& latencies) {
                     for (const auto& body : bodies[client]) {
                       timed(latencies,
                             [&] { clients[client].push(body.bytes, body.row_count, body.row_byte_count); });
                     }
                   });
  }

  void start_floor() {
    if (floor_ || !plan_.has_floor) return;
    const auto folder = folder_.path() / "floor";
    std::filesystem::create_directory(folder);
    const auto tls = served_.data() / "tls";
    floor_.emplace(FloorSettings{folder, tls / "server.crt", tls / "server.key", suite_of(served_.port())});
  }

  Json push_with(std::size_t client_count) {
    start_floor();
    for (std::size_t i = 0; i < client_count; ++i) clients_[i].device.sign_in();
    std::vector<Pass> ours;
    std::vector<Pass> floor;
    for (std::size_t round = 1; round <= plan_.round_count; ++round) {
      go_on();
      say(fmt::format("push: {} clients, round {} of {}", client_count, round, plan_.round_count));
      const auto made = make_visits(client_count, plan_.visit_count);
      ours.push_back(push_pass(made));
      if (plan_.has_floor) floor.push_back(floor_pass(made));
    }
    Json row{{"clients", client_count}, {"operations", ours.back().item_count}};
    row["ours"] = figures_of(ours, "operation");
    if (plan_.has_floor) {
      row["floor"] = figures_of(floor, "operation");
      row["ratio"] = ratio_of(row["ours"], row["floor"]);
    }
    if (plan_.has_sync_count) count_push_syncs(row, client_count);
    return row;
  }

  void count_push_syncs(Json& row, std::size_t client_count) {
    const auto made = make_visits(client_count, std::min(plan_.visit_count, kCountedVisitCount));
    const auto counted = [&](const Process& process, const auto& pass) -> Json {
      SyncCounter counter{process.id()};
      static_cast<void>(pass(made));
      const auto count = counter.finish();
      return count ? Json(rounded(1'000 * per(*count, operation_count(made)))) : Json(nullptr);
    };
    row["ours"]["fsyncs_per_1000_operations"] =
        counted(served_.process(), [this](const auto& m) { return push_pass(m); });
    if (!floor_) return;
    row["floor"]["fsyncs_per_1000_operations"] =
        counted(floor_->process(), [this](const auto& m) { return floor_pass(m); });
  }

  // ---- Half load -----------------------------------------------------------------------------------

  /// Small pushes at half the rate at which the server takes just such ones. Every push has its moment,
  /// whatever became of the one before, and its latency counts from that moment: who waits in a queue
  /// behind a slow one is late as well.
  Json half_load(std::size_t client_count) {
    say(fmt::format("half load: {} clients", client_count));
    for (std::size_t i = 0; i < client_count; ++i) clients_[i].device.sign_in();
    const auto batch = plan_.half_load_batch_count_max;
    const auto full = push_pass(make_visits(client_count, plan_.visit_count, batch));
    const auto full_per_s = static_cast<double>(full.item_count) / full.wall_s;
    go_on();

    const auto made = make_visits(client_count, plan_.visit_count, batch);
    const auto operations_per_client_and_s = full_per_s / 2 / static_cast<double>(client_count);
    const std::chrono::duration<double> between{static_cast<double>(batch) / operations_per_client_and_s};
    const auto half = measure(
        served_.process(), served_.port(), client_count, operation_count(made),
        [&](std::size_t client, std::vector<double>& latencies) {
          const auto begun = std::chrono::steady_clock::now();
          const auto offset = static_cast<double>(client) / static_cast<double>(client_count);
          for (std::size_t i = 0; i < made[client].size(); ++i) {
            const auto due = begun + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                         between * (static_cast<double>(i) + offset));
            std::this_thread::sleep_until(due);
            clients_[client].send(made[client][i]);
            const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - due;
            latencies.push_back(took.count());
          }
        });
    return {{"clients", client_count},
            {"operations_per_push", batch},
            {"full_operations_per_s", std::round(full_per_s)},
            {"offered_operations_per_s", std::round(full_per_s / 2)},
            {"server_cpu_us_per_operation", rounded(1e6 * per(half.server_cpu_s, half.item_count))},
            {"wire_bytes_per_operation", rounded(per(half.wire_byte_count, half.item_count))},
            {"call_p50_ms", rounded(percentile(half.latencies_ms, 0.5))},
            {"call_p99_ms", rounded(percentile(half.latencies_ms, 0.99))},
            {"calls", half.latencies_ms.size()},
            {"other_load", rounded(half.other_cpu_s / half.wall_s / static_cast<double>(core_count()))}};
  }

  // ---- Photos --------------------------------------------------------------------------------------

  /// Bytes that do not compress, like a JPEG's; the first sixteen make each one another.
  [[nodiscard]] std::vector<Hash> stamp_photos(std::size_t count, std::vector<Bytes>& stamps) {
    if (photo_.size() != plan_.photo_byte_count) photo_ = random_.bytes(plan_.photo_byte_count);
    std::vector<Hash> hashes;
    for (std::size_t i = 0; i < count; ++i) {
      stamps.push_back(random_.bytes(16));
      hashes.push_back(sha256({stamps.back(), std::string_view{photo_}.substr(16)}));
    }
    return hashes;
  }

  Pass photo_pass(std::size_t client_count, std::size_t count) {
    std::vector<Bytes> stamps;
    const auto hashes = stamp_photos(count, stamps);
    return measure(served_.process(), served_.port(), client_count, count,
                   [&](std::size_t client, std::vector<double>& latencies) {
                     Bytes bytes = photo_;
                     for (auto i = client; i < count; i += client_count) {
                       bytes.replace(0, stamps[i].size(), stamps[i]);
                       const auto sent = timed(latencies, [&] {
                         return clients_[client].device.server->send_blob_part(hashes[i], 0, bytes, true);
                       });
                       expect_that(sent && sent.value() == bytes.size(), "the server did not take a photo");
                     }
                   });
  }

  Json photos_with(std::size_t client_count) {
    expect_that(
        plan_.photo_byte_count >= 16 && plan_.photo_byte_count <= protocol::kLimits.blob_part_byte_count_max,
        "a photo is sent in one part: it has between 16 bytes and 4 MiB");
    for (std::size_t i = 0; i < client_count; ++i) clients_[i].device.sign_in();
    std::vector<Pass> rounds;
    for (std::size_t round = 1; round <= plan_.round_count; ++round) {
      go_on();
      say(fmt::format("photos: {} clients, round {} of {}", client_count, round, plan_.round_count));
      rounds.push_back(photo_pass(client_count, plan_.photo_count));
    }
    Json row{{"clients", client_count}, {"photos", plan_.photo_count}};
    row.update(figures_of(rounds, "photo"));
    const auto per_s = row.at("photos_per_s").get<double>();
    row["mb_per_s"] = rounded(per_s * static_cast<double>(plan_.photo_byte_count) / 1e6);
    const auto cpu_us = row.at("server_cpu_us_per_photo").get<double>();
    row["photos_per_s_and_server_core"] = cpu_us > 0 ? std::round(1e6 / cpu_us) : 0;
    if (plan_.has_sync_count) {
      SyncCounter counter{served_.process().id()};
      const auto pass = photo_pass(client_count, std::max(client_count, kCountedPhotoCount));
      const auto count = counter.finish();
      row["fsyncs_per_photo"] = count ? Json(rounded(per(*count, pass.item_count))) : Json(nullptr);
    }
    return row;
  }

  // ---- One device with little to do ----------------------------------------------------------------

  /// A new connection, the handshake, the challenge and the token.
  Json sign_in() {
    constexpr std::size_t kCount = 50;
    std::vector<double> latencies;
    for (std::size_t i = 0; i < kCount; ++i) {
      go_on();
      const Device fresh{quiet_->identity, std::make_unique<sync::HttpsServer>(quiet_->identity.line)};
      timed(latencies, [&] { fresh.sign_in(); });
    }
    return {{"p50_ms", rounded(percentile(latencies, 0.5))},
            {"p99_ms", rounded(percentile(latencies, 0.99))},
            {"count", kCount}};
  }

  Json no_op_sync() {
    say("no-op sync");
    const auto data = expect(storage::DataFolder::open(quiet_folder_, random_), "the quiet device's folder");
    const auto store = expect(sync::DeviceStore::open(data, clock_, random_), "the quiet device's store");
    CountingServer server{*quiet_->server};
    sync::Session session;
    const auto sync_once = [&] {
      const auto report = sync::run(*store, server, clock_, session);
      expect_that(!report.failure, "a sync failed: " + (report.failure ? report.failure->error.detail : ""));
      return report.is_settled && report.feed_item_count == 0;
    };
    while (!sync_once()) go_on();  // reads what is there

    const auto calls_before = server.call_count();
    const auto bytes_before = byte_count_through(served_.port());
    std::vector<double> latencies;
    for (std::size_t i = 0; i < plan_.no_op_count; ++i) {
      go_on();
      expect_that(timed(latencies, sync_once), "there was something to sync");
    }
    const auto byte_count = byte_count_through(served_.port()) - bytes_before;
    return {{"round_trips", rounded(per(server.call_count() - calls_before, plan_.no_op_count))},
            {"wire_bytes", rounded(per(byte_count, plan_.no_op_count))},
            {"p50_ms", rounded(percentile(latencies, 0.5))},
            {"p99_ms", rounded(percentile(latencies, 0.99))},
            {"count", plan_.no_op_count}};
  }

  /// Tablets at rest: each with a connection of its own, signed in, in a long poll. What they cost is the
  /// growth of the server's resident memory.
  Json waiting() {
    say(fmt::format("{} waiting tablets", plan_.waiting_count));
    const auto token = quiet_->new_token();
    const auto end_of_feed = sync_to_the_end();
    std::vector<std::unique_ptr<sync::HttpsServer>> tablets;
    std::stop_source over;
    sync::HttpsOptions options;
    options.stop = over.get_token();
    const auto before = memory_of(served_.process().id());
    std::latch all_ready{static_cast<std::ptrdiff_t>(plan_.waiting_count)};
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < plan_.waiting_count; ++i) {
      tablets.push_back(std::make_unique<sync::HttpsServer>(quiet_->identity.line, options));
      tablets.back()->use_token(token);
      threads.emplace_back([&, i] {
        auto query = end_of_feed;
        const auto first = tablets[i]->pull(query);  // connects, and shows that there is nothing new
        all_ready.count_down();
        query.wait = protocol::kLimits.pull_wait_max;
        if (first) static_cast<void>(tablets[i]->pull(query));
      });
    }
    all_ready.wait();
    std::this_thread::sleep_for(std::chrono::seconds{2});  // until the last one waits
    const auto after = memory_of(served_.process().id());
    over.request_stop();
    threads.clear();
    const auto grown =
        static_cast<double>(after.resident_byte_count) - static_cast<double>(before.resident_byte_count);
    return {{"tablets", plan_.waiting_count},
            {"server_kb_per_tablet", rounded(grown / 1e3 / static_cast<double>(plan_.waiting_count))}};
  }

  /// Reads everything into the quiet device's store, and says where it stands.
  sync::PullQuery sync_to_the_end() {
    const auto data = expect(storage::DataFolder::open(quiet_folder_, random_), "the quiet device's folder");
    const auto store = expect(sync::DeviceStore::open(data, clock_, random_), "the quiet device's store");
    sync::Session session;
    for (bool is_at_end = false; !is_at_end;) {
      go_on();
      const auto report = sync::run(*store, *quiet_->server, clock_, session);
      expect_that(!report.failure, "the quiet device's sync failed");
      is_at_end = report.is_settled && report.feed_item_count == 0;
    }
    const auto mark = expect(store->bookmark(), "the quiet device's bookmark");
    return {mark.epoch, mark.lineage, mark.feed_seq, std::chrono::seconds{0}};
  }

  const SyncPlan& plan_;
  std::stop_token stop_;
  SystemClock clock_;
  SystemRandom random_;
  BenchFolder folder_;
  Served served_;
  std::optional<Floor> floor_;
  std::vector<Client> clients_;
  std::optional<Device> quiet_;
  std::filesystem::path quiet_folder_;
  std::optional<VisitWriter> writer_;
  Bytes photo_;
};

}  // namespace

Json run_sync_bench(const SyncPlan& plan, const std::stop_token& stop) { return SyncBench{plan, stop}.run(); }

}  // namespace aftercare::bench
