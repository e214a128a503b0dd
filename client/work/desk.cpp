#include "client/work/desk.h"

#include "client/work/device_settings.h"
#include "client/work/drafts.h"
#include "client/work/kiosk_desk.h"
#include "client/work/new_visit.h"
#include "client/work/new_visit_draft.h"
#include "client/work/pins.h"
#include "client/work/problem_words.h"
#include "client/work/reading.h"
#include "client/work/staff_pin.h"
#include "client/work/write_visit.h"
#include "shared/image/thumbnail.h"

#include <type_traits>

namespace aftercare::work {
namespace {

/// A key that is missing, foreign, damaged or open to others keeps the folder closed.
bool is_about_key(const std::filesystem::path& folder, const Error& error) {
  if (error.kind != ErrorKind::Refused && error.kind != ErrorKind::Corrupt) return false;
  std::error_code unknown;
  return std::filesystem::exists(folder / "key.check", unknown) ||
         std::filesystem::exists(folder / "key", unknown);
}

std::string start_key(const std::filesystem::path& folder, const Error& error) {
  switch (error.kind) {
    case ErrorKind::Busy: return "start.locked";
    case ErrorKind::Newer: return "start.newer_schema";
    case ErrorKind::Full: return "start.no_room";
    default: return is_about_key(folder, error) ? "start.key_missing" : error_key(error.kind);
  }
}

shown::DeviceFacts facts_of(const sync::Identity& identity) {
  return {identity.organisation_name, identity.prefix,
          identity.line.host + ":" + std::to_string(identity.line.port), std::string(kAppVersion)};
}

shown::Picture picture_of(const Result<Bytes>& bytes, int side_px_max) {
  if (!bytes) return {};
  auto small = image::thumbnail(bytes.value(), side_px_max);
  if (!small) return {};
  auto& picture = small.value();
  return {picture.width_px, picture.height_px, std::move(picture.rgba)};
}

}  // namespace

Desk::Desk(const Workers::Options& options, Outbox& outbox, Sync sync)
    : options_(options), outbox_(outbox), sync_(std::move(sync)) {}

bool Desk::is_reading(const app::Effect& effect) {
  return std::holds_alternative<app::LoadTechnicians>(effect) ||
         std::holds_alternative<app::LoadDay>(effect) || std::holds_alternative<app::LoadWork>(effect) ||
         std::holds_alternative<app::LoadCustomer>(effect) ||
         std::holds_alternative<app::LoadAsset>(effect) || std::holds_alternative<app::LoadVisit>(effect) ||
         std::holds_alternative<app::LoadSearch>(effect) || std::holds_alternative<app::LoadSync>(effect) ||
         std::holds_alternative<app::LoadPhoto>(effect) ||
         std::holds_alternative<app::LoadPhotoFiles>(effect) ||
         std::holds_alternative<app::LoadProducts>(effect) ||
         std::holds_alternative<app::LoadNewVisit>(effect) ||
         std::holds_alternative<app::LoadServiceDesk>(effect) ||
         std::holds_alternative<app::FindUnit>(effect);
}

void Desk::carry_out(const app::Effect& effect) {
  std::visit(
      [this]<class Wish>(const Wish& wish) {
        constexpr bool needs_no_store =
            std::is_same_v<Wish, app::LoadStart> || std::is_same_v<Wish, app::LoadPhotoFiles>;
        if (!needs_no_store && store() == nullptr)
          return;  // closed, or erased: there is nothing to do it with
        if constexpr (requires { wish.by; }) {
          if (!wish.by.is_nil()) by_ = wish.by;
        }
        do_it(wish);
      },
      effect);
}

// ---- Start ------------------------------------------------------------------------------------------

void Desk::start_failed(const Error& error) {
  place_.reset();
  outbox_.post(app::StartFailed{start_key(options_.data, error), error.detail});
}

bool Desk::is_anothers(const sync::Identity& identity) {
  if (identity.role == options_.role) return false;
  place_.reset();
  const bool is_kiosk = identity.role == domain::DeviceRole::Kiosk;
  outbox_.post(app::StartFailed{is_kiosk ? "start.is_kiosk" : "start.is_tablet", {}});
  return true;
}

void Desk::do_it(const app::LoadStart&) {
  place_.reset();
  auto opened = open_workplace(options_.data);
  if (!opened) return start_failed(opened.error());
  place_ = std::move(opened).value();

  const auto identity = store()->identity();
  if (!identity) return start_failed(identity.error());
  if (identity.value() && is_anothers(*identity.value())) return;
  auto settings = load_settings(store()->db());
  if (!settings) return start_failed(settings.error());
  if (const auto begun = begin_waits_anew(*store()); !begun) return start_failed(begun.error());
  auto people = technicians(*store());
  if (!people) return start_failed(people.error());

  app::Started started;
  started.is_enrolled = identity.value().has_value();
  if (identity.value()) started.device = facts_of(*identity.value());
  started.device.app_version = kAppVersion;
  started.technicians = std::move(people).value();
  started.place = std::move(settings.value().place);
  started.settings = std::move(settings.value().settings);
  if (place_->set_aside) started.set_aside = place_->set_aside->filename().string();
  const auto is_enrolled = started.is_enrolled;
  outbox_.post(std::move(started));
  if (is_enrolled) sync_.begin();
}

void Desk::post_enrolled() {
  const auto identity = store()->identity();
  if (!identity || !identity.value() || is_anothers(*identity.value())) return;
  auto people = technicians(*store());
  outbox_.post(app::Enrolled{facts_of(*identity.value()),
                             people ? std::move(people).value() : std::vector<shown::Technician>{}});
}

void Desk::note_news() {
  if (store() == nullptr) return;
  if (const auto dropped = drop_drafts_of_erased(store()->db()); !dropped) write_failed(dropped.error());
}

void Desk::erase() {
  if (store() == nullptr) return;
  if (const auto erased = erase_workplace(*place_); !erased) return write_failed(erased.error());
  place_.reset();
  outbox_.post(app::StartFailed{"sync.revoked.erased", {}});
}

// ---- Reading ----------------------------------------------------------------------------------------

template <class Answer, class T, class Member>
void Desk::post_page(Result<T> page, Member Answer::*member) {
  if (!page) return write_failed(page.error());
  Answer answer{};
  answer.*member = std::move(page).value();
  outbox_.post(std::move(answer));
}

void Desk::do_it(const app::LoadTechnicians&) {
  post_page(technicians(*store()), &app::TechniciansLoaded::technicians);
}

void Desk::do_it(const app::LoadDay& wish) {
  by_ = wish.technician;
  auto day = load_day(*store(), wish.technician, wish.row_count_max);
  if (!day) return write_failed(day.error());
  outbox_.post(app::DayLoaded{wish.technician, std::move(day).value()});
}

void Desk::do_it(const app::LoadWork& wish) {
  post_page(load_work(*store(), wish.row), &app::WorkLoaded::detail);
}

void Desk::do_it(const app::LoadCustomer& wish) {
  post_page(load_customer(*store(), wish.id), &app::CustomerLoaded::page);
}

void Desk::do_it(const app::LoadAsset& wish) {
  post_page(load_asset(*store(), wish.id), &app::AssetLoaded::page);
}

void Desk::do_it(const app::LoadVisit& wish) { post_visit(wish.by.is_nil() ? by_ : wish.by, wish.id); }

void Desk::do_it(const app::LoadSearch& wish) {
  post_page(load_search(*store(), wish.text, wish.count_max), &app::SearchLoaded::found);
}

void Desk::do_it(const app::LoadSync&) {
  post_page(load_sync(*store(), place_->folder->path()), &app::SyncLoaded::page);
}

/// The thumbnail in the place of a photo that is not here yet; asking for the photo has it fetched.
void Desk::do_it(const app::LoadPhoto& wish) {
  auto bytes = store()->whole_blob(wish.sha256);
  const bool is_preview = !bytes;
  if (is_preview) {
    const auto thumbnail = store()->thumbnail_of(wish.sha256);
    if (thumbnail && thumbnail.value()) bytes = store()->whole_blob(*thumbnail.value());
  }
  outbox_.post(
      app::PhotoLoaded{wish.sha256, wish.side_px_max, picture_of(bytes, wish.side_px_max), is_preview});
}

void Desk::do_it(const app::LoadPhotoFiles&) {
  outbox_.post(app::PhotoFilesLoaded{photo_files(options_.photo_folders)});
}

void Desk::do_it(const app::LoadProducts&) {
  post_page(load_products(*store()), &app::ProductsLoaded::products);
}

void Desk::do_it(const app::LoadNewVisit& wish) {
  post_page(load_new_visit_draft(store()->db(), wish.by), &app::NewVisitLoaded::draft);
}

void Desk::post_visit(const domain::UserId& by, const domain::VisitId& visit) {
  auto page = load_visit(*store(), options_.catalogue, visit);
  if (!page) return write_failed(page.error());
  auto draft = load_draft(store()->db(), by, visit);
  if (!draft) return write_failed(draft.error());
  outbox_.post(app::VisitLoaded{std::move(page).value(), std::move(draft).value()});
}

// ---- Writing ----------------------------------------------------------------------------------------

void Desk::written(const domain::UserId& by, const domain::VisitId& visit) {
  outbox_.post(app::VisitWritten{visit});
  post_visit(by, visit);
  sync_.wake(/*is_asked_for=*/false);
}

void Desk::written(const domain::UserId& by, const domain::VisitId& visit, const Done& done) {
  if (!done) return write_failed(done.error());
  written(by, visit);
}

void Desk::do_it(const app::CheckPin& wish) {
  const auto verdict = check_pin(*store(), wish.user, wish.pin);
  if (!verdict) return write_failed(verdict.error());
  if (!verdict.value().is_right) return outbox_.post(app::PinRefused{wish.user, verdict.value().wait});
  by_ = wish.user;
  outbox_.post(app::PinAccepted{wish.user});
}

void Desk::do_it(const app::SetPin& wish) {
  if (const auto set = set_pin(*store(), wish.user, wish.pin); !set) return write_failed(set.error());
  by_ = wish.user;
  outbox_.post(app::PinSet{wish.user});
}

void Desk::do_it(const app::MakeVisit& wish) {
  const auto made = make_visit(*store(), wish.by, wish.work_order_id);
  if (!made) return write_failed(made.error());
  outbox_.post(app::VisitMade{made.value()});
  written(wish.by, made.value());
}

void Desk::do_it(const app::MakeNewVisit& wish) {
  const auto made = make_new_visit(*store(), wish.by, wish.draft);
  if (!made) return write_failed(made.error());
  outbox_.post(app::VisitMade{made.value()});
  written(wish.by, made.value());
}

void Desk::do_it(const app::WriteEvent& wish) { written(wish.by, wish.visit, write_event(*store(), wish)); }

void Desk::do_it(const app::WriteAnswer& wish) {
  const auto verdict = write_answer(*store(), wish);
  if (!verdict) return write_failed(verdict.error());
  if (!verdict.value().is_taken())
    return outbox_.post(app::FieldRefused{wish.visit, "answer." + wish.question, verdict.value().refusal});
  written(wish.by, wish.visit);
}

void Desk::do_it(const app::WriteField& wish) {
  const auto verdict = write_field(*store(), wish);
  if (!verdict) return write_failed(verdict.error());
  if (!verdict.value().is_taken())
    return outbox_.post(app::FieldRefused{wish.visit, wish.field, verdict.value().refusal});
  written(wish.by, wish.visit);
}

void Desk::do_it(const app::WriteAsset& wish) {
  const auto verdict = write_asset(*store(), wish);
  if (!verdict) return write_failed(verdict.error());
  if (!verdict.value().is_taken())
    return outbox_.post(app::FieldRefused{wish.visit, "asset.name", verdict.value().refusal});
  written(wish.by, wish.visit);
}

void Desk::do_it(const app::WriteNote& wish) { written(wish.by, wish.visit, write_note(*store(), wish)); }

void Desk::do_it(const app::WriteLanguage& wish) {
  written(wish.by, wish.visit, write_language(*store(), wish));
}

void Desk::do_it(const app::SaveDraft& wish) {
  if (const auto saved = save_draft(store()->db(), wish.by, wish.visit, wish.draft); !saved)
    return write_failed(saved.error());
  outbox_.post(app::DraftSaved{wish.visit, store()->clock().now()});
}

void Desk::do_it(const app::SaveNewVisit& wish) {
  if (const auto saved = save_new_visit_draft(store()->db(), wish.by, wish.draft); !saved)
    write_failed(saved.error());
}

void Desk::do_it(const app::KeepPhoto& wish) { written(wish.by, wish.visit, write_photo(*store(), wish)); }

void Desk::do_it(const app::WriteSignOff& wish) {
  auto sealed = write_sign_off(*store(), options_.catalogue, wish);
  if (!sealed) return write_failed(sealed.error());
  outbox_.post(app::Sealed{wish.visit, sealed.value().link});
  written(wish.by, wish.visit);
}

void Desk::do_it(const app::SavePlace& wish) {
  if (const auto saved = save_place(store()->db(), wish.place); !saved) write_failed(saved.error());
}

void Desk::do_it(const app::SaveSetting& wish) {
  if (const auto saved = save_setting(store()->db(), wish.key, wish.value); !saved)
    write_failed(saved.error());
}

void Desk::do_it(const app::HandOn& wish) {
  if (const auto noted = store()->hand_on(wish.dseqs); !noted) return write_failed(noted.error());
  do_it(app::LoadSync{});
}

// ---- Of a kiosk -------------------------------------------------------------------------------------

void Desk::do_it(const app::ForgetCustomer&) {
  if (const auto let_go = store()->db().run("PRAGMA shrink_memory"); !let_go) write_failed(let_go.error());
}

void Desk::do_it(const app::LoadServiceDesk&) {
  auto desk = service_desk(*store());
  if (!desk) return write_failed(desk.error());
  const auto has_pin = has_staff_pin(*store());
  if (!has_pin) return write_failed(has_pin.error());
  outbox_.post(app::ServiceDeskLoaded{std::move(desk).value(), has_pin.value()});
}

void Desk::do_it(const app::FindUnit& wish) {
  post_page(find_unit(*store(), wish.code, wish.product), &app::UnitFound::found);
}

void Desk::do_it(const app::SaveRating& wish) {
  std::optional<domain::RatingId> earlier;
  if (rating_ && rating_->first == wish.customer) earlier = rating_->second;
  const auto saved = save_rating(*store(), wish.given, earlier);
  if (!saved) return write_failed(saved.error());
  rating_ = {wish.customer, saved.value()};
  outbox_.post(app::RatingSaved{});
  sync_.wake(/*is_asked_for=*/false);
}

void Desk::do_it(const app::CheckStaffPin& wish) {
  const auto verdict = check_staff_pin(*store(), wish.pin);
  if (!verdict) return write_failed(verdict.error());
  if (!verdict.value().is_right) return outbox_.post(app::StaffPinRefused{verdict.value().wait});
  outbox_.post(app::StaffPinAccepted{});
}

void Desk::do_it(const app::SetStaffPin& wish) {
  if (const auto set = set_staff_pin(*store(), wish.pin); !set) return write_failed(set.error());
  outbox_.post(app::StaffPinSet{});
}

}  // namespace aftercare::work
