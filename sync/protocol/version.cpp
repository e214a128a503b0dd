#include "sync/protocol/version.h"

#include <algorithm>
#include <charconv>

namespace aftercare::protocol {
namespace {

constexpr std::uint32_t kNumberMax = 99'999;

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end || number > kNumberMax) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Versions> versions_of_text(std::string_view text) {
  const auto hyphen = text.find('-');
  const auto oldest = number_of(text.substr(0, hyphen));
  const auto newest = hyphen == std::string_view::npos ? oldest : number_of(text.substr(hyphen + 1));
  if (!oldest || !newest || *oldest > *newest) return std::nullopt;
  return Versions{*oldest, *newest};
}

std::string to_text(const Versions& versions) {
  auto text = std::to_string(versions.oldest);
  if (versions.newest != versions.oldest) text += "-" + std::to_string(versions.newest);
  return text;
}

Agreement agree(const Versions& ours, const Versions& theirs) {
  if (theirs.newest < ours.oldest) return {Meeting::TooOld, ours.newest};
  if (theirs.oldest > ours.newest) return {Meeting::TooNew, ours.newest};
  return {Meeting::Understood, std::min(ours.newest, theirs.newest)};
}

}  // namespace aftercare::protocol
