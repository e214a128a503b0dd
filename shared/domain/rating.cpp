#include "shared/domain/rating.h"

#include "shared/base/text.h"

namespace aftercare::domain {

Done check_rating(const Rating& rating) {
  if (rating.stars < kStarsMin || rating.stars > kStarsMax)
    return Error{ErrorKind::Refused, "a rating has one to five stars"};
  if (rating.answer != RatingAnswer::None && rating.question.empty())
    return Error{ErrorKind::Refused, "an answer needs the question that was asked"};
  if (character_count(rating.comment) > kCommentMax)
    return Error{ErrorKind::Refused, "a comment has at most 2000 characters"};
  return done();
}

}  // namespace aftercare::domain
