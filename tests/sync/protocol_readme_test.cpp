// What sync/protocol/README.md says is what the program does. `aftercare_tests_sync "[print]"` prints the
// lists that it has to contain.

#include "sync/protocol/limits.h"
#include "sync/protocol/rescue_file.h"
#include "sync/protocol/tags.h"
#include "tests/support/fixture.h"
#include "tests/support/golden.h"

#include <fmt/format.h>

namespace aftercare {
namespace {

using namespace aftercare::testing;
using domain::EntityType;

std::string readme() {
  return read_whole(std::filesystem::path{AFTERCARE_SOURCE_DIR} / "sync/protocol/README.md");
}

template <domain::Named Enum>
std::string words_of() {
  std::string words;
  for (const auto word : domain::Names<Enum>::values)
    words += fmt::format("{}`{}`", words.empty() ? "" : " ", word);
  return words;
}

template <class Member>
std::string kind_of(const Member&) {
  if constexpr (std::same_as<Member, std::string>) {
    return "text";
  } else if constexpr (std::same_as<Member, bool>) {
    return "boolean";
  } else if constexpr (std::same_as<Member, std::int64_t>) {
    return "integer";
  } else if constexpr (std::same_as<Member, Instant>) {
    return "time";
  } else if constexpr (std::same_as<Member, domain::BlobRef>) {
    return "hash of a blob";
  } else if constexpr (std::same_as<Member, domain::Blob>) {
    return "bytes";
  } else if constexpr (domain::Named<Member>) {
    return words_of<Member>();
  } else if constexpr (requires { domain::ReferenceTo<Member>::type; }) {
    return fmt::format("id of {}", domain::table_of(domain::ReferenceTo<Member>::type));
  } else if constexpr (requires { typename Member::value_type; }) {
    return kind_of(typename Member::value_type{});
  } else {
    return "id";
  }
}

std::string table_of_fields(EntityType type) {
  const auto merge_word = [](domain::Merge merge) {
    switch (merge) {
      case domain::Merge::Once: return "once";
      case domain::Merge::Latest: return "latest";
      case domain::Merge::Office: return "office";
      case domain::Merge::Field: return "field";
      case domain::Merge::State: break;
    }
    return "state";
  };
  std::string text = fmt::format("**{} {}**\n\n| | Field | Value | Merge | |\n|---|---|---|---|---|\n",
                                 static_cast<int>(type), domain::table_of(type));
  domain::with_entity(type, [&]<class Record>() {
    const Record record{};
    domain::each_field(record, [&](std::uint32_t number, std::string_view name, const auto& member,
                                   const domain::FieldRule& rule) {
      text += fmt::format("| {} | {} | {} | {} | {} |\n", number, name, kind_of(member),
                          merge_word(rule.merge), rule.is_personal ? "personal" : "");
    });
  });
  return text;
}

TEST_CASE("readme: it lists every field of every record as the program knows it") {
  const auto text = readme();
  for (int type = 1; type <= domain::kEntityTypeLast; ++type) {
    const auto table = table_of_fields(static_cast<EntityType>(type));
    INFO(table);
    CHECK(text.find(table) != std::string::npos);
  }
}

TEST_CASE("readme: it numbers the reasons for setting aside as the wire does") {
  const auto text = readme();
  for (std::size_t at = 1; at < domain::Names<protocol::SetAsideReason>::values.size(); ++at) {
    const auto row = fmt::format("| {} | `{}` |", at, domain::Names<protocol::SetAsideReason>::values[at]);
    CAPTURE(row);
    CHECK(text.find(row) != std::string::npos);
  }
}

TEST_CASE("readme: it names every tag, reason, group and limit") {
  const auto text = readme();
  for (const auto tag :
       {protocol::kOperationTag, protocol::kBodyTag, protocol::kDecisionTag, protocol::kGroupTag,
        protocol::kSealTag, protocol::kRootTag, protocol::kSignTag, protocol::kHeadTag, protocol::kEnrolTag,
        protocol::kTokenTag, protocol::kDeviceTag, protocol::kReceiptTag, protocol::kStatementTag,
        protocol::kCountersignTag, protocol::kErasureTag, protocol::kRowTag, protocol::kRescueTag,
        protocol::kRescueEndTag}) {
    CAPTURE(tag);
    CHECK(text.find(fmt::format("`{}`", tag)) != std::string::npos);
  }
  for (std::size_t at = 1; at < domain::Names<protocol::SetAsideReason>::values.size(); ++at) {
    const auto row = fmt::format("| {} | `{}` |", at, domain::Names<protocol::SetAsideReason>::values[at]);
    CAPTURE(row);
    CHECK(text.find(row) != std::string::npos);
  }
  for (const auto& group : golden::sealed_record().groups) {
    const auto row =
        fmt::format("| `{}` | {} |", group.name, protocol::is_personal_group(group.name) ? "erased" : "kept");
    CAPTURE(row);
    CHECK(text.find(row) != std::string::npos);
  }
  const auto& limits = protocol::kLimits;
  for (const auto number :
       {limits.push_operation_count_max, limits.push_byte_count_max, limits.header_byte_count_max,
        limits.body_byte_count_max, limits.pull_operation_count_max, limits.pull_byte_count_max,
        limits.blob_question_count_max, limits.blob_byte_count_max, limits.blob_part_byte_count_max,
        limits.record_byte_count_max, protocol::kRescueLimits.head_byte_count_max,
        protocol::kRescueLimits.part_byte_count, protocol::kRescueLimits.piece_byte_count_max,
        protocol::kRescueLimits.piece_count_max}) {
    CAPTURE(number);
    CHECK(text.find(fmt::format("| {} |", number)) != std::string::npos);
  }
}

TEST_CASE("readme: its worked example is the golden bytes") {
  const auto text = readme();
  for (const auto* name :
       {"device_public_key", "genesis_hash", "body", "commitment", "header", "operation_hash", "seal_list",
        "seal", "seal_signature", "decision_merged", "decision_commitment", "root"}) {
    CAPTURE(name);
    const auto hex = to_hex(fixture(std::string("protocol/") + name + ".hex"));
    std::string wrapped;
    for (std::size_t at = 0; at < hex.size(); at += 96) wrapped += "    " + hex.substr(at, 96) + "\n";
    CHECK(text.find(wrapped) != std::string::npos);
  }
}

}  // namespace
}  // namespace aftercare
