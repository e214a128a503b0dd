// Today's program makes and reads exactly the bytes that lie in tests/fixtures.

#include "sync/protocol/compress.h"
#include "sync/protocol/enrolment_line.h"
#include "sync/store/carried_rescues.h"
#include "tests/support/fixture.h"
#include "tests/support/golden.h"
#include "tests/support/scratch_folder.h"

namespace aftercare {
namespace {

using namespace aftercare::testing;
using protocol::encode;

template <class T, class Decode>
void check_both_ways(const std::string& name, const T& value, Decode&& decode) {
  check_fixture("protocol/" + name + ".hex", encode(value));
  const auto read = decode(fixture("protocol/" + name + ".hex"));
  INFO(name);
  REQUIRE(read);
  CHECK(to_hex(encode(read.value())) == to_hex(encode(value)));
}

Bytes encoded(const protocol::Operation& operation) {
  cbor::Writer writer;
  protocol::encode(writer, operation);
  return writer.take();
}

TEST_CASE("golden: an operation is the bytes that it always was [S01]", "[S01]") {
  const auto operation = golden::first_operation();

  check_fixture("protocol/device_public_key.hex", view(golden::device_key().public_key));
  check_fixture("protocol/genesis_hash.hex", view(protocol::genesis_hash(golden::device_key().public_key)));
  check_fixture("protocol/body.hex", operation.body);
  check_fixture("protocol/commitment.hex", view(protocol::commitment(operation.salt, operation.body)));
  check_fixture("protocol/header.hex", operation.header);
  check_fixture("protocol/operation_hash.hex", view(protocol::operation_hash(operation.header)));
  check_fixture("protocol/operation.hex", encoded(operation));
  check_fixture("protocol/operation_erased.hex", encoded({operation.header, {}, {}}));
  check_fixture("protocol/second_body.hex", golden::second_operation().body);
  check_fixture("protocol/second_header.hex", golden::second_operation().header);

  protocol::Head head{0, protocol::genesis_hash(golden::device_key().public_key)};
  for (const auto* name : {"", "second_"}) {
    const protocol::Operation read{
        fixture(std::string("protocol/") + name + "header.hex"),
        *name == 0 ? golden::first_operation().salt : golden::second_operation().salt,
        fixture(std::string("protocol/") + name + "body.hex")};
    CHECK(protocol::follow(head, read));
  }
  CHECK(head.dseq == 2);
}

TEST_CASE("golden: what the organisation signs is the bytes that it always was [S01][S07]", "[S01][S07]") {
  const auto organisation_key = golden::organisation_key().public_key;
  check_fixture("protocol/organisation_public_key.hex", view(organisation_key));
  check_both_ways("certificate", golden::certificate(), protocol::decode_signed);
  check_both_ways("receipt", golden::receipt(), protocol::decode_signed);
  check_both_ways("root_statement", golden::root_statement(), protocol::decode_signed);
  check_both_ways("countersign", *golden::sealed_record().countersign, protocol::decode_signed);
  check_both_ways("erasure_statement", *golden::erased_record().erasure, protocol::decode_signed);
  check_fixture("protocol/root.hex", view(golden::root(2)));

  const auto word = [](const char* name) { return protocol::decode_signed(fixture(name)).value(); };
  CHECK(is_signed_by(organisation_key, protocol::kDeviceTag, word("protocol/certificate.hex")));
  CHECK(is_signed_by(organisation_key, protocol::kReceiptTag, word("protocol/receipt.hex")));
  CHECK(is_signed_by(organisation_key, protocol::kStatementTag, word("protocol/root_statement.hex")));
  CHECK(is_signed_by(organisation_key, protocol::kCountersignTag, word("protocol/countersign.hex")));
  CHECK(is_signed_by(organisation_key, protocol::kErasureTag, word("protocol/erasure_statement.hex")));
  CHECK_FALSE(is_signed_by(organisation_key, protocol::kStatementTag, word("protocol/receipt.hex")));

  const auto receipt = protocol::decode_receipt(word("protocol/receipt.hex").statement).value();
  CHECK(receipt.head.dseq == 2);
  CHECK(receipt.backed_up_dseq == 1);
  CHECK(receipt.root == golden::root(2));
}

TEST_CASE(
    "golden: decisions and every message between device and server are the bytes that they always were [S01]",
    "[S01]") {
  check_both_ways("decision_accepted", protocol::Decision{}, protocol::decode_decision);
  check_both_ways("decision_merged", golden::merged_decision(), protocol::decode_decision);
  protocol::Decision set_aside;
  set_aside.ruling = protocol::Ruling::SetAside;
  set_aside.reason = protocol::SetAsideReason::Sealed;
  check_both_ways("decision_set_aside", set_aside, protocol::decode_decision);
  check_fixture(
      "protocol/decision_commitment.hex",
      view(protocol::decision_commitment(golden::kDecisionSalt, encode(golden::merged_decision()))));

  protocol::EnrolRequest enrol;
  enrol.organisation_id = golden::kOrganisation;
  enrol.code = "Y29kZQ";
  enrol.device_id = golden::kDevice;
  enrol.public_key = golden::device_key().public_key;
  enrol.device_name = "Tablet 4";
  enrol.app_version = "0.1.0";
  enrol.proof = sign(golden::device_key(), protocol::kEnrolTag, protocol::enrol_proof_text(enrol));
  check_both_ways("enrol_request", enrol, protocol::decode_enrol_request);
  check_both_ways("enrol_answer",
                  protocol::EnrolAnswer{"Teplo Brno", golden::kUser, golden::certificate(),
                                        golden::organisation_key().public_key, golden::hash_of(0x55),
                                        golden::kEpoch, golden::kNow},
                  protocol::decode_enrol_answer);
  check_both_ways("challenge_request", protocol::ChallengeRequest{golden::kOrganisation, golden::kDevice},
                  protocol::decode_challenge_request);
  check_fixture("protocol/challenge.hex", protocol::encode_challenge("challenge"));
  CHECK(protocol::decode_challenge(fixture("protocol/challenge.hex")).value() == "challenge");
  protocol::TokenRequest token{golden::kOrganisation, golden::kDevice, "challenge", {}};
  token.signature = sign(golden::device_key(), protocol::kTokenTag, protocol::token_text(token));
  check_both_ways("token_request", token, protocol::decode_token_request);
  token.certificate = golden::certificate();
  check_both_ways("token_request_returning", token, protocol::decode_token_request);
  check_both_ways(
      "token_answer",
      protocol::TokenAnswer{"token", golden::kNow + std::chrono::minutes{15}, golden::kNow, false},
      protocol::decode_token_answer);
  check_both_ways("push_request", golden::push_request(), protocol::decode_push_request);
  check_both_ways("push_answer",
                  protocol::PushAnswer{golden::receipt(), {{2, protocol::SetAsideReason::Sealed}}},
                  protocol::decode_push_answer);
  check_both_ways("pull_answer", golden::pull_answer(), protocol::decode_pull_answer);
  check_both_ways("checksums", golden::checksums(), protocol::decode_checksums);
  check_both_ways("snapshot_answer", golden::snapshot_answer(), protocol::decode_snapshot_answer);
  check_both_ways("lost_words",
                  std::vector<protocol::LostWord>{{golden::root_statement(), std::nullopt},
                                                  {golden::root_statement(), golden::receipt()}},
                  protocol::decode_lost_words);
  check_both_ways("unsent", protocol::Unsent{3, 1, 2, 400'000, {{"C", 1}, {"V", 12}}},
                  protocol::decode_unsent);
  check_fixture("protocol/hashes.hex", protocol::encode_hashes({golden::hash_of(1), golden::hash_of(2)}));
  CHECK(protocol::decode_hashes(fixture("protocol/hashes.hex")).value().size() == 2);
  check_both_ways(
      "erased_records",
      std::vector<protocol::ErasedRecord>{{domain::EntityType::Customer, id_cast<AnyId>(golden::kCustomer)}},
      protocol::decode_erased_records);
  check_both_ways("erased_seals",
                  std::vector<protocol::ErasedSeal>{{golden::kSignOff, *golden::erased_record().erasure}},
                  protocol::decode_erased_seals);
}

TEST_CASE("golden: a sealed record is the bytes that it always was, and is genuine [S07]", "[S07]") {
  const auto record = golden::sealed_record();
  check_fixture("protocol/seal_list.hex", record.seal_list);
  check_fixture("protocol/seal.hex", view(protocol::seal_hash(record.seal_list)));
  check_fixture("protocol/seal_header.hex", record.header);
  check_fixture("protocol/seal_signature.hex", view(record.signature));
  check_both_ways("record", record, protocol::decode_sealed_record);
  check_both_ways("record_erased", golden::erased_record(), protocol::decode_sealed_record);

  const auto whole =
      protocol::verify_record(fixture("protocol/record.hex"), golden::organisation_key().public_key);
  CHECK(whole.is_genuine);
  CHECK(whole.changed_parts().empty());
  CHECK(whole.facts.number == "V-K7-0001-3");
  CHECK(whole.facts.outcome == "signed");
  CHECK(whole.blob_count == 2);
  CHECK(whole.blob_missing_count == 0);
  CHECK(whole.not_before == golden::kNow);
  CHECK(whole.not_after == golden::kNow + std::chrono::hours{2});
  const auto erased =
      protocol::verify_record(fixture("protocol/record_erased.hex"), golden::organisation_key().public_key);
  CHECK(erased.is_genuine);
}

TEST_CASE("golden: a rescue file and its pieces on the wire are the bytes that they always were [S03]",
          "[S03]") {
  ScratchFolder folder;
  const auto frames = golden::rescue_frames();
  const auto path = folder.path() / "unsent.aftercare";
  auto writer = storage::FramedWriter::create(path, protocol::kRescueMagic);
  REQUIRE(writer);
  for (const auto& frame : frames) REQUIRE(writer.value().add(frame));
  REQUIRE(writer.value().finish());
  check_fixture("protocol/rescue_file.hex", file_bytes(path));
  check_both_ways("rescue_request", protocol::RescueRequest{frames[0], 1, frames[1]},
                  protocol::decode_rescue_request);
  check_both_ways("rescue_answer", protocol::RescueAnswer{protocol::RescueWord::Taken, 2, 2, 0},
                  protocol::decode_rescue_answer);

  // What lies there opens with the organisation's seed.
  write_file_bytes(path, fixture("protocol/rescue_file.hex"));
  const auto file = sync::open_rescue_file(path);
  REQUIRE(file);
  CHECK(file.value().is_whole().value());
  REQUIRE(file.value().count() == 4);
  const auto head_bytes = file.value().read(0).value();
  const auto head = protocol::decode_rescue_head(head_bytes);
  REQUIRE(head);
  CHECK(encode(head.value()) == head_bytes);
  const auto key = protocol::open_rescue_key(head.value(), golden::kBoxSeed);
  REQUIRE(key);
  for (std::uint64_t number = 1; number <= 3; ++number) {
    const auto piece = protocol::open_rescue_piece(key.value(), protocol::rescue_id(head_bytes), number,
                                                   file.value().read(number).value());
    REQUIRE(piece);
    if (const auto* push = std::get_if<protocol::RescuedPush>(&piece.value()))
      CHECK(protocol::decompress(push->body, 1 << 20).value() == encode(golden::push_request()));
  }
}

TEST_CASE("golden: an enrolment line is the text that it always was") {
  protocol::EnrolmentLine line;
  line.host = "sync.example.org";
  line.port = 8443;
  line.organisation_id = golden::kOrganisation;
  line.code = "Y29kZQ";
  line.pin = golden::hash_of(0x66);
  line.spare_pin = golden::hash_of(0x77);
  const auto text = protocol::to_text(line);

  CHECK(text ==
        "aftercare://sync.example.org:8443/enrol#01010101010101010101010101010101.Y29kZQ."
        "ZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY.d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3d3c");
  const auto read = protocol::enrolment_line_of_text("  " + text + "\n");
  REQUIRE(read);
  CHECK(protocol::to_text(read.value()) == text);
  CHECK(read.value().origin() == "https://sync.example.org:8443");
}

}  // namespace
}  // namespace aftercare
