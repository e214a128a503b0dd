#include "client/work/workers.h"

#include "client/work/drafts.h"
#include "client/work/start_up.h"
#include "shared/storage/records.h"
#include "sync/server/enrolment.h"
#include "tests/client/work_world.h"
#include "tests/support/big_house.h"
#include "tests/support/running_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

using namespace aftercare;
using namespace std::chrono_literals;

namespace {

using Steady = std::chrono::steady_clock;

/// The workers as the window sees them: asks, and takes what comes until it is what was waited for.
class Window {
 public:
  explicit Window(const std::filesystem::path& data, bool is_syncing_by_itself = false)
      : workers_(std::make_unique<work::Workers>(work::Workers::Options{
            .data = data,
            .catalogue = testing::work_catalogue(),
            .wake = [this] { ++wake_count; },
            .photo_folders = {std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets/demo/photos"},
            .is_syncing_by_itself = is_syncing_by_itself})) {}

  void ask(app::Effect effect) { workers_->carry_out(std::move(effect)); }
  void close() { workers_.reset(); }

  /// The next message of this kind; those before it are passed over.
  template <class Message>
  Message next(std::chrono::milliseconds longest = 20s) {
    const auto end = Steady::now() + longest;
    while (Steady::now() < end) {
      for (auto& message : workers_->take()) waiting_.push_back(std::move(message));
      while (!waiting_.empty()) {
        auto message = std::move(waiting_.front());
        waiting_.erase(waiting_.begin());
        if (auto* failed = std::get_if<app::WriteFailed>(&message)) failures_ += failed->detail + "; ";
        if (auto* wanted = std::get_if<Message>(&message)) return std::move(*wanted);
      }
      std::this_thread::sleep_for(2ms);
    }
    FAIL("nothing came; failed meanwhile: " << failures_);
    return {};
  }
  template <class Message>
  Message ask_for(app::Effect effect) {
    ask(std::move(effect));
    return next<Message>();
  }
  [[nodiscard]] work::Workers& workers() { return *workers_; }

  std::atomic<int> wake_count = 0;

 private:
  std::unique_ptr<work::Workers> workers_;
  std::vector<app::Message> waiting_;
  std::string failures_;
};

/// Takes connections and never says a word.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  std::uint16_t port = 0;

 private:
  int socket_;
};

/// A folder that is enrolled (by a server that is not there) and has one open visit.
struct PreparedFolder {
  testing::ScratchFolder folder;
  testing::BigHouse house;

  explicit PreparedFolder(std::uint16_t port = 9) {
    auto place = work::open_workplace(folder.path());
    REQUIRE(place);
    auto& clock = *place.value().clock;
    auto& random = *place.value().random;
    auto identity = testing::made_up_identity(clock, random);
    identity.line.port = port;
    REQUIRE(place.value().store->save_identity(identity, make_id<protocol::EpochId>(clock, random)));
    auto filled = testing::fill_big_house(*place.value().store, {.customer_count = 5,
                                                                 .order_count = 10,
                                                                 .visit_count = 10,
                                                                 .open_visit_count = 2,
                                                                 .technician_count = 2});
    REQUIRE(filled);
    house = std::move(filled).value();
  }
};

app::SaveDraft a_draft(const testing::BigHouse& house, const std::string& text) {
  app::SaveDraft wish{house.technicians[0], house.open_visit_id, {}};
  wish.draft.texts["note"] = text;
  return wish;
}

}  // namespace

