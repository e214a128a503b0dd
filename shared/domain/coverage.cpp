#include "shared/domain/coverage.h"

#include <algorithm>

namespace aftercare::domain {
namespace {

using Code = CoverageReasonCode;

/// The dates of a unit. A day that is nonsense is as good as unknown.
struct Days {
  std::optional<Date> sold;
  std::optional<Date> installed;
};

/// What one promise says about one item.
struct Promise {
  Covered covered = Covered::No;
  std::optional<Date> until;
  bool is_at_least = false;
  CoverageReason reason;
};

bool is_statutory(const CoverageRule& rule) { return rule.kind == TermsKind::Statutory; }

/// From a day that is known.
Promise counted_from(Date start, const CoverageRule& rule, int months, Date today) {
  const auto until = plus_months(start, months);
  if (today < start) return {Covered::No, until, false, {Code::NotStarted, start}};
  if (today <= until)
    return {Covered::Yes,
            until,
            false,
            {is_statutory(rule) ? Code::StatutoryRuns : Code::ManufacturerRuns, until}};
  return {Covered::No,
          until,
          false,
          {is_statutory(rule) ? Code::StatutoryEnded : Code::ManufacturerEnded, until}};
}

/// From the sale, of which only the installation is known: it was not later, so what would have ended by
/// that day has ended.
Promise sold_by(std::optional<Date> installed, int months, Date today) {
  if (installed) {
    const auto latest = plus_months(*installed, months);
    if (latest < today) return {Covered::No, std::nullopt, false, {Code::EndedBy, latest}};
  }
  return {Covered::Unknown, std::nullopt, false, {Code::SaleUnknown}};
}

/// From the installation, of which only the sale is known: it was not earlier, so what would still run from
/// that day runs.
Promise installed_since(std::optional<Date> sold, const CoverageRule& rule, int months, Date today) {
  if (sold && *sold <= today && today <= plus_months(*sold, months)) {
    auto promise = counted_from(*sold, rule, months, today);
    promise.is_at_least = true;
    return promise;
  }
  return {Covered::Unknown, std::nullopt, false, {Code::InstallationUnknown}};
}

Promise promise_of(const CoverageRule& rule, int months, const Days& days, Date today) {
  const auto& start = rule.starts == TermsStart::Sale ? days.sold : days.installed;
  if (start) return counted_from(*start, rule, months, today);
  return rule.starts == TermsStart::Sale ? sold_by(days.installed, months, today)
                                         : installed_since(days.sold, rule, months, today);
}

/// Yes before unknown before no, then the later end.
bool is_better(const Promise& left, const Promise& right) {
  const auto rank = [](Covered covered) {
    return covered == Covered::Yes ? 2 : covered == Covered::Unknown ? 1 : 0;
  };
  if (left.covered != right.covered) return rank(left.covered) > rank(right.covered);
  if (!left.until || !right.until) return left.until.has_value();
  return *left.until > *right.until;
}

ItemVerdict item_verdict(CoveredItem item, const std::vector<CoverageRule>& rules, const Days& days,
                         Date today) {
  std::optional<Promise> best;
  for (const auto& rule : rules) {
    const int months = rule.months[static_cast<std::size_t>(item)];
    if (months == 0) continue;
    auto promise = promise_of(rule, months, days, today);
    if (!best || is_better(promise, *best)) best = std::move(promise);
  }
  if (!best) return {.covered = Covered::No, .reason = {Code::ItemNeverCovered}};
  return {best->covered, best->until, best->is_at_least, best->reason};
}

/// The first that is due from today on, and nothing before it: what was done so far stands elsewhere.
std::optional<MaintenanceDue> next_maintenance(const MaintenanceRule& rule, const Days& days, Date today) {
  const auto start = days.installed ? days.installed : days.sold;
  if (!start) return std::nullopt;
  const auto months_since = (static_cast<int>(today.year()) - static_cast<int>(start->year())) * 12 +
                            (static_cast<int>(static_cast<unsigned>(today.month())) -
                             static_cast<int>(static_cast<unsigned>(start->month())));
  int months = std::max(months_since / rule.months, 1) * rule.months;
  while (plus_months(*start, months) < today) months += rule.months;
  return MaintenanceDue{plus_months(*start, months), months <= rule.free_months};
}

void add(std::vector<CoverageReason>& reasons, const CoverageReason& reason) {
  if (std::ranges::find(reasons, reason) == reasons.end()) reasons.push_back(reason);
}

/// The whole from its parts and labour, for these are what a repair costs.
void sum_up(Verdict& verdict) {
  const auto& parts = verdict.of(CoveredItem::Parts);
  const auto& labour = verdict.of(CoveredItem::Labour);
  const auto has = [&](Covered covered) {
    return std::ranges::any_of(verdict.items, [&](const auto& item) { return item.covered == covered; });
  };
  const bool is_all = parts.covered == Covered::Yes && labour.covered == Covered::Yes;
  verdict.covered = is_all                  ? Covered::Yes
                    : has(Covered::Yes)     ? Covered::Partly
                    : has(Covered::Unknown) ? Covered::Unknown
                                            : Covered::No;
  if (is_all) {
    const auto& shorter = *parts.until <= *labour.until ? parts : labour;
    verdict.until = shorter.until;
    verdict.is_until_at_least = shorter.is_at_least;
    return;
  }
  if (verdict.covered == Covered::Unknown) return;
  for (const auto& item : verdict.items) {
    if ((verdict.covered == Covered::Partly && item.covered != Covered::Yes) || !item.until) continue;
    if (verdict.until && *verdict.until >= *item.until) continue;
    verdict.until = item.until;
    verdict.is_until_at_least = item.is_at_least;
  }
}

}  // namespace

Verdict verdict_on(const Warranty& warranty, const TermsDefinition* terms, Date today,
                   std::optional<Instant> as_of) {
  Verdict verdict;
  verdict.as_of = as_of;
  if (terms == nullptr) {
    add(verdict.reasons, {Code::NoTerms});
  } else {
    const Days days{date_of_text(warranty.sold_on), date_of_text(warranty.installed_on)};
    for (std::size_t at = 0; at < kCoveredItemCount; ++at) {
      verdict.items[at] = item_verdict(static_cast<CoveredItem>(at), terms->rules, days, today);
    }
    sum_up(verdict);
    for (const auto item : {CoveredItem::Parts, CoveredItem::Labour})
      add(verdict.reasons, verdict.of(item).reason);
    if (terms->work_by == WorkBy::Approved && verdict.covered != Covered::No)
      add(verdict.reasons, {Code::ApprovedOnly});
    if (terms->maintenance) verdict.maintenance = next_maintenance(*terms->maintenance, days, today);
  }
  if (!warranty.plan.empty()) add(verdict.reasons, {Code::Plan, std::nullopt, warranty.plan});
  return verdict;
}

}  // namespace aftercare::domain
