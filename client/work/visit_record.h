#pragma once

#include "shared/base/money.h"
#include "shared/domain/sign_off.h"
#include "sync/protocol/strokes.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// A visit as a file says it (`aftercare record FILE.json`). The format stands in assets/demo/README.md.
namespace aftercare::work {

using protocol::StrokePoint;
using protocol::Strokes;

struct NewCustomer {
  std::string name, language, phone, email, note;
  bool is_company = false;
};
struct NewSite {
  std::string name, street, city, postcode, country, access_note;
};
struct NewAsset {
  std::string name, serial, place, product_key;
};
/// A number, a serial or an exact name.
using Named = std::string;

struct WorkOrderOf {
  std::string customer_name;
  domain::VisitKind kind = domain::VisitKind::Repair;
};

struct RecordedSignOff {
  domain::Outcome outcome = domain::Outcome::Signed;
  domain::OutcomeReason reason = domain::OutcomeReason::None;
  std::string words;
  std::string name;
  domain::SignerRole role = domain::SignerRole::Customer;
  std::optional<Strokes> strokes;
};

struct VisitRecord {
  std::optional<std::variant<Named, WorkOrderOf>> work_order;
  std::optional<std::variant<Named, NewCustomer>> customer;
  std::optional<std::variant<Named, NewSite>> site;
  std::optional<std::variant<Named, NewAsset>> asset;
  domain::VisitKind kind = domain::VisitKind::Repair;
  std::string technician, language, form, reason, result, promised;
  std::optional<Money> price;
  struct Event {
    domain::VisitEventKind kind = domain::VisitEventKind::Travelling;
    Instant at{};
    std::string zone;  // the offset that was written, "+01:00"
  };
  std::vector<Event> events;
  std::map<std::string, std::string> answers;
  struct PhotoFile {
    std::string file, question, caption;
    domain::PhotoMoment moment = domain::PhotoMoment::During;
  };
  std::vector<PhotoFile> photos;
  std::vector<std::string> notes;
  std::optional<RecordedSignOff> sign_off;
};

/// Invalid with the place and kind of the first mistake. Nothing but the text is looked at.
[[nodiscard]] Result<VisitRecord> read_visit_record(std::string_view text);

/// "2026-11-20T08:05:00+01:00"; seconds may have up to three decimals, the offset may be Z.
struct ZonedInstant {
  Instant at{};
  std::string zone;
};
[[nodiscard]] Result<ZonedInstant> zoned_instant_of_text(std::string_view text);

}  // namespace aftercare::work
