#pragma once

#include "shared/base/result.h"
#include "shared/domain/coverage.h"
#include "shared/domain/ready_to_leave.h"
#include "shared/language/formatter.h"

/// The words of the domain in a person's language: one place where a code becomes a text, so that
/// tablet, report and office use the same one.
namespace aftercare::language {

[[nodiscard]] std::string words(const Formatter& in, domain::VisitKind kind);
[[nodiscard]] std::string words(const Formatter& in, domain::VisitEventKind kind);
[[nodiscard]] std::string words(const Formatter& in, domain::PhotoMoment moment);
[[nodiscard]] std::string words(const Formatter& in, domain::WorkOrderState state);
[[nodiscard]] std::string words(const Formatter& in, domain::Outcome outcome);
[[nodiscard]] std::string words(const Formatter& in, domain::SignerRole role);
/// Empty for a signed visit, which needs no reason.
[[nodiscard]] std::string words(const Formatter& in, domain::Outcome outcome, domain::OutcomeReason reason);

[[nodiscard]] std::string words(const Formatter& in, domain::CoveredItem item);
/// Why something is covered, or is not.
[[nodiscard]] std::string words(const Formatter& in, const domain::CoverageReason& reason);

/// What happened, that nothing was lost, and what to do.
[[nodiscard]] std::string words(const Formatter& in, ErrorKind kind);

/// What is missing before leaving and what to do about it. The form, where there is one, gives the
/// question's own words and limits.
[[nodiscard]] std::string words(const Formatter& in, const domain::Missing& missing,
                                const domain::FormDefinition* form);

/// The answer as the customer reads it: "Yes", the choice's label, "2.5 bar", "9 July 2025". What does
/// not fit its question is shown as it is.
[[nodiscard]] std::string words(const Formatter& in, const domain::Question& question,
                                const std::string& value);

/// The name of a group of a sealed record; one that a newer program made is named as it is.
[[nodiscard]] std::string group_words(const Formatter& in, std::string_view group);

/// A unit of measure, named by its key (`litre`) or its international symbol (`l`) as forms do; one that
/// we have no words for (`mbar`) stays as it is.
[[nodiscard]] std::string unit_words(const Formatter& in, std::string_view unit);

}  // namespace aftercare::language
