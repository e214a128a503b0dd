#pragma once

#include "client/shown/intent.h"
#include "client/shown/kiosk.h"

/// What the app wants done, as data. The workers of client/work carry it out and answer with messages.
namespace aftercare::app {

// Reading
struct LoadStart {};  // opens the folder; answers Started or StartFailed
struct LoadTechnicians {};
struct LoadDay {
  domain::UserId technician;
  std::size_t row_count_max = 200;
};
struct LoadWork {
  shown::WorkRow row;
};
struct LoadCustomer {
  domain::CustomerId id;
};
struct LoadAsset {
  domain::AssetId id;
};
struct LoadVisit {
  domain::VisitId id;
  domain::UserId by = {};  // whose draft comes along
};
struct LoadSearch {
  std::string text;
  std::size_t count_max = 50;
};
struct LoadSync {};
struct LoadPhoto {
  Hash sha256{};
  int side_px_max = 256;
};  // decodes a photo to draw it
struct LoadPhotoFiles {};
struct LoadProducts {};
struct LoadNewVisit {
  domain::UserId by;
};

// Writing; each is one transaction
struct EnrolDevice {
  std::string line;
};
struct CheckPin {
  domain::UserId user;
  std::string pin;
};
struct SetPin {
  domain::UserId user;
  std::string pin;
};
struct MakeVisit {
  domain::UserId by;
  domain::WorkOrderId work_order_id;
};
struct MakeNewVisit {
  domain::UserId by;
  shown::NewVisitDraft draft;
};
struct WriteEvent {
  domain::UserId by;
  domain::VisitId visit;
  domain::VisitEventKind kind;
};
struct WriteAnswer {
  domain::UserId by;
  domain::VisitId visit;
  std::string question;
  std::string value;
};
/// Takes a finished field of the draft into the journal: "answer.<question>", "result", "promised", "price".
/// What does not fit stays in the draft and comes back as FieldRefused.
struct WriteField {
  domain::UserId by;
  domain::VisitId visit;
  std::string field;
  std::string text;
};
struct WriteNote {
  domain::UserId by;
  domain::VisitId visit;
  std::string text;
};
struct WriteLanguage {
  domain::UserId by;
  domain::VisitId visit;
  std::string language;
};
/// What the visit was about, met for the first time: makes the asset and names it in the visit.
struct WriteAsset {
  domain::UserId by;
  domain::VisitId visit;
  std::map<std::string, std::string> texts;  // "asset.name", "asset.serial", "asset.place", "asset.product"
};
/// A visit without appointment, half typed; MakeNewVisit forgets it.
struct SaveNewVisit {
  domain::UserId by;
  shown::NewVisitDraft draft;
};
struct SaveDraft {
  domain::UserId by;
  domain::VisitId visit;
  shown::VisitDraft draft;
};
struct KeepPhoto {
  domain::UserId by;
  domain::VisitId visit;
  std::string question;
  domain::PhotoMoment moment = domain::PhotoMoment::During;
  Bytes jpeg;        // from the camera …
  std::string path;  // … or a file to read
};
struct WriteSignOff {
  domain::UserId by;
  domain::VisitId visit;
  domain::Outcome outcome = domain::Outcome::Signed;
  domain::OutcomeReason reason = domain::OutcomeReason::None;
  std::string words;
  std::string signer_name;
  domain::SignerRole signer_role = domain::SignerRole::Customer;
  shown::Signature signature;
};

/// Where the window comes back after it died: small words, saved at once.
struct SavePlace {
  std::string place;
};
struct SaveSetting {
  std::string key;
  std::string value;
};
/// What was set aside under these numbers is left to the office; answers SyncLoaded.
struct HandOn {
  std::vector<std::uint64_t> dseqs;
};

// Beside the disk
struct WakeSync {
  bool is_asked_for = false;
};  // somebody tapped "Sync now": do not wait out a pause
struct StartCamera {};
struct StopCamera {};
struct Shoot {};           // answers PhotoTaken
struct ForgetCustomer {};  // empty the clipboard and whatever remembers typed text

// Of a kiosk
struct LoadServiceDesk {};
struct FindUnit {
  std::string code;  // typed or scanned
  std::optional<domain::ProductId> product;
};
/// What one customer thinks; their next word changes the one before.
struct SaveRating {
  std::uint64_t customer = 0;  // since the program began
  shown::RatingGiven given;
};
struct CheckStaffPin {
  std::string pin;
};
struct SetStaffPin {
  std::string pin;
};

using Effect =
    std::variant<LoadStart, LoadTechnicians, LoadDay, LoadWork, LoadCustomer, LoadAsset, LoadVisit,
                 LoadSearch, LoadSync, LoadPhoto, LoadPhotoFiles, LoadProducts, LoadNewVisit, WriteAsset,
                 SaveNewVisit, EnrolDevice, CheckPin, SetPin, MakeVisit, MakeNewVisit, WriteEvent,
                 WriteAnswer, WriteField, WriteNote, WriteLanguage, SaveDraft, KeepPhoto, WriteSignOff,
                 SavePlace, SaveSetting, HandOn, WakeSync, StartCamera, StopCamera, Shoot, ForgetCustomer,
                 LoadServiceDesk, FindUnit, SaveRating, CheckStaffPin, SetStaffPin>;

}  // namespace aftercare::app
