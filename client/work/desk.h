#pragma once

#include "client/app/effect.h"
#include "client/work/outbox.h"
#include "client/work/start_up.h"
#include "client/work/workers.h"

namespace aftercare::work {

/// What the store worker does for the screens: carries out one effect and posts what came of it. Owns the
/// workplace with the device's one connection; used from the store worker's thread only.
class Desk {
 public:
  /// What only the sync worker can do.
  struct Sync {
    std::function<void()> begin;  // the folder is open and enrolled
    std::function<void(bool is_asked_for)> wake;
  };

  Desk(const Workers::Options& options, Outbox& outbox, Sync sync);

  /// Whether somebody waits to see the answer and nothing is lost without it.
  [[nodiscard]] static bool is_reading(const app::Effect& effect);
  void carry_out(const app::Effect& effect);

  // For the sync worker, whose tasks run here, too.
  [[nodiscard]] sync::DeviceStore* store() { return place_ ? place_->store.get() : nullptr; }
  void post_enrolled();
  void note_news();  // records came from the server
  /// The office withdrew the device, and everything was handed in: nothing stays.
  void erase();

 private:
  // Reading
  void do_it(const app::LoadStart& wish);
  void do_it(const app::LoadTechnicians& wish);
  void do_it(const app::LoadDay& wish);
  void do_it(const app::LoadWork& wish);
  void do_it(const app::LoadCustomer& wish);
  void do_it(const app::LoadAsset& wish);
  void do_it(const app::LoadVisit& wish);
  void do_it(const app::LoadSearch& wish);
  void do_it(const app::LoadSync& wish);
  void do_it(const app::LoadPhoto& wish);
  void do_it(const app::LoadPhotoFiles& wish);
  void do_it(const app::LoadProducts& wish);
  void do_it(const app::LoadNewVisit& wish);
  // Writing
  void do_it(const app::CheckPin& wish);
  void do_it(const app::SetPin& wish);
  void do_it(const app::MakeVisit& wish);
  void do_it(const app::MakeNewVisit& wish);
  void do_it(const app::WriteEvent& wish);
  void do_it(const app::WriteAnswer& wish);
  void do_it(const app::WriteField& wish);
  void do_it(const app::WriteAsset& wish);
  void do_it(const app::WriteNote& wish);
  void do_it(const app::WriteLanguage& wish);
  void do_it(const app::SaveDraft& wish);
  void do_it(const app::SaveNewVisit& wish);
  void do_it(const app::KeepPhoto& wish);
  void do_it(const app::WriteSignOff& wish);
  void do_it(const app::SavePlace& wish);
  void do_it(const app::SaveSetting& wish);
  void do_it(const app::HandOn& wish);
  // Of a kiosk
  void do_it(const app::LoadServiceDesk& wish);
  void do_it(const app::FindUnit& wish);
  void do_it(const app::SaveRating& wish);
  void do_it(const app::CheckStaffPin& wish);
  void do_it(const app::SetStaffPin& wish);
  // Others': the sync worker's, the shell's
  void do_it(const app::EnrolDevice&) {}
  void do_it(const app::WakeSync&) {}
  void do_it(const app::StartCamera&) {}
  void do_it(const app::StopCamera&) {}
  void do_it(const app::Shoot&) {}
  /// What was read of the disk is not kept in the memory until it is read again.
  void do_it(const app::ForgetCustomer&);

  void start_failed(const Error& error);
  /// Whether the folder is of another kind of device; says so and closes it then.
  [[nodiscard]] bool is_anothers(const sync::Identity& identity);
  void write_failed(const Error& error) { outbox_.post(app::WriteFailed{error.kind, error.detail}); }
  /// The visit was written: says so, shows it anew, and lets the sync know.
  void written(const domain::UserId& by, const domain::VisitId& visit);
  void written(const domain::UserId& by, const domain::VisitId& visit, const Done& done);
  void post_visit(const domain::UserId& by, const domain::VisitId& visit);
  template <class Answer, class T, class Member>
  void post_page(Result<T> page, Member Answer::*member);

  const Workers::Options& options_;
  Outbox& outbox_;
  Sync sync_;
  std::optional<Workplace> place_;
  domain::UserId by_;  // who was named last, where an effect names nobody
  /// The rating of the customer who is at the kiosk, so that their next word changes it.
  std::optional<std::pair<std::uint64_t, domain::RatingId>> rating_;
};

}  // namespace aftercare::work
