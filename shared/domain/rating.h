#pragma once

#include "shared/domain/visit.h"

namespace aftercare::domain {

using RatingId = Id<struct RatingTag>;

/// Where somebody gave their opinion.
enum class RatingSource { Kiosk, CustomerPage, Tablet };
template <>
struct Names<RatingSource> {
  static constexpr std::array<std::string_view, 3> values{"kiosk", "customer_page", "tablet"};
};

enum class RatingAnswer { None, Yes, No };
template <>
struct Names<RatingAnswer> {
  static constexpr std::array<std::string_view, 3> values{"none", "yes", "no"};
};

inline constexpr std::int64_t kStarsMin = 1;
inline constexpr std::int64_t kStarsMax = 5;
inline constexpr std::size_t kCommentMax = 2000;  // characters

/// What a customer thinks of us. At a kiosk nobody asks who they are; behind a customer's link it belongs
/// to their visit, and a second thought changes the first.
struct Rating {
  RatingId id;
  std::optional<VisitId> visit_id;
  RatingSource source = RatingSource::Kiosk;
  std::int64_t stars = 0;
  std::string question;  // the key of the one question that was asked, empty when none was
  RatingAnswer answer = RatingAnswer::None;
  std::string comment;
  std::string language;
  Instant at{};
  Bytes extra = {};
};

template <class C, class F>
requires std::same_as<std::remove_const_t<C>, Rating>
void each_field(C& rating, F&& field) {
  field(1, "visit_id", rating.visit_id, kOnce);
  field(2, "source", rating.source, kOnce);
  field(3, "stars", rating.stars, kLatest);
  field(4, "question", rating.question, kLatest);
  field(5, "answer", rating.answer, kLatest);
  field(6, "comment", rating.comment, kPersonal);
  field(7, "language", rating.language, kLatest);
  field(8, "at_ms", rating.at, kLatest);
}

/// Refused without one to five stars, with an answer to no question, or with more words than a page.
[[nodiscard]] Done check_rating(const Rating& rating);

}  // namespace aftercare::domain
