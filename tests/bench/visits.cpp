#include "tests/bench/visits.h"

#include "shared/base/short_number.h"
#include "shared/domain/codec.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/tags.h"
#include "tests/bench/failed.h"

#include <fmt/format.h>

#include <array>

namespace aftercare::bench {
namespace {

using Sayings = std::span<const std::string_view>;

// {0}, {1}: numbers; {2}: a part; {3}: a place
constexpr std::array<const char*, 24> kSentences{
    "Replaced the {2}, serial number {0}-{1}, and checked it for {1} minutes under load.",
    "The customer reports noise from the {2} since last week, mostly in the {3}.",
    "Pressure before the work {0} kPa, after it {1} kPa; the limit of the maker is 180 kPa.",
    "Cleaned the filter of the {2}; it was last changed {1} months ago.",
    "Explained to the customer how to reset the {2} after a power cut.",
    "Measured {0} mV at the {2}, which is within the tolerance.",
    "The {2} in the {3} is worn to {1} percent and should be changed at the next visit.",
    "Tightened {1} screws of the mounting in the {3}; one was missing and was added.",
    "Updated the firmware of the {2} to version 4.{1}; settings were kept.",
    "Found water below the {2}; dried the {3} and sealed the joint with {1} ml of silicone.",
    "Error code E{1} was stored {0} hours ago and was cleared after the repair.",
    "Took photographs of the {2} before and after; see the attachments.",
    "The {3} was locked; the caretaker opened it after {1} minutes.",
    "Ordered a new {2}, part number {0}-{1}, delivery is expected within a week.",
    "Test run of {1} minutes without complaint; the {2} reached {1} degrees.",
    "Calibrated the {2} with reference weight {0} g; deviation {1} mg.",
    "The cable to the {2} was damaged near the {3}; shortened it by {1} cm and crimped it again.",
    "Advised the customer not to use the {2} until the {3} is aired.",
    "Battery of the {2} at {1} percent after {0} charge cycles; no change needed yet.",
    "Left {1} spare fuses with the customer, in the drawer of the {3}.",
    "Lubricated the bearing of the {2}; play is {1} hundredths of a millimetre.",
    "Removed packaging and old {2}; both go to recycling under note {0}.",
    "The customer asked about a maintenance contract; office to send an offer.",
    "Next service is due at {0} operating hours.",
};
constexpr std::array<std::string_view, 16> kParts{
    "pump",      "compressor",   "door seal",       "control board", "heat exchanger",
    "fan motor", "drain valve",  "thermostat",      "lamp",          "drive belt",
    "inverter",  "water filter", "pressure switch", "hinge",         "touch panel",
    "gas valve"};
constexpr std::array<std::string_view, 10> kPlaces{"kitchen",  "cellar",    "boiler room", "corridor",
                                                   "workshop", "roof",      "reception",   "garage",
                                                   "bathroom", "store room"};
// What people put in between: it keeps two reports from being the same.
constexpr std::array<std::string_view, 133> kWords{
    "after",    "again",   "almost",  "already", "always",    "around",    "before",    "behind",
    "below",    "beside",  "better",  "between", "broken",    "brown",     "carefully", "changed",
    "clean",    "cleared", "closed",  "cold",    "corner",    "correct",   "covered",   "customer",
    "cracked",  "damaged", "daily",   "dark",    "delayed",   "different", "dirty",     "double",
    "dry",      "early",   "empty",   "enough",  "entrance",  "evening",   "every",     "fast",
    "filled",   "first",   "floor",   "found",   "front",     "full",      "glass",     "green",
    "half",     "heavy",   "heard",   "hidden",  "hours",     "inside",    "instead",   "kept",
    "large",    "later",   "leaking", "left",    "less",      "likely",    "little",    "longer",
    "loose",    "lower",   "main",    "many",    "metal",     "middle",    "missing",   "morning",
    "mostly",   "moved",   "narrow",  "near",    "never",     "new",       "next",      "noted",
    "often",    "older",   "once",    "only",    "open",      "orange",    "outside",   "over",
    "painted",  "partly",  "plastic", "ready",   "rear",      "repaired",  "replaced",  "right",
    "rough",    "rusty",   "safe",    "second",  "seldom",    "several",   "short",     "side",
    "slightly", "slow",    "small",   "soft",    "sometimes", "soon",      "spare",     "steady",
    "still",    "strong",  "third",   "tight",   "today",     "together",  "tomorrow",  "under",
    "unusual",  "upper",   "usual",   "visible", "warm",      "weak",      "week",      "wet",
    "white",    "wide",    "worn",    "yellow",  "yesterday"};
constexpr std::array<std::string_view, 5> kReasons{
    "Does not switch on any more since the storm", "Yearly maintenance", "Loud noise while running",
    "Water on the floor below the machine", "Shows an error after the update"};

}  // namespace

VisitWriter::VisitWriter(std::vector<domain::CustomerId> customers, domain::UserId technician,
                         std::size_t body_byte_count, std::size_t free_text_percent)
    : customers_(std::move(customers)),
      technician_(technician),
      body_byte_count_(body_byte_count),
      free_text_percent_(free_text_percent) {}

std::string VisitWriter::sentence() {
  const auto word = [this] { return kWords[below(kWords.size())]; };
  const auto said = fmt::format(fmt::runtime(kSentences[below(kSentences.size())]), 10'000 + below(90'000),
                                10 + below(90), kParts[below(kParts.size())], kPlaces[below(kPlaces.size())]);
  return fmt::format("{} Seen: {}, {} and {}.", said, word(), word(), word());
}

