#pragma once

#include "client/shown/visit_page.h"

#include <variant>

namespace aftercare::shown {

/// The places of the tablet.
enum class Place {
  Start,  // opening, or why it cannot be opened
  Pin,    // who are you
  Day,
  Search,
  Work,  // one work order; in portrait a screen of its own, in landscape beside the day
  Customer,
  Asset,
  NewVisit,  // a visit without an appointment
  Visit,
  Camera,
  PhotoFiles,
  Ready,     // ready to leave?
  Absent,    // nobody is here to sign
  HandOver,  // the customer's from here …
  Refuse,
  Sealed,  // … to here
  Record,  // what was sealed, for the technician
  Sync,
  Settings,
  Licences,
};
[[nodiscard]] inline bool is_customers(Place place) {
  return place == Place::HandOver || place == Place::Refuse || place == Place::Sealed;
}

enum class ThemeChoice { System, Light, Dark, Contrast };

}  // namespace aftercare::shown

/// What somebody asked for by a tap. A screen returns at most one a frame; the app decides what comes of it.
namespace aftercare::intent {

using shown::Place;
using shown::ThemeChoice;
using shown::WorkRow;

// Start and PIN
struct TryAgain {};
struct Enrol {
  std::string line;
};
struct ChooseTechnician {
  domain::UserId id;
};
struct ChooseNobody {};  // back to the list of technicians
struct TypePin {
  char digit = '0';
};
struct ErasePinDigit {};
struct Lock {};

// Going somewhere
struct GoBack {};
struct GoTo {
  Place place = Place::Day;
};  // from the rail
struct OpenWork {
  WorkRow row;
  bool has_own_screen = false;  // list and detail do not fit beside each other
};
struct OpenCustomer {
  domain::CustomerId id;
};
struct OpenAsset {
  domain::AssetId id;
};
struct OpenVisit {
  domain::VisitId id;
};  // open: to fill in; sealed: to read
struct OpenFound {
  domain::EntityType type;
  AnyId id;
};
struct ChangeSearch {};  // its text was edited
struct LoadMore {};      // the end of a bounded list was reached

// Work order and new visit
struct StartVisit {
  domain::WorkOrderId work_order_id;
};
struct PauseWork {
  domain::VisitId visit_id;
};  // from the day, without opening the visit
struct BeginNewVisit {
  std::optional<domain::CustomerId> customer_id;
  std::optional<domain::AssetId> asset_id;
};
struct ChooseVisitKind {
  domain::VisitKind kind;
};
struct ChooseCustomer {
  std::optional<domain::CustomerId> id;
  std::string name;
};  // none: a new one
struct ChooseAsset {
  std::optional<domain::AssetId> id;
  std::string label;
};
struct ChooseProduct {
  std::string key;  // the maker's article number, of the asset that is being named; empty: none
};
struct StartNewVisit {};

// Visit
struct TapClock {
  domain::VisitEventKind kind;
};
struct OpenSection {
  std::string key;
};  // a section of the form, or "photos", "notes", "outcome"
struct SetAnswer {
  std::string question;
  std::string value;
};
struct EditField {
  std::string field;
};  // a text of the draft changed
struct LeaveField {
  std::string field;
};  // and is finished
struct AddNote {};
struct NameAsset {};  // what was installed or serviced, from the draft's texts "asset.…"
struct OpenCamera {
  std::string question;
};  // empty: for the visit as a whole
struct OpenPhotoFiles {
  std::string question;
};
struct ChoosePhotoFile {
  std::string path;
};
struct TakePhoto {};
struct ShowPhoto {
  domain::PhotoId id;
};
struct ClosePhoto {};
struct SetPhotoMoment {
  domain::PhotoMoment moment;
};
struct AskReady {};
struct GoToMissing {
  domain::Missing missing;
};

// Sign-off
struct HandOver {};
struct SetCustomerLanguage {
  std::string language;
};
struct SetSignerRole {
  domain::SignerRole role;
};
struct EditSignature {};  // a stroke ended
struct ClearSignature {};
struct Sign {};
struct WantToRefuse {};
struct WantToBeAbsent {};
struct ChooseReason {
  domain::OutcomeReason reason;
};
struct Refuse {};
struct BeAbsent {};
struct TakeTabletBack {};  // asks for the PIN

// Sync and settings
struct SyncNow {};
struct OpenAttention {
  std::size_t index = 0;
};
struct LeaveToOffice {
  std::size_t index = 0;  // of what needs somebody
};
struct SetLanguage {
  std::string language;
};
struct SetTheme {
  ThemeChoice theme;
};
struct SetTextSize {
  int percent = 100;
};
struct SetGloves {
  bool is_on = false;
};
struct SetMotion {
  bool is_on = true;
};
struct CloseNotice {};

/// All of them, so that the compiler lists what a new one still needs.
using Any =
    std::variant<TryAgain, Enrol, ChooseTechnician, ChooseNobody, TypePin, ErasePinDigit, Lock, GoBack, GoTo,
                 OpenWork, OpenCustomer, OpenAsset, OpenVisit, OpenFound, ChangeSearch, LoadMore, StartVisit,
                 PauseWork, BeginNewVisit, ChooseVisitKind, ChooseCustomer, ChooseAsset, StartNewVisit,
                 ChooseProduct, NameAsset, TapClock, OpenSection, SetAnswer, EditField, LeaveField, AddNote,
                 OpenCamera, OpenPhotoFiles, ChoosePhotoFile, TakePhoto, ShowPhoto, ClosePhoto,
                 SetPhotoMoment, AskReady, GoToMissing, HandOver, SetCustomerLanguage, SetSignerRole,
                 EditSignature, ClearSignature, Sign, WantToRefuse, WantToBeAbsent, ChooseReason, Refuse,
                 BeAbsent, TakeTabletBack, SyncNow, OpenAttention, LeaveToOffice, SetLanguage, SetTheme,
                 SetTextSize, SetGloves, SetMotion, CloseNotice>;

}  // namespace aftercare::intent
