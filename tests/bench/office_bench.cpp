#include "tests/bench/office_bench.h"

#include "shared/base/asset_folder.h"
#include "shared/language/catalogue.h"
#include "shared/storage/records.h"
#include "sync/office/visit_detail.h"
#include "sync/office/visit_log.h"
#include "sync/office/work_orders.h"
#include "sync/server/house.h"
#include "sync/server/office.h"
#include "tests/bench/failed.h"
#include "tests/bench/measure.h"
#include "tests/support/scratch_folder.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <functional>

namespace aftercare::bench {
namespace {

using server::OrganisationStore;

constexpr std::size_t kGroup = 1'000;  // records in a transaction
constexpr std::array<const char*, 8> kNames{"Nováková", "Dvořák",   "Župančič",  "Мельникова",
                                            "Đặng",     "ჯაფარიძე", "Pekařství", "Zdravilišče"};

void need(const Done& result) {
  if (!result) throw Failed(result.error().detail);
}
template <class T>
T need(Result<T> result) {
  return expect(std::move(result), "the office's bench");
}

/// Customers, one asset and one work order for each, and visits spread over two years; every second one is
/// refused, so that the log has a state to look up.
void fill(server::House& house, const server::OrganisationId& id, const OfficePlan& plan) {
  domain::User technician;
  std::vector<domain::CustomerId> customers;
  std::vector<domain::AssetId> assets;
  need(house.write(id, [&](OrganisationStore& store) -> Done {
    technician.id = make_id<domain::UserId>(store.clock(), store.random());
    technician.name = "Petr Svoboda";
    technician.language = "cs";
    return server::office_create(store, {}, technician);
  }));
  const auto in_groups = [&](std::size_t count,
                             const std::function<Done(OrganisationStore&, std::size_t)>& make) {
    for (std::size_t begin = 0; begin < count; begin += kGroup) {
      need(house.write(id, [&](OrganisationStore& store) -> Done {
        for (auto i = begin; i < std::min(count, begin + kGroup); ++i) {
          if (const auto made = make(store, i); !made) return made;
        }
        return done();
      }));
    }
  };
  in_groups(plan.customer_count, [&](OrganisationStore& store, std::size_t i) -> Done {
    domain::Customer customer;
    customer.id = make_id<domain::CustomerId>(store.clock(), store.random());
    customer.number = need(store.next_number('C'));
    customer.name = fmt::format("{} {}", kNames[i % kNames.size()], i);
    customer.language = "cs";
    domain::Asset asset;
    asset.id = make_id<domain::AssetId>(store.clock(), store.random());
    asset.customer_id = customer.id;
    asset.name = "Kondenzační kotel";
    asset.serial = fmt::format("T24-{:06}", i);
    domain::WorkOrder order;
    order.id = make_id<domain::WorkOrderId>(store.clock(), store.random());
    order.number = need(store.next_number('W'));
    order.customer_id = customer.id;
    order.asset_id = asset.id;
    order.summary = "Roční údržba";
    customers.push_back(customer.id);
    assets.push_back(asset.id);
    if (const auto made = server::office_create(store, {}, customer); !made) return made;
    if (const auto made = server::office_create(store, {}, asset); !made) return made;
    return server::office_create(store, {}, order);
  });
  in_groups(plan.visit_count, [&](OrganisationStore& store, std::size_t i) -> Done {
    domain::Visit visit;
    visit.id = make_id<domain::VisitId>(store.clock(), store.random());
    visit.number = need(store.next_number('V'));
    visit.kind = i % 3 == 0 ? domain::VisitKind::Repair : domain::VisitKind::Maintenance;
    visit.customer_id = customers[i % customers.size()];
    visit.asset_id = assets[i % assets.size()];
    visit.technician_id = technician.id;
    visit.language = "cs";
    visit.started_at = store.clock().now() - std::chrono::minutes{i * 10};
    visit.zone = "Europe/Prague";
    visit.result = "Hotovo";
    if (const auto made = server::office_create(store, {}, visit); !made) return made;
    if (i % 2 != 0) return done();
    // The customer's word without its groups: what a list looks up, not what a check would pass.
    domain::SignOff sign_off;
    sign_off.id = make_id<domain::SignOffId>(store.clock(), store.random());
    sign_off.visit_id = visit.id;
    sign_off.outcome = domain::Outcome::Refused;
    sign_off.signed_at = visit.started_at;
    sign_off.language = "cs";
    sign_off.seal_list.bytes = "\x80";
    return storage::save(store.db(), sign_off);
  });
}

nlohmann::ordered_json measured(std::size_t count, const std::function<void()>& ask) {
  std::vector<double> times;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    ask();
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  return {{"median_ms", median(times)}, {"p99_ms", percentile(times, 0.99)}};
}

}  // namespace

nlohmann::ordered_json run_office_bench(const OfficePlan& plan) {
  const testing::ScratchFolder folder;
  SystemClock clock;
  SystemRandom random;
  const auto house = need(server::House::open(folder.path() / "data", clock, random));
  const auto organisation = need(house->add("Bench"));
  fill(*house, organisation.id, plan);
  const auto catalogue = need(language::Catalogue::load(asset_folder() / "lang"));
  const auto store = need(house->read(organisation.id));
  auto& blobs = house->blobs(organisation.id);
  const auto page_of = [&](const office::VisitFilter& filter,
                           const std::optional<domain::VisitId>& after = {}) {
    return need(office::list_visits(*store, blobs, filter, after, office::kVisitPageMax));
  };
  auto middle =
      page_of({.until = clock.now() - std::chrono::minutes{plan.visit_count * 5}}).visits.front().id;

  nlohmann::ordered_json figures{{"visits", plan.visit_count}, {"customers", plan.customer_count}};
  const auto add = [&](const char* name, const std::function<void()>& ask) {
    figures[name] = measured(plan.read_count, ask);
  };
  add("floor", [&] {
    auto query = store->db().query("SELECT * FROM visit ORDER BY started_at_ms DESC LIMIT 201");
    std::size_t size = 0;
    while (query.next()) size += query.text(3).size();
    if (size == 0) throw Failed("the floor read nothing");
  });
  add("first_page", [&] { (void)page_of({}); });
  add("page_in_the_middle", [&] { (void)page_of({}, middle); });
  add("refused", [&] { (void)page_of({.state = "refused"}); });
  add("repairs", [&] { (void)page_of({.kind = domain::VisitKind::Repair}); });
  add("words", [&] { (void)page_of({.words = "zdravilisce 77"}); });
  add("words_of_nobody", [&] { (void)page_of({.words = "nobody at all"}); });
  add("one_visit", [&] {
    if (!need(office::visit_detail(*store, blobs, catalogue.in("ka"), middle))) throw Failed("no such visit");
  });
  add("work_orders",
      [&] { (void)need(office::list_work_orders(*store, {.state = "open"}, std::nullopt, 200)); });
  const double floor = figures["floor"]["median_ms"];
  for (auto& [name, figure] : figures.items()) {
    if (figure.is_object()) figure["times_the_floor"] = figure["median_ms"].get<double>() / floor;
  }
  return figures;
}

std::string office_table_of(const nlohmann::ordered_json& figures) {
  auto text = fmt::format("{} visits of {} customers, pages of 200\n{:<22}{:>12}{:>10}{:>10}\n",
                          figures["visits"].get<std::size_t>(), figures["customers"].get<std::size_t>(), "",
                          "MEDIAN ms", "P99 ms", "x FLOOR");
  for (const auto& [name, figure] : figures.items()) {
    if (!figure.is_object()) continue;
    text += fmt::format("{:<22}{:>12.2f}{:>10.2f}{:>10.1f}\n", name, figure["median_ms"].get<double>(),
                        figure["p99_ms"].get<double>(), figure["times_the_floor"].get<double>());
  }
  return text;
}

}  // namespace aftercare::bench