/// Words put together from syllables: zstd makes them half as long, and prose 2.4 times shorter.
std::string VisitWriter::free_sentence() {
  std::string said;
  for (std::size_t words = 6 + below(9); words > 0; --words) {
    for (std::size_t syllables = 1 + below(3); syllables > 0; --syllables) {
      said += "bcdfghjklmnprstvz"[below(17)];
      said += "aeiou"[below(5)];
      if (below(3) == 0) said += "lnrst"[below(5)];
    }
    said += words > 1 ? " " : ".";
  }
  return said;
}

Bytes VisitWriter::next_body(const std::string& number, Instant now) {
  domain::Visit visit;
  visit.number = number;
  visit.customer_id = customers_[below(customers_.size())];
  visit.technician_id = technician_;
  visit.language = "en";
  visit.started_at = now;
  visit.zone = "Europe/Prague";
  visit.reason = kReasons[below(kReasons.size())];
  visit.promised = "Call back within two days";
  visit.price_minor = static_cast<std::int64_t>(1'000 + below(50'000));
  visit.currency = "EUR";
  while (visit.result.size() < body_byte_count_)
    visit.result += (below(100) < free_text_percent_ ? free_sentence() : sentence()) + ' ';

  const auto size = cbor::encode(domain::fields_of(visit)).size();
  expect_that(size - visit.result.size() + 300 < body_byte_count_, "a visit has at least 600 bytes");
  visit.result.resize(visit.result.size() - (size - body_byte_count_));
  return cbor::encode(domain::fields_of(visit));
}

MemoryJournal::MemoryJournal(const sync::Identity& identity)
    : identity_(identity), lineage_(protocol::genesis_hash(identity.key.public_key)) {
  head_ = {0, lineage_};
}

void MemoryJournal::create(domain::EntityType type, const AnyId& id, Bytes body) {
  static SystemClock clock;
  static SystemRandom random;
  time_ = protocol::next_hybrid(time_, clock.now());
  const protocol::Header header{.organisation_id = identity_.organisation_id,
                                .device_id = identity_.device_id,
                                .dseq = head_.dseq + 1,
                                .previous_hash = head_.hash,
                                .time = time_,
                                .user_id = identity_.user_id.value_or(domain::UserId{}),
                                .verb = protocol::Verb::Create,
                                .type = type,
                                .entity_id = id};
  waiting_.push_back(protocol::make_operation(header, std::move(body), random));
  head_ = {header.dseq, protocol::operation_hash(waiting_.back().header)};
}

std::vector<protocol::PushRequest> MemoryJournal::take_pushes(std::size_t count_max) {
  constexpr std::size_t kFrame = 256;  // what encloses an operation, at most
  const auto byte_count_max = protocol::kLimits.push_byte_count_max - (32 << 10);
  std::vector<protocol::PushRequest> pushes;
  std::size_t byte_count = 0;
  for (auto& operation : waiting_) {
    const auto size = operation.header.size() + operation.body.size() + kFrame;
    const bool is_full =
        pushes.empty() || pushes.back().operations.size() >= count_max || byte_count + size > byte_count_max;
    if (is_full) {
      pushes.push_back({.lineage = lineage_, .operations = {}, .head_signature = {}});
      byte_count = 0;
    }
    byte_count += size;
    pushes.back().operations.push_back(std::move(operation));
  }
  waiting_.clear();
  for (auto& push : pushes) {
    push.head_signature = sign(identity_.key, protocol::kHeadTag,
                               protocol::head_text(identity_.organisation_id, head_after(push).hash));
  }
  return pushes;
}

protocol::Head MemoryJournal::head_after(const protocol::PushRequest& push) {
  const auto& last = push.operations.back().header;
  return {expect(protocol::decode_header(last), "our own operation").dseq, protocol::operation_hash(last)};
}

std::string MemoryJournal::next_number(char kind) {
  return to_text(ShortNumber{kind, identity_.prefix, ++number_});
}

}  // namespace aftercare::bench
