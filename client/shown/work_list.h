#pragma once

#include "shared/domain/entity.h"

/// What the screens show, as plain values: filled by client/work, drawn by client/screens, kept by
/// client/app. Nothing here is ever saved; the records behind it are.
namespace aftercare::shown {

/// Where a piece of work stands for somebody who looks at a list.
enum class Standing {
  Planned,
  Travelling,
  Arrived,
  Working,
  Paused,
  Left,
  Signed,
  Refused,
  Absent,
  Cancelled
};

[[nodiscard]] inline bool is_open_visit(Standing standing) {
  return standing >= Standing::Travelling && standing <= Standing::Left;
}
[[nodiscard]] inline bool is_sealed(Standing standing) {
  return standing == Standing::Signed || standing == Standing::Refused || standing == Standing::Absent;
}

/// One line of the day: a work order, a visit without one, or a work order with its visit.
struct WorkRow {
  std::optional<domain::WorkOrderId> work_order_id;
  std::optional<domain::VisitId> visit_id;
  std::string number;  // the work order's, else the visit's
  domain::VisitKind kind = domain::VisitKind::Repair;
  std::string customer_name;
  std::string asset_name;  // empty when none is named
  std::string city;
  std::string bring;  // what to load, in the office's words
  std::optional<Instant> window_start;
  std::optional<Instant> window_end;
  std::string zone;
  Standing standing = Standing::Planned;
  std::optional<Instant> since;  // of the standing
  bool is_only_here = false;     // something about its visit has not reached the server
};

/// Today's and the coming work of one technician, and what is still open from before, in order.
struct Day {
  std::vector<WorkRow> rows;
  std::size_t row_count = 0;  // all that there are; `rows` is bounded
};

/// How far one section of the checklist is.
struct SectionProgress {
  std::string key;
  domain::Translated title;
  std::size_t done_count = 0;   // required questions that are answered
  std::size_t total_count = 0;  // required questions
};

/// An earlier visit to a customer or an asset.
struct PastVisit {
  domain::VisitId id;
  std::string number;
  domain::VisitKind kind = domain::VisitKind::Repair;
  Instant at{};
  std::string zone;
  std::string technician_name;
  std::string asset_name;
  std::string result;
  Standing standing = Standing::Left;
};

/// The work order (or the visit without one) that is looked at beside the list.
struct WorkDetail {
  WorkRow row;
  std::optional<domain::WorkOrder> order;
  std::string reason;  // what the customer asked for
  domain::Customer customer;
  std::optional<domain::Site> site;
  std::vector<domain::Contact> contacts;
  std::optional<domain::Asset> asset;
  std::optional<domain::Product> product;
  std::vector<SectionProgress> sections;  // of the visit's form, once there is a visit
  std::vector<PastVisit> before;          // at this asset, else this customer; newest first
};

struct AssetLine {
  domain::Asset asset;
  std::string product_name;
  std::string site_name;
};

/// A field that two people wrote unseen by each other: what counts, and what lost and is kept.
struct TwoValues {
  std::string record = {};    // the kind of record: "visit", "answer", "customer"
  std::string field = {};     // by its name in the records
  std::string question = {};  // of an answer
  std::string currency = {};  // of a visit's price
  std::string stands = {};    // texts, numbers, words of lists, names; empty when cleared
  std::string lost = {};
  Instant at{};          // when the one that lost was written, or replaced
  bool is_ours = false;  // written on this device
};

/// Everything that this tablet knows of a customer, on one page.
struct CustomerPage {
  domain::Customer customer;
  std::vector<domain::Site> sites;
  std::vector<domain::Contact> contacts;
  std::vector<AssetLine> assets;
  std::vector<PastVisit> visits;  // newest first, bounded
  std::size_t visit_count = 0;
  std::vector<TwoValues> two_values;
};

/// The thread of one asset.
struct AssetPage {
  domain::Asset asset;
  std::optional<domain::Product> product;
  domain::Customer customer;
  std::optional<domain::Site> site;
  std::optional<domain::Asset> parent;
  std::vector<domain::Asset> parts;  // what stands inside it
  std::vector<PastVisit> visits;
  std::size_t visit_count = 0;
};

/// Something that was found.
struct FoundRow {
  domain::EntityType type;
  AnyId id;
  std::string title;
  std::string subtitle;
  std::optional<Instant> at;
  std::string zone;
};

struct Found {
  std::string text;  // what was asked; an answer to an older question is dropped
  std::vector<FoundRow> rows;
  bool is_cut = false;  // there are more
};

}  // namespace aftercare::shown
