#include "tests/support/big_house.h"

#include "shared/storage/records.h"
#include "shared/storage/search.h"
#include "sync/protocol/tags.h"

#include <fmt/format.h>

#include <array>
#include <random>

namespace aftercare::testing {
namespace {

struct Tongue {
  std::string_view language, country, zone, currency;
  std::array<std::string_view, 6> first_names, last_names;
  std::array<std::string_view, 4> cities, streets, complaints;
};

constexpr std::array<Tongue, 6> kTongues{{
    {"cs",
     "CZ",
     "Europe/Prague",
     "CZK",
     {"Jana", "Petr", "Božena", "Jiří", "Věra", "Tomáš"},
     {"Nováková", "Dvořák", "Svobodová", "Krejčí", "Procházka", "Veselý"},
     {"Brno", "Praha", "Říčany", "České Budějovice"},
     {"Lidická", "Na Příkopě", "Dlouhá", "Školní"},
     {"Kotel neohřívá vodu", "Pračka nevypouští", "Z komína jde kouř", "Roční prohlídka"}},
    {"ka",
     "GE",
     "Asia/Tbilisi",
     "GEL",
     {"ნინო", "გიორგი", "მარიამ", "დავით", "ქეთევან", "ლუკა"},
     {"კაპანაძე", "წერეთელი", "მჭედლიშვილი", "ბერიძე", "გელაშვილი", "ლომიძე"},
     {"თბილისი", "ბათუმი", "ქუთაისი", "მესტია"},
     {"რუსთაველის", "ჭავჭავაძის", "აღმაშენებლის", "ზღვის"},
     {"ქვაბი ღამით ითიშება", "მანქანა ხმაურობს", "წლიური მომსახურება", "წყალი არ თბება"}},
    {"sl",
     "SI",
     "Europe/Ljubljana",
     "EUR",
     {"Maja", "Luka", "Špela", "Žiga", "Anja", "Matej"},
     {"Novak", "Horvat", "Kovačič", "Zupančič", "Hribar", "Češnovar"},
     {"Ljubljana", "Maribor", "Celje", "Škofja Loka"},
     {"Slovenska", "Trubarjeva", "Cankarjeva", "Žabjak"},
     {"Kotel ne dela", "Pušča pri vratih", "Letni pregled", "Napaka E20"}},
    {"ru",
     "KZ",
     "Asia/Almaty",
     "KZT",
     {"Анна", "Фёдор", "Ольга", "Пётр", "Светлана", "Артём"},
     {"Ёлкина", "Соловьёв", "Кузнецова", "Ахметов", "Щербаков", "Нурланова"},
     {"Алматы", "Астана", "Шымкент", "Караганда"},
     {"Абая", "Ленина", "Садовая", "Гагарина"},
     {"Машина не сливает воду", "Котёл отключается", "Нет горячей воды", "Шумит вентилятор"}},
    {"vi",
     "VN",
     "Asia/Ho_Chi_Minh",
     "VND",
     {"Minh", "Thảo", "Đức", "Hương", "Quang", "Ngọc"},
     {"Nguyễn", "Trần", "Lê", "Phạm", "Đặng", "Vũ"},
     {"Hà Nội", "Đà Nẵng", "Hội An", "Cần Thơ"},
     {"Lê Lợi", "Trần Hưng Đạo", "Hai Bà Trưng", "Điện Biên Phủ"},
     {"Máy giặt rò nước", "Bảo dưỡng định kỳ", "Máy lạnh không mát", "Bình nóng lạnh hỏng"}},
    {"en",
     "IE",
     "Europe/Dublin",
     "EUR",
     {"Mary", "John", "Aoife", "Séamus", "Niamh", "Patrick"},
     {"O’Connor", "Murphy", "Byrne", "Walsh", "Fitzgerald", "Doyle"},
     {"Dublin", "Cork", "Galway", "Dún Laoghaire"},
     {"Main Street", "Church Road", "Patrick Street", "The Quay"},
     {"Boiler will not light", "No hot water", "Yearly service", "Leaks when spinning"}},
}};
constexpr std::array<std::string_view, 5> kThings{"Boiler T24", "Ventilation VX 300", "Washing machine PRL",
                                                  "Heat pump N8", "Alarm panel A2"};

/// Draws and saves; stops at the first error and keeps it.
class Builder {
 public:
  Builder(sync::DeviceStore& store, const BigHousePlan& plan)
      : store_(store), plan_(plan), now_(store.clock().now()) {}

  Done build() {
    make_people();
    make_forms();
    make_customers();
    make_orders();
    make_visits();
    return failure_;
  }
  BigHouse house;

 private:
  struct Known {
    domain::CustomerId customer_id;
    domain::SiteId site_id;
    std::array<domain::AssetId, 2> asset_ids;
    std::size_t tongue = 0;
  };