TEST_CASE("workers: from an enrolment line to a signed visit that the server holds",
          "[client][work][S01][V13]") {
  testing::RunningServer server{std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets"};
  testing::ScratchFolder folder;
  Window window{folder.path() / "tablet"};

  CHECK_FALSE(window.ask_for<app::Started>(app::LoadStart{}).is_enrolled);
  CHECK(window.ask_for<app::EnrolFailed>(app::EnrolDevice{"nonsense"}).key == "error.invalid");
  const auto line = protocol::to_text(server.enrolment_line());
  const auto enrolled = window.ask_for<app::Enrolled>(app::EnrolDevice{line});
  REQUIRE(enrolled.technicians.size() >= 3);
  CHECK(enrolled.device.organisation_name == "End to End");
  CHECK(window.wake_count > 0);

  const auto petr = std::ranges::find(enrolled.technicians, "Petr Dvořák", &shown::Technician::name);
  REQUIRE(petr != enrolled.technicians.end());
  CHECK(window.ask_for<app::PinSet>(app::SetPin{petr->id, "123456"}).user == petr->id);
  CHECK(window.ask_for<app::PinRefused>(app::CheckPin{petr->id, "000000"}).wait == 0ms);
  CHECK(window.ask_for<app::PinAccepted>(app::CheckPin{petr->id, "123456"}).user == petr->id);

  const auto day = window.ask_for<app::DayLoaded>(app::LoadDay{petr->id}).day;
  const auto row = std::ranges::find(day.rows, domain::VisitKind::Adjustment, &shown::WorkRow::kind);
  REQUIRE(row != day.rows.end());
  const auto visit = window.ask_for<app::VisitMade>(app::MakeVisit{petr->id, *row->work_order_id}).id;

  for (const auto kind : {domain::VisitEventKind::Arrived, domain::VisitEventKind::Working})
    CHECK(window.ask_for<app::VisitWritten>(app::WriteEvent{petr->id, visit, kind}).id == visit);
  const auto photos = window.ask_for<app::PhotoFilesLoaded>(app::LoadPhotoFiles{}).files;
  REQUIRE_FALSE(photos.empty());
  app::KeepPhoto photo{.by = petr->id,
                       .visit = visit,
                       .question = {},
                       .moment = domain::PhotoMoment::After,
                       .jpeg = {},
                       .path = photos[0].path};
  window.ask(photo);
  window.next<app::VisitWritten>();
  const auto kept = window.next<app::VisitLoaded>().page;
  REQUIRE(kept.file.photos.size() == 1);
  const auto picture = window.ask_for<app::PhotoLoaded>(app::LoadPhoto{kept.file.photos[0].blob.sha256, 64});
  CHECK(std::max(picture.picture.width_px, picture.picture.height_px) == 64);

  app::WriteSignOff signing;
  signing.by = petr->id;
  signing.visit = visit;
  signing.signer_name = "Marie";
  signing.signature = testing::WorkWorld::a_signature();
  CHECK(window.ask_for<app::WriteFailed>(signing).kind == ErrorKind::Refused);  // what was done is missing
  window.ask(app::WriteField{petr->id, visit, "result", "Seřízeno."});
  const auto sealed = window.ask_for<app::Sealed>(signing);
  CHECK(sealed.link.starts_with("https://127.0.0.1:"));

  window.ask(app::WakeSync{/*is_asked_for=*/true});
  const auto ended = window.next<app::SyncEnded>();
  CHECK(ended.progress.problem.empty());
  CHECK(ended.has_news);
  const auto page = window.ask_for<app::SyncLoaded>(app::LoadSync{}).page;
  CHECK(page.unsent.empty());
  CHECK(page.unsent_change_count == 0);
  CHECK(page.held_visit_count == 1);
  CHECK(page.attention.empty());
}

TEST_CASE("workers: an enrolment code serves once, and the second tablet is told so", "[client][work][S05]") {
  testing::RunningServer server{std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets"};
  const auto line = protocol::to_text(server.enrolment_line());
  testing::ScratchFolder folder;
  Window first{folder.path() / "first"};
  Window second{folder.path() / "second"};
  first.ask_for<app::Started>(app::LoadStart{});
  second.ask_for<app::Started>(app::LoadStart{});

  first.ask_for<app::Enrolled>(app::EnrolDevice{line});

  CHECK(second.ask_for<app::EnrolFailed>(app::EnrolDevice{line}).key == "start.code_used_or_late");
}

TEST_CASE("workers: a device that was revoked hands in its work, and then erases itself",
          "[client][work][S08]") {
  testing::RunningServer server{std::filesystem::path{AFTERCARE_SOURCE_DIR} / "assets"};
  testing::ScratchFolder folder;
  Window window{folder.path()};
  window.ask_for<app::Started>(app::LoadStart{});
  const auto enrolled =
      window.ask_for<app::Enrolled>(app::EnrolDevice{protocol::to_text(server.enrolment_line())});
  const auto by = enrolled.technicians.at(0).id;
  shown::NewVisitDraft draft;
  draft.customer_name = "Nikdo";
  window.ask_for<app::VisitMade>(app::MakeNewVisit{by, draft});
  const auto revoked =
      server.house().write(server.organisation().id, [&](server::OrganisationStore& store) -> Done {
        const auto devices = storage::where<domain::Device>(store.db(), "role = 'tablet'");
        if (!devices) return devices.error();
        return server::revoke_device(store, domain::UserId{}, devices.value().at(0).id);
      });
  REQUIRE(revoked);

  window.ask(app::WakeSync{true});

  CHECK(window.next<app::StartFailed>().key == "sync.revoked.erased");
  CHECK_FALSE(std::filesystem::exists(folder.path() / "key"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "records.db"));
  CHECK_FALSE(window.ask_for<app::Started>(app::LoadStart{}).is_enrolled);
}

TEST_CASE("workers: no network is an ordinary state, said once it was tried", "[client][work][S01]") {
  PreparedFolder prepared;
  Window window{prepared.folder.path(), /*is_syncing_by_itself=*/true};
  CHECK(window.ask_for<app::Started>(app::LoadStart{}).is_enrolled);

  const auto ended = window.next<app::SyncEnded>();

  CHECK(ended.progress.problem == "sync.problem.network");
  CHECK(ended.progress.problem_since);
  CHECK_FALSE(ended.has_news);
}

TEST_CASE(
    "workers: the sync worker never holds the store while it waits for the network, nor the end of the program",
    "[client][work][S01]") {
  SilentServer silent;
  PreparedFolder prepared{silent.port};
  Window window{prepared.folder.path(), /*is_syncing_by_itself=*/true};
  window.ask_for<app::Started>(app::LoadStart{});
  window.next<app::SyncMoved>();  // it waits for a word now
  std::this_thread::sleep_for(50ms);

  const auto begun = Steady::now();
  window.ask_for<app::DraftSaved>(a_draft(prepared.house, "while it waits"));
  CHECK(Steady::now() - begun < 1s);

  const auto closing = Steady::now();
  window.close();
  CHECK(Steady::now() - closing < 2s);
}

TEST_CASE("workers: what was queued is written when the program ends", "[client][work][V05]") {
  PreparedFolder prepared;
  {
    Window window{prepared.folder.path()};
    window.ask(app::LoadStart{});
    for (int i = 0; i < 20; ++i) window.ask(a_draft(prepared.house, std::to_string(i)));
    window.ask(app::SavePlace{"visit"});
  }

  Window window{prepared.folder.path()};
  CHECK(window.ask_for<app::Started>(app::LoadStart{}).place == "visit");
  const auto& house = prepared.house;
  const auto loaded =
      window.ask_for<app::VisitLoaded>(app::LoadVisit{house.open_visit_id, house.technicians[0]});
  CHECK(loaded.draft.texts.at("note") == "19");
}

TEST_CASE("workers: a half-typed new visit is kept when the program ends, and gone once it is a visit",
          "[client][work][V15]") {
  PreparedFolder prepared;
  const auto by = prepared.house.technicians[0];
  {
    Window window{prepared.folder.path()};
    window.ask(app::LoadStart{});
    app::SaveNewVisit wish{by, {}};
    wish.draft.texts["customer"] = "Nikdo";
    window.ask(wish);
  }

  Window window{prepared.folder.path()};
  window.ask(app::LoadStart{});
  const auto draft = window.ask_for<app::NewVisitLoaded>(app::LoadNewVisit{by}).draft;
  CHECK(draft.texts.at("customer") == "Nikdo");
  window.ask_for<app::VisitMade>(app::MakeNewVisit{by, draft});
  CHECK(window.ask_for<app::NewVisitLoaded>(app::LoadNewVisit{by}).draft.texts.empty());
}

TEST_CASE("workers: what was serviced is named with a product of the catalogue, or it is said why not",
          "[client][work][V03]") {
  PreparedFolder prepared;
  const auto by = prepared.house.technicians[0];
  {
    auto place = work::open_workplace(prepared.folder.path());
    REQUIRE(place);
    domain::Product boiler;
    boiler.id = make_id<domain::ProductId>(*place.value().clock, *place.value().random);
    boiler.key = "T24";
    boiler.name = "Termona T24";
    REQUIRE(place.value().store->write(by, [&](sync::Journal& journal) { return journal.create(boiler); }));
  }
  Window window{prepared.folder.path()};
  window.ask(app::LoadStart{});
  const auto products = window.ask_for<app::ProductsLoaded>(app::LoadProducts{}).products;
  REQUIRE(products.size() == 1);
  shown::NewVisitDraft draft;
  draft.texts["customer"] = "Nikdo";
  const auto visit = window.ask_for<app::VisitMade>(app::MakeNewVisit{by, draft}).id;
  app::WriteAsset naming{by, visit, {{"asset.product", products[0].key}, {"asset.name", "Kotel"}}};

  const auto refused = window.ask_for<app::FieldRefused>(naming);
  CHECK(refused.field == "asset.name");
  CHECK(refused.detail == "new_visit.missing.asset");

  naming.texts["asset.place"] = "sklep";
  CHECK(window.ask_for<app::VisitWritten>(naming).id == visit);
  const auto page = window.next<app::VisitLoaded>().page;
  REQUIRE(page.product);
  CHECK(page.product->key == products[0].key);
}

TEST_CASE("workers: of several questions only the newest is answered", "[client][work][C02]") {
  PreparedFolder prepared;
  Window window{prepared.folder.path()};
  window.ask(app::LoadStart{});
  for (const char* text : {"v", "v2", "v22"}) window.ask(app::LoadSearch{text});
  while (!window.workers().is_idle()) std::this_thread::sleep_for(1ms);

  CHECK(window.next<app::SearchLoaded>().found.text == "v22");
}

TEST_CASE("workers: why a folder stays closed is said by a key of its own", "[client][work][S08]") {
  PreparedFolder prepared;
  Window first{prepared.folder.path()};
  first.ask_for<app::Started>(app::LoadStart{});
  Window second{prepared.folder.path()};
  CHECK(second.ask_for<app::StartFailed>(app::LoadStart{}).key == "start.locked");
  first.close();
  CHECK(second.ask_for<app::Started>(app::LoadStart{}).is_enrolled);  // trying again is all it takes
  second.close();

  std::filesystem::rename(prepared.folder.path() / "key", prepared.folder.path() / "mislaid");
  Window third{prepared.folder.path()};
  CHECK(third.ask_for<app::StartFailed>(app::LoadStart{}).key == "start.key_missing");
  std::filesystem::rename(prepared.folder.path() / "mislaid", prepared.folder.path() / "key");

  testing::write_file_bytes(prepared.folder.path() / "records.db", "this is no database");
  const auto started = third.ask_for<app::Started>(app::LoadStart{});
  CHECK(started.set_aside.starts_with("records.db.damaged-"));
  CHECK_FALSE(started.is_enrolled);
}
