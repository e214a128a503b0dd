#pragma once

#include "client/shown/work_list.h"
#include "shared/domain/ready_to_leave.h"

namespace aftercare::shown {

/// A picture small enough to lie in memory and be drawn: RGBA, 8 bits each, rows without padding.
struct Picture {
  int width_px = 0;
  int height_px = 0;
  Bytes rgba;
};

/// Everything about the visit that is open on the tablet.
struct VisitPage {
  domain::VisitFile file;
  std::optional<domain::FormDefinition> form;
  domain::Customer customer;
  std::optional<domain::Site> site;
  std::optional<domain::Asset> asset;
  std::optional<domain::Product> product;
  std::optional<domain::WorkOrder> order;
  std::string technician_name;
  std::string organisation_name;
  std::string currency;                  // of the price: the visit's, before there is one the place's
  std::vector<domain::Missing> missing;  // by the one rule of ready-to-leave
  std::optional<domain::SignOff> sign_off;
  std::string summary;                // what the customer is shown or was shown, in the visit's language
  std::vector<TwoValues> two_values;  // of the visit and its parts
  std::string link;  // for the QR code; empty until it is sealed, and where the secret is not known here
};

/// One sample of a stroke: millionths of the pad's width and height are not needed, so whole pixels of
/// the pad; time from the first touch; pressure 0..1000 where the digitiser tells it.
struct StrokeSample {
  std::int64_t x = 0, y = 0, t_ms = 0;
  std::optional<std::int64_t> pressure;
  bool operator==(const StrokeSample&) const = default;
};

/// A signature while it is drawn and once it is there. Kept in the pad's own measure, so that turning the
/// tablet does not change it.
struct Signature {
  std::string digitiser = "finger";  // finger, pen, mouse
  std::int64_t width_px = 0;         // of the pad when the first stroke began
  std::int64_t height_px = 0;
  std::vector<std::vector<StrokeSample>> strokes;
  bool operator==(const Signature&) const = default;
};

/// Half-typed input of the open visit: the one thing that a screen writes. Saved within half a second of
/// the last keystroke or stroke, and taken into the journal when the field is left.
struct VisitDraft {
  // By field: "answer.<question>", "caption.<photo>", "asset.name", "asset.serial", "asset.place",
  // "asset.product", "note", "result", "promised", "price", "signer_name", "comment", "reason".
  std::map<std::string, std::string> texts;
  domain::SignerRole signer_role = domain::SignerRole::Customer;
  Signature signature;
  bool operator==(const VisitDraft&) const = default;
};

/// What starts a visit without an appointment; half-typed too.
struct NewVisitDraft {
  domain::VisitKind kind = domain::VisitKind::Repair;
  std::optional<domain::CustomerId> customer_id;  // a known one, else the fields below make a new one
  std::optional<domain::AssetId> asset_id;
  std::string customer_name;  // of the chosen one too, for the screen
  std::string asset_label;
  bool is_company = false;
  std::string language;
  // "customer", "phone", "street", "city", "postcode", "asset", "serial", "place", "product", "reason".
  std::map<std::string, std::string> texts;
};

/// Somebody who may unlock this tablet.
struct Technician {
  domain::UserId id;
  std::string name;
  std::string language;
  bool has_pin = false;
  bool is_carrier = false;  // the tablet was enrolled for this person
};

/// One visit that is not wholly at the server.
struct UnsentVisit {
  domain::VisitId id;
  std::string customer_name;
  std::string asset_name;
  domain::VisitKind kind = domain::VisitKind::Repair;
  Standing standing = Standing::Left;
  Instant at{};  // when it was sealed, or last saved
};

struct Attention {
  std::string code;    // a catalogue key of `set_aside.*` or `sync.problem.*`
  std::string record;  // what it is about, in words: "V-22-0001-K"
  std::optional<domain::VisitId> visit_id;
  std::optional<domain::CustomerId> customer_id;  // whose it is, where no visit can be opened
  std::vector<std::uint64_t> dseqs;               // of what was set aside: the first and what waits with it
  bool is_left_to_office = false;
};

/// What is where, in numbers; the sync screen says it in words.
struct SyncPage {
  std::vector<UnsentVisit> unsent;
  std::size_t unsent_visit_count = 0;
  std::size_t unsent_photo_count = 0;
  std::size_t unsent_signature_count = 0;
  std::size_t unsent_change_count = 0;
  std::size_t held_visit_count = 0;
  std::optional<Instant> synced_at;
  std::optional<std::int64_t> server_offset_ms;
  std::vector<Attention> attention;
  bool is_revoked = false;
  std::uint64_t free_byte_count = 0;  // of the disk
  std::uint64_t disk_byte_count = 0;
  std::uint64_t photo_waiting_count = 0;  // of others, left at the server for want of room here
  std::uint64_t visit_byte_count = 0;     // what a visit with photos takes here, on average
};

/// What the sync worker does just now.
struct SyncProgress {
  enum class Stage { Resting, SigningIn, Sending, Receiving, SendingPhotos, FetchingPhotos };
  Stage stage = Stage::Resting;
  std::size_t done_count = 0;
  std::size_t total_count = 0;
  std::size_t visit_done_count = 0;  // of what was recorded here and goes to the server now
  std::size_t visit_total_count = 0;
  std::size_t photo_done_count = 0;
  std::size_t photo_total_count = 0;
  std::string problem;  // a catalogue key of `sync.problem.*`; empty when the last run went well
  std::optional<Instant> problem_since;  // when the first failure of the row was
};

/// Which pictures may be taken along from a folder or a stick.
struct PhotoFile {
  std::string path;
  std::string name;
  std::uint64_t byte_count = 0;
  Instant changed_at{};
};

struct DeviceFacts {
  std::string organisation_name;
  std::string prefix;
  std::string server;  // host:port
  std::string app_version;
};

}  // namespace aftercare::shown
