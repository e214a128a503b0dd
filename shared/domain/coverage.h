#pragma once

#include "shared/base/date.h"
#include "shared/domain/warranty.h"

/// Whether a unit is still covered, decided from its dates and its terms alone, with reasons (C01).
namespace aftercare::domain {

enum class TermsKind { Statutory, Manufacturer };
template <>
struct Names<TermsKind> {
  static constexpr std::array<std::string_view, 2> values{"statutory", "manufacturer"};
};

enum class TermsStart { Sale, Installation };
template <>
struct Names<TermsStart> {
  static constexpr std::array<std::string_view, 2> values{"sale", "installation"};
};

enum class CoveredItem { Parts, Labour, Travel, Wear, Accident };
template <>
struct Names<CoveredItem> {
  static constexpr std::array<std::string_view, 5> values{"parts", "labour", "travel", "wear", "accident"};
};
inline constexpr std::size_t kCoveredItemCount = Names<CoveredItem>::values.size();

/// Who may do the work without the promise ending.
enum class WorkBy { Anybody, Approved };
template <>
struct Names<WorkBy> {
  static constexpr std::array<std::string_view, 2> values{"anybody", "approved"};
};

/// One promise: by law or by the manufacturer, for so many months from a day; 0 months: not covered.
struct CoverageRule {
  TermsKind kind = TermsKind::Statutory;
  TermsStart starts = TermsStart::Sale;
  std::array<int, kCoveredItemCount> months{};  // in the order of CoveredItem
};

struct Exclusion {
  std::string key;
  Translated text;
};

/// The maintenance that the terms ask for, counted from installation (else from the sale).
struct MaintenanceRule {
  int months = 0;       // from one to the next
  int free_months = 0;  // those due within so many months cost nothing
};

struct TermsDefinition {
  Translated title;
  std::vector<CoverageRule> rules;
  std::vector<Exclusion> exclusions;
  WorkBy work_by = WorkBy::Anybody;
  std::optional<MaintenanceRule> maintenance;
};

/// Reads terms as JSON (assets/terms/README.md). Invalid with the place of the first mistake.
[[nodiscard]] Result<TermsDefinition> read_terms(std::string_view definition);

enum class Covered { Yes, No, Unknown, Partly };
template <>
struct Names<Covered> {
  static constexpr std::array<std::string_view, 4> values{"yes", "no", "unknown", "partly"};
};

/// The last part of the message keys `coverage.reason.*`. Those marked take the named argument.
enum class CoverageReasonCode {
  StatutoryRuns,        // {date}: the last day
  ManufacturerRuns,     // {date}
  StatutoryEnded,       // {date}
  ManufacturerEnded,    // {date}
  NotStarted,           // {date}: the first day
  SaleUnknown,          // the promise runs from the sale, and nobody knows the day
  InstallationUnknown,  // the same of the installation
  ItemNeverCovered,     // for single items: these terms never cover it
  NoTerms,              // no terms are on file for this unit
  ApprovedOnly,         // the work must be done by an approved partner
  Plan,                 // {plan}: a service plan belongs to it; ask for what it includes
  EndedBy,              // {date}: when exactly is not known, but not later
};
template <>
struct Names<CoverageReasonCode> {
  static constexpr std::array<std::string_view, 12> values{"statutory_runs",
                                                           "manufacturer_runs",
                                                           "statutory_ended",
                                                           "manufacturer_ended",
                                                           "not_started",
                                                           "sale_unknown",
                                                           "installation_unknown",
                                                           "item_never_covered",
                                                           "no_terms",
                                                           "approved_only",
                                                           "plan",
                                                           "ended_by"};
};

struct CoverageReason {
  CoverageReasonCode code = CoverageReasonCode::NoTerms;
  std::optional<Date> date = std::nullopt;
  std::string plan = {};
  bool operator==(const CoverageReason&) const = default;
};

struct ItemVerdict {
  Covered covered = Covered::Unknown;        // yes, no or unknown
  std::optional<Date> until = std::nullopt;  // the last day: to come for yes, past for no
  bool is_at_least = false;                  // the day is the earliest that is possible: a date is missing
  CoverageReason reason = {};
  bool operator==(const ItemVerdict&) const = default;
};

struct MaintenanceDue {
  Date due;
  bool is_free = false;
  bool operator==(const MaintenanceDue&) const = default;
};

/// What a customer is told, and why.
struct Verdict {
  /// Yes: parts and labour are covered. Partly: something is, but not both. No: nothing is any more.
  Covered covered = Covered::Unknown;
  /// Yes: the last day of both parts and labour. Partly: of what lasts longest. No: the last day there was.
  std::optional<Date> until = std::nullopt;
  bool is_until_at_least = false;  // a date is missing: it is covered until then, perhaps longer
  std::array<ItemVerdict, kCoveredItemCount> items = {};  // in the order of CoveredItem
  std::optional<MaintenanceDue> maintenance = std::nullopt;
  std::vector<CoverageReason> reasons = {};
  std::optional<Instant> as_of = std::nullopt;  // how old the data is; empty: never synced

  [[nodiscard]] const ItemVerdict& of(CoveredItem item) const {
    return items[static_cast<std::size_t>(item)];
  }
};

/// Both ends count: what ends on the 14th is still covered on the 14th. Where statutory and manufacturer's
/// promise differ, the better one counts, item by item. Without terms everything is unknown. A missing day
/// of sale or installation is bounded by the other (nobody installs before the sale), so that it is said
/// only where it matters.
[[nodiscard]] Verdict verdict_on(const Warranty& warranty, const TermsDefinition* terms, Date today,
                                 std::optional<Instant> as_of = std::nullopt);

}  // namespace aftercare::domain
