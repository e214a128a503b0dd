#pragma once

#include "client/shown/intent.h"
#include "client/shown/kiosk.h"

/// What the workers answer. Messages arrive in the order in which things happened.
namespace aftercare::app {

/// The folder is open. `place` and `settings` are what SavePlace and SaveSetting kept.
struct Started {
  bool is_enrolled = false;
  shown::DeviceFacts device;
  std::vector<shown::Technician> technicians;
  std::string place;
  std::map<std::string, std::string> settings;
  std::string set_aside;  // the damaged file's new name; empty when all was well
};
/// A catalogue key of `start.*` or `error.*` says why; the detail is for the office.
struct StartFailed {
  std::string key;
  std::string detail;
};

struct Enrolled {
  shown::DeviceFacts device;
  std::vector<shown::Technician> technicians;
};
struct EnrolFailed {
  std::string key;
  std::string detail;
};

struct TechniciansLoaded {
  std::vector<shown::Technician> technicians;
};
struct PinAccepted {
  domain::UserId user;
};
struct PinRefused {
  domain::UserId user;
  std::chrono::milliseconds wait{0};
};  // before the next try
struct PinSet {
  domain::UserId user;
};

struct DayLoaded {
  domain::UserId technician;
  shown::Day day;
};
struct WorkLoaded {
  shown::WorkDetail detail;
};
struct CustomerLoaded {
  shown::CustomerPage page;
};
struct AssetLoaded {
  shown::AssetPage page;
};
struct VisitLoaded {
  shown::VisitPage page;
  shown::VisitDraft draft;
};
struct SearchLoaded {
  shown::Found found;
};
struct SyncLoaded {
  shown::SyncPage page;
};
struct PhotoLoaded {
  Hash sha256{};
  int side_px_max = 0;
  shown::Picture picture;   // empty: it cannot be shown
  bool is_preview = false;  // the photo itself is not here yet
};
struct PhotoFilesLoaded {
  std::vector<shown::PhotoFile> files;
};

struct ProductsLoaded {
  std::vector<domain::Product> products;  // by name
};
struct NewVisitLoaded {
  shown::NewVisitDraft draft;
};

struct VisitMade {
  domain::VisitId id;
};
struct VisitWritten {
  domain::VisitId id;
};  // something about it was saved; VisitLoaded follows
struct DraftSaved {
  domain::VisitId id;
  Instant at{};
};
/// The field did not fit; the words are a catalogue key with the question's limits, or plain.
struct FieldRefused {
  domain::VisitId id;
  std::string field;
  std::string detail;
};
struct Sealed {
  domain::VisitId id;
  std::string link;
};
/// A write failed. Nothing was lost: the draft and the screen are as they were.
struct WriteFailed {
  ErrorKind kind = ErrorKind::Refused;
  std::string detail;
};

struct SyncMoved {
  shown::SyncProgress progress;
};  // while it runs
struct SyncEnded {
  shown::SyncProgress progress;
  bool has_news = false;  // records changed here: what is shown should be loaded again
};

// To a kiosk
struct ServiceDeskLoaded {
  std::optional<shown::ServiceDesk> desk;
  bool has_staff_pin = false;
};
struct UnitFound {
  shown::FoundUnit found;
};
struct RatingSaved {};
struct StaffPinAccepted {};
struct StaffPinRefused {
  std::chrono::milliseconds wait{0};
};  // before the next try
struct StaffPinSet {};

struct CameraFrame {
  shown::Picture picture;
};
struct CameraFailed {
  std::string detail;
};
struct PhotoTaken {
  Bytes jpeg;
};

using Message =
    std::variant<Started, StartFailed, Enrolled, EnrolFailed, TechniciansLoaded, PinAccepted, PinRefused,
                 PinSet, DayLoaded, WorkLoaded, CustomerLoaded, AssetLoaded, VisitLoaded, SearchLoaded,
                 SyncLoaded, PhotoLoaded, PhotoFilesLoaded, ProductsLoaded, NewVisitLoaded, VisitMade,
                 VisitWritten, DraftSaved, FieldRefused, Sealed, WriteFailed, SyncMoved, SyncEnded,
                 CameraFrame, CameraFailed, PhotoTaken, ServiceDeskLoaded, UnitFound, RatingSaved,
                 StaffPinAccepted, StaffPinRefused, StaffPinSet>;

}  // namespace aftercare::app