  std::size_t below(std::size_t count) { return static_cast<std::size_t>(numbers_() % count); }
  template <class IdType>
  IdType new_id() {
    return make_id<IdType>(store_.clock(), store_.random());
  }
  template <class Record>
  void save(const Record& record) {
    if (!failure_) return;
    failure_ = storage::save(store_.db(), record);
    if (failure_)
      failure_ =
          storage::index_record(store_.db(), domain::EntityInfo<Record>::type, id_cast<AnyId>(record.id));
    ++house.record_count;
  }
  template <class Record>
  void save_unsearched(const Record& record) {
    if (!failure_) return;
    failure_ = storage::save(store_.db(), record);
    ++house.record_count;
  }

  void make_people() {
    for (std::size_t i = 0; i < plan_.technician_count; ++i) {
      const auto& tongue = kTongues[i % kTongues.size()];
      domain::User user;
      user.id = new_id<domain::UserId>();
      user.name = fmt::format("{} {} {}", tongue.first_names[below(6)], tongue.last_names[below(6)], i + 1);
      user.language = tongue.language;
      save_unsearched(user);
      house.technicians.push_back(user.id);
    }
  }

  void make_forms() {
    domain::Form form;
    form.id = new_id<domain::FormId>();
    form.key = "boiler_maintenance";
    form.kind = domain::VisitKind::Maintenance;
    form.definition =
        R"({"title":{"en":"Service"},"sections":[{"key":"look","title":{"en":"Look"},"questions":[)"
        R"({"key":"clean","kind":"yes_no","label":{"en":"Is it clean?"},"required":true},)"
        R"({"key":"pressure","kind":"number","label":{"en":"Pressure"},"unit":"bar","min":"1","max":"2.5"},)"
        R"({"key":"remark","kind":"text","label":{"en":"Remark"}},)"
        R"({"key":"next","kind":"date","label":{"en":"Next time"}}]}]})";
    save_unsearched(form);
    form_id_ = form.id;
  }

