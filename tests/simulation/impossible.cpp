#include "tests/simulation/coverage.h"

#include <algorithm>

namespace aftercare::simulation {
namespace {

/// What people at a device write; some of it the office writes, too.
const std::vector<std::string> kOfDevices{
    "customer create", "customer change",    "site create",   "site change",       "contact create",
    "contact change",  "asset create",       "asset change",  "work_order change", "visit create",
    "visit change",    "visit_event create", "answer create", "answer change",     "photo create",
    "photo change",    "note create",        "sign_off seal", "sign_off append",   "sealed_group create",
    "rating create"};
const std::vector<std::string> kOfTheOffice{"contact delete", "work_order create", "user create",
                                            "device create",  "device change",     "erasure create"};

bool is_in(const std::vector<std::string>& kinds, const std::string& kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

/// Whether some field of such a record merges by this rule.
bool has_merge(domain::EntityType type, domain::Merge merge) {
  return domain::with_entity(type, [&]<class Record>() {
    bool has = false;
    const Record record{};
    domain::each_field(record, [&](auto, auto, const auto&, const domain::FieldRule& rule) {
      has = has || rule.merge == merge;
    });
    return has;
  });
}

std::vector<Impossible> all() {
  std::vector<Impossible> list{
      // kind, end, ruling, fault, step
      {{"* create", "lost: *"}, "nobody else can have changed what is only being made"},
      {{"* create", "replaced: *"}, "nobody else can have changed what is only being made"},
      {{"* seal", "lost: *"}, "a seal is taken whole or not at all"},
      {{"* seal", "replaced: *"}, "a seal is taken whole or not at all"},
      {{"* append", "lost: *"}, "a signature is taken whole or not at all"},
      {{"* append", "replaced: *"}, "a signature is taken whole or not at all"},
      {{"", "replaced: once"}, "what is written once gives way to nobody"},
      {{"", "replaced: state"}, "the order of the states decides, not who came later"},
      {{"", "set aside: unreadable"}, "all bodies are written by our own programs, of one version"},
      {{"", "set aside: not_allowed"}, "the programs do not write what their device may not"},
      {{"", "set aside: unknown_record"}, "a journal arrives in its order, and restores are left out"},
      {{"", "set aside: unknown_reference"}, "a journal arrives in its order, and restores are left out"},
      {{"", "set aside: exists"}, "ids are made anew for each record"},
      {{"", "set aside: edited"}, "only the office deletes; it sees everything, and is refused at once"},
      {{"visit create", "set aside: sealed"}, "what is being made is not sealed yet"},
      {{"sealed_group create", "set aside: sealed"}, "the groups of a seal come before it"},
      {{"sign_off append", "set aside: sealed"}, "a signature belongs to its seal"},
      {{"sign_off append", "set aside: not_ready"}, "only a seal asks whether the visit is ready"},
      {{"sign_off seal", "set aside: depends_on_other"}, "nothing is said about a seal before it is made"},
      {{"* create", "set aside: depends_on_other"},
       "what it points to waits only where a whole device waits"},
      {{"work_order change", "lost: field"}, "nobody here takes an order to another asset"},
      {{"work_order change", "replaced: field"}, "nobody here takes an order to another asset"},
      {{"visit change", "lost: latest"}, "nobody here changes such a field of a visit"},
      {{"visit change", "replaced: latest"}, "nobody here changes such a field of a visit"},
      {{"", "", "", "", "other"}, "only after a restore, or with a rescue file: both are left out"},
  };
  for (const char* step : {"ask for blobs", "send blob", "fetch blob"})
    list.push_back({{"rating *", "", "", "", step}, "a kiosk has no photos"});
  for (const char* step : {"pull", "ask for blobs", "fetch blob"}) {
    for (const char* fault : {"server disk*", "server power cut"})
      list.push_back({{"", "", "", fault, step}, "the server only reads there"});
  }
  for (const char* table : {"site", "contact", "work_order", "visit", "answer", "photo"})
    list.push_back({{std::string{table} + " change", "lost: once"},
                    "no screen changes what is written once; a customer's number stands for all"});
  for (const char* table : {"customer", "site", "contact", "asset", "work_order", "rating"}) {
    list.push_back({{std::string{table} + " *", "set aside: sealed"}, "it is no part of a visit"});
    list.push_back({{std::string{table} + " change", "set aside: depends_on_other"},
                    "it is set aside only with everything of a revoked device"});
  }
  for (const auto& kind : domain_of(Axis::Kind)) {
    if (!kind.starts_with("sign_off")) {
      list.push_back({{kind, "set aside: not_ready"}, "only a seal asks whether the visit is ready"});
      list.push_back({{kind, "set aside: bad_seal"}, "it is no seal"});
    }
    if (is_in(kOfTheOffice, kind)) {
      for (const char* end : {"lost: *", "replaced: *", "set aside*"})
        list.push_back({{kind, end}, "the office sees everything, and is refused at once"});
      list.push_back({{kind, "", "", "*"}, "the office writes at the server"});
      list.push_back({{kind, "", "", "", "*"}, "the office writes at the server"});
    } else if (!is_in(kOfDevices, kind)) {
      list.push_back({{kind}, "nobody in the simulation writes it"});
    }
  }
  for (std::uint8_t number = 1; number <= domain::kEntityTypeLast; ++number) {
    const auto type = static_cast<domain::EntityType>(number);
    for (int merge = 0; merge <= static_cast<int>(domain::Merge::State); ++merge) {
      const auto rule = static_cast<domain::Merge>(merge);
      if (has_merge(type, rule)) continue;
      for (const char* end : {"lost: ", "replaced: "})
        list.push_back({{std::string{domain::table_of(type)} + " *", end + name_of(rule)},
                        "no field of such a record merges so"});
    }
  }
  for (const auto& fault : domain_of(Axis::Fault)) {
    const bool is_own_disk = fault == "power cut" || fault == "read error" || fault.starts_with("disk");
    if (!is_own_disk)
      list.push_back({{"", "", "", fault, std::string{kSaving}}, "nothing is said while one saves"});
  }
  return list;
}

}  // namespace

const std::vector<Impossible>& impossible() {
  static const std::vector<Impossible> kImpossible = all();
  return kImpossible;
}

}  // namespace aftercare::simulation