  void make_customers() {
    for (std::size_t i = 0; i < plan_.customer_count; ++i) {
      Known known;
      known.tongue = below(kTongues.size());
      const auto& tongue = kTongues[known.tongue];
      domain::Customer customer;
      customer.id = known.customer_id = new_id<domain::CustomerId>();
      customer.number = fmt::format("C-22-{:05}-K", i + 1);
      customer.name = fmt::format("{} {}", tongue.first_names[below(6)], tongue.last_names[below(6)]);
      customer.language = tongue.language;
      customer.phone = fmt::format("+420{:09}", 600'000'000 + i);
      save(customer);

      domain::Site site;
      site.id = known.site_id = new_id<domain::SiteId>();
      site.customer_id = customer.id;
      site.street = fmt::format("{} {}", tongue.streets[below(4)], below(200) + 1);
      site.city = tongue.cities[below(4)];
      site.postcode = fmt::format("{:05}", below(99'999));
      site.country = tongue.country;
      save(site);

      for (auto& asset_id : known.asset_ids) {
        domain::Asset asset;
        asset.id = asset_id = new_id<domain::AssetId>();
        asset.customer_id = customer.id;
        asset.site_id = site.id;
        asset.name = kThings[below(kThings.size())];
        asset.serial = fmt::format("SN{:08}", below(99'999'999));
        asset.place = "cellar";
        save(asset);
      }
      customers_.push_back(known);
    }
    house.customer_id = customers_[customers_.size() / 2].customer_id;
    house.asset_id = customers_[customers_.size() / 2].asset_ids[0];
    house.busy_customer_id = customers_.front().customer_id;
  }

  /// The i-th of so many moments, evenly over the years until now.
  Instant some_time(std::size_t i, std::size_t count) {
    const auto step = std::chrono::milliseconds{plan_.span} / static_cast<std::int64_t>(count + 1);
    return now_ - step * static_cast<std::int64_t>(count - i);
  }

  void make_orders() {
    for (std::size_t i = 0; i < plan_.order_count; ++i) {
      const bool is_today = i + plan_.order_today_count >= plan_.order_count;
      const auto& known = customers_[below(customers_.size())];
      const auto& tongue = kTongues[known.tongue];
      domain::WorkOrder order;
      order.id = new_id<domain::WorkOrderId>();
      order.number = fmt::format("W-22-{:06}-K", i + 1);
      order.customer_id = known.customer_id;
      order.site_id = known.site_id;
      order.asset_id = known.asset_ids[below(2)];
      order.kind = static_cast<domain::VisitKind>(below(4));
      order.state = is_today ? domain::WorkOrderState::Assigned : domain::WorkOrderState::Done;
      order.technician_id = is_today ? house.technicians[0] : house.technicians[i % house.technicians.size()];
      const auto start =
          is_today ? now_ + std::chrono::hours{static_cast<int>(below(8))} : some_time(i, plan_.order_count);
      order.window_start = start;
      order.window_end = start + std::chrono::hours{2};
      order.zone = tongue.zone;
      order.summary = tongue.complaints[below(4)];
      order.form_key = "boiler_maintenance";
      save(order);
      orders_.push_back(order.id);
      if (is_today) house.order_today_id = order.id;
    }
  }

  void make_visits() {
    for (std::size_t i = 0; i < plan_.visit_count && failure_; ++i) {
      const bool is_open = i + plan_.open_visit_count >= plan_.visit_count;
      const auto& known = customers_[i % 50 == 0 ? 0 : below(customers_.size())];
      const auto& tongue = kTongues[known.tongue];
      domain::Visit visit;
      visit.id = new_id<domain::VisitId>();
      visit.number = fmt::format("V-22-{:06}-K", i + 1);
      visit.kind = static_cast<domain::VisitKind>(below(4));
      if (!is_open && i + plan_.order_today_count < orders_.size()) visit.work_order_id = orders_[i];
      visit.customer_id = known.customer_id;
      visit.site_id = known.site_id;
      visit.asset_id = known.asset_ids[below(2)];
      visit.technician_id = house.technicians[is_open ? i % 2 : i % house.technicians.size()];
      visit.form_id = form_id_;
      visit.language = tongue.language;
      visit.started_at = some_time(i, plan_.visit_count);
      visit.zone = tongue.zone;
      visit.reason = tongue.complaints[below(4)];
      visit.result = fmt::format("{} {}", tongue.complaints[below(4)], i);
      visit.price_minor = static_cast<std::int64_t>(below(500'000));
      visit.currency = tongue.currency;
      save(visit);
      make_clock(visit, is_open);
      if (!is_open) {
        make_sign_off(visit);
        make_photo(visit);
        house.sealed_visit_id = visit.id;
      } else if (visit.technician_id == house.technicians[0]) {
        house.open_visit_id = visit.id;
      }
    }
  }

  void make_clock(const domain::Visit& visit, bool is_open) {
    using enum domain::VisitEventKind;
    auto at = visit.started_at;
    for (const auto kind : {Travelling, Arrived, Working, Left}) {
      if (is_open && kind == Left) break;
      domain::VisitEvent event;
      event.id = new_id<domain::VisitEventId>();
      event.visit_id = visit.id;
      event.kind = kind;
      event.at = at;
      event.zone = visit.zone;
      save_unsearched(event);
      at += std::chrono::minutes{20};
    }
  }

  void make_sign_off(const domain::Visit& visit) {
    domain::SignOff sign_off;
    sign_off.id = new_id<domain::SignOffId>();
    sign_off.visit_id = visit.id;
    sign_off.signer_name = "somebody";
    sign_off.signed_at = visit.started_at + std::chrono::hours{1};
    sign_off.language = visit.language;
    sign_off.seal_list.bytes = "made up";
    save_unsearched(sign_off);
  }

  void make_photo(const domain::Visit& visit) {
    domain::Photo photo;
    photo.id = new_id<domain::PhotoId>();
    photo.visit_id = visit.id;
    photo.blob.sha256 = sha256(view(photo.id));
    photo.media_type = "image/jpeg";
    photo.byte_count = 1'500'000;
    photo.width = 3000;
    photo.height = 2000;
    photo.taken_at = visit.started_at;
    save_unsearched(photo);
    if (failure_) {
      failure_ = store_.db().run(
          "INSERT INTO blob (sha256, byte_count, is_small, is_here, is_held, taken_at_ms) VALUES (?, ?, 0, 1, 1, ?)",
          photo.blob.sha256, photo.byte_count, photo.taken_at);
    }
  }

  sync::DeviceStore& store_;
  const BigHousePlan& plan_;
  Instant now_;
  std::mt19937_64 numbers_{11};
  Done failure_ = done();
  domain::FormId form_id_;
  std::vector<Known> customers_;
  std::vector<domain::WorkOrderId> orders_;
};

}  // namespace

Result<BigHouse> fill_big_house(sync::DeviceStore& store, const BigHousePlan& plan) {
  Builder builder{store, plan};
  const auto built = store.db().transaction([&] { return builder.build(); });
  if (!built) return built.error();
  return std::move(builder.house);
}

sync::Identity made_up_identity(Clock& clock, Random& random) {
  sync::Identity identity;
  const auto organisation_key = make_signing_key(random);
  identity.organisation_id = make_id<protocol::OrganisationId>(clock, random);
  identity.organisation_name = "Teplo Brno";
  identity.device_id = make_id<protocol::DeviceId>(clock, random);
  identity.key = make_signing_key(random);
  identity.prefix = "23";
  identity.organisation_key = organisation_key.public_key;
  const protocol::Certificate certificate{identity.organisation_id,   identity.device_id,
                                          domain::DeviceRole::Tablet, identity.prefix,
                                          identity.key.public_key,    clock.now()};
  identity.certificate =
      protocol::sign_statement(organisation_key, protocol::kDeviceTag, protocol::encode(certificate));
  identity.line.host = "127.0.0.1";
  identity.line.port = 9;  // discard: nobody answers
  identity.line.organisation_id = identity.organisation_id;
  return identity;
}

}  // namespace aftercare::testing
