// Operations, statements and messages, as bytes from strangers.

#include "sync/protocol/compress.h"
#include "sync/protocol/enrolment_line.h"
#include "sync/protocol/known.h"
#include "sync/protocol/limits.h"
#include "tests/support/fake_random.h"
#include "tests/support/fixture.h"
#include "tests/support/golden.h"

#include <zstd.h>

#include <functional>

namespace aftercare {
namespace {

using namespace aftercare::testing;

/// Every file that is `bytes` with one byte changed, in four ways.
void each_change(const Bytes& bytes, const std::function<void(const Bytes&)>& use) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const auto flip : {0x01, 0x20, 0x80, 0xff}) {
      auto changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ flip);
      use(changed);
    }
  }
}

TEST_CASE("operation: a header with one byte changed is refused, or has another hash [S01]", "[S01]") {
  const auto header = golden::first_operation().header;
  const auto hash = protocol::operation_hash(header);
  std::size_t unnoticed_count = 0;
  each_change(header, [&](const Bytes& changed) {
    const auto read = protocol::decode_header(changed);
    if (protocol::operation_hash(changed) == hash) ++unnoticed_count;
    if (read && encode(read.value()) != changed) ++unnoticed_count;  // two forms for one meaning
  });
  CHECK(unnoticed_count == 0);
}

TEST_CASE("operation: a header that is cut, longer, or not ours is refused [S01]", "[S01]") {
  const auto operation = golden::first_operation();
  for (std::size_t size = 0; size < operation.header.size(); ++size) {
    CHECK_FALSE(protocol::decode_header(std::string_view{operation.header}.substr(0, size)));
  }
  CHECK_FALSE(protocol::decode_header(operation.header + '\0'));
  CHECK_FALSE(protocol::decode_header(Bytes(30'000, '\x81')));

  auto header = protocol::decode_header(operation.header).value();
  header.version = 2;
  CHECK(protocol::decode_header(encode(header)).error().kind == ErrorKind::Newer);
  header.version = 0;
  CHECK(protocol::decode_header(encode(header)).error().kind == ErrorKind::Invalid);
  header.version = 1;
  header.dseq = 0;
  CHECK_FALSE(protocol::decode_header(encode(header)));
  header.dseq = 1;
  header.verb = static_cast<protocol::Verb>(0);
  CHECK_FALSE(protocol::decode_header(encode(header)));
  header.verb = protocol::Verb::Create;
  header.type = static_cast<domain::EntityType>(0);
  CHECK_FALSE(protocol::decode_header(encode(header)));
}

TEST_CASE(
    "operation: a kind of record or a verb that a newer program added is read and known to be unknown [S05]",
    "[S05]") {
  auto header = protocol::decode_header(golden::first_operation().header).value();
  CHECK(protocol::is_known(header));

  header.type = static_cast<domain::EntityType>(domain::kEntityTypeLast + 1);
  const auto newer_type = protocol::decode_header(encode(header));
  header.type = domain::EntityType::Customer;
  header.verb = static_cast<protocol::Verb>(protocol::kVerbLast + 1);
  const auto newer_verb = protocol::decode_header(encode(header));

  REQUIRE(newer_type);
  CHECK_FALSE(protocol::is_known(newer_type.value()));
  REQUIRE(newer_verb);
  CHECK_FALSE(protocol::is_known(newer_verb.value()));
}

TEST_CASE("operation: a header of a version to come is told from damage, however many items it has [S05]",
          "[S05]") {
  cbor::Writer later;
  later.array(14).integer(2);
  for (int item = 1; item < 14; ++item) later.text("whatever");
  CHECK(protocol::decode_header(later.view()).error().kind == ErrorKind::Newer);
  CHECK(protocol::decode_header("\x8e").error().kind == ErrorKind::Invalid);
}

TEST_CASE("operation: one follows only the one before it, with the body that it commits to [S01]", "[S01]") {
  const auto first = golden::first_operation();
  const auto second = golden::second_operation();
  protocol::Head head{0, protocol::genesis_hash(golden::device_key().public_key)};
  const auto start = head;

  CHECK_FALSE(protocol::follow(head, second));
  CHECK(head == start);
  auto other_body = first;
  other_body.body.back() = static_cast<char>(other_body.body.back() ^ 1);
  CHECK_FALSE(protocol::follow(head, other_body));
  auto other_salt = first;
  other_salt.salt.back() = static_cast<char>(other_salt.salt.back() ^ 1);
  CHECK_FALSE(protocol::follow(head, other_salt));
  CHECK(protocol::follow(head, first));
  CHECK_FALSE(protocol::follow(head, first));
  CHECK(protocol::follow(head, second));
  CHECK(head == protocol::Head{2, protocol::operation_hash(second.header)});
}

TEST_CASE("operation: the chain still holds when bodies were erased [F03]", "[F03]") {
  protocol::Head head{0, protocol::genesis_hash(golden::device_key().public_key)};
  CHECK(protocol::follow(head, {golden::first_operation().header, {}, {}}));
  CHECK(protocol::follow(head, golden::second_operation()));
}

TEST_CASE("operation: with one byte changed on the wire it no longer follows [S01]", "[S01]") {
  cbor::Writer writer;
  protocol::encode(writer, golden::first_operation());
  std::size_t accepted_count = 0;
  const auto genuine = protocol::operation_hash(golden::first_operation().header);
  each_change(writer.take(), [&](const Bytes& changed) {
    cbor::Reader reader{changed};
    const auto operation = protocol::read_operation(reader);
    if (!reader.is_done()) return;
    protocol::Head head{0, protocol::genesis_hash(golden::device_key().public_key)};
    if (protocol::follow(head, operation) && head.hash == genuine) ++accepted_count;
  });
  CHECK(accepted_count == 0);
}

TEST_CASE("hybrid time: it only grows, even when the wall clock jumps back") {
  protocol::HybridTime time;
  time = protocol::next_hybrid(time, from_ms(1000));
  CHECK(time == protocol::HybridTime{1000, 0});
  time = protocol::next_hybrid(time, from_ms(1000));
  CHECK(time == protocol::HybridTime{1000, 1});
  time = protocol::next_hybrid(time, from_ms(5));
  CHECK(time == protocol::HybridTime{1000, 2});
  time = protocol::next_hybrid(time, from_ms(1001));
  CHECK(time == protocol::HybridTime{1001, 0});
}

TEST_CASE("statements: a signature holds for exactly these bytes under this tag [S01][S07]", "[S01][S07]") {
  const auto key = golden::organisation_key().public_key;
  const auto receipt = golden::receipt();
  std::size_t accepted_count = 0;
  each_change(encode(receipt), [&](const Bytes& changed) {
    const auto read = protocol::decode_signed(changed);
    if (read && is_signed_by(key, protocol::kReceiptTag, read.value())) ++accepted_count;
  });
  CHECK(accepted_count == 0);
  for (const auto tag :
       {protocol::kStatementTag, protocol::kCountersignTag, protocol::kDeviceTag, protocol::kErasureTag}) {
    CHECK_FALSE(is_signed_by(key, tag, receipt));
  }
  CHECK_FALSE(is_signed_by(golden::device_key().public_key, protocol::kReceiptTag, receipt));
}

template <class Decode>
void check_refuses_damage(const std::string& name, Decode&& decode) {
  const auto bytes = fixture("protocol/" + name + ".hex");
  INFO(name);
  REQUIRE(decode(bytes));
  std::size_t accepted_count = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (decode(std::string_view{bytes}.substr(0, size))) ++accepted_count;
  }
  if (decode(bytes + '\0')) ++accepted_count;
  if (decode(Bytes(30'000, '\x81'))) ++accepted_count;
  if (decode(Bytes("\xbf\xff"))) ++accepted_count;
  CHECK(accepted_count == 0);
}

TEST_CASE("messages: one that is cut anywhere, or longer than it says, is refused [S01]", "[S01]") {
  using namespace protocol;
  check_refuses_damage("certificate", [](std::string_view b) { return bool(decode_signed(b)); });
  check_refuses_damage("decision_merged", [](std::string_view b) { return bool(decode_decision(b)); });
  check_refuses_damage("enrol_request", [](std::string_view b) { return bool(decode_enrol_request(b)); });
  check_refuses_damage("enrol_answer", [](std::string_view b) { return bool(decode_enrol_answer(b)); });
  check_refuses_damage("challenge_request",
                       [](std::string_view b) { return bool(decode_challenge_request(b)); });
  check_refuses_damage("challenge", [](std::string_view b) { return bool(decode_challenge(b)); });
  check_refuses_damage("token_request", [](std::string_view b) { return bool(decode_token_request(b)); });
  check_refuses_damage("token_answer", [](std::string_view b) { return bool(decode_token_answer(b)); });
  check_refuses_damage("push_request", [](std::string_view b) { return bool(decode_push_request(b)); });
  check_refuses_damage("push_answer", [](std::string_view b) { return bool(decode_push_answer(b)); });
  check_refuses_damage("pull_answer", [](std::string_view b) { return bool(decode_pull_answer(b)); });
  check_refuses_damage("hashes", [](std::string_view b) { return bool(decode_hashes(b)); });
  check_refuses_damage("erased_records", [](std::string_view b) { return bool(decode_erased_records(b)); });
  check_refuses_damage("erased_seals", [](std::string_view b) { return bool(decode_erased_seals(b)); });
  check_refuses_damage("seal_list", [](std::string_view b) { return bool(decode_seal_list(b)); });
}

TEST_CASE("messages: a changed byte never gives two forms for one meaning [S01]", "[S01]") {
  std::size_t twofold_count = 0;
  each_change(fixture("protocol/push_request.hex"), [&](const Bytes& changed) {
    const auto read = protocol::decode_push_request(changed);
    if (read && encode(read.value()) != changed) ++twofold_count;
  });
  each_change(fixture("protocol/pull_answer.hex"), [&](const Bytes& changed) {
    const auto read = protocol::decode_pull_answer(changed);
    if (read && encode(read.value()) != changed) ++twofold_count;
  });
  each_change(fixture("protocol/decision_merged.hex"), [&](const Bytes& changed) {
    const auto read = protocol::decode_decision(changed);
    if (read && encode(read.value()) != changed) ++twofold_count;
  });
  each_change(fixture("protocol/record.hex"), [&](const Bytes& changed) {
    const auto read = protocol::decode_sealed_record(changed);
    if (read && encode(read.value()) != changed) ++twofold_count;
  });
  CHECK(twofold_count == 0);
}

TEST_CASE("messages: another version, an empty push and one of too many operations are refused") {
  auto bytes = fixture("protocol/push_request.hex");
  REQUIRE(bytes[1] == 1);
  bytes[1] = 2;
  CHECK_FALSE(protocol::decode_push_request(bytes));

  auto request = golden::push_request();
  request.operations.assign(protocol::kLimits.push_operation_count_max + 1, golden::first_operation());
  CHECK_FALSE(protocol::decode_push_request(encode(request)));
  request.operations.pop_back();
  CHECK(protocol::decode_push_request(encode(request)));
  request.operations.clear();
  CHECK_FALSE(protocol::decode_push_request(encode(request)));
  CHECK_FALSE(protocol::decode_hashes(
      protocol::encode_hashes(std::vector<Hash>(protocol::kLimits.blob_question_count_max + 1))));
}

TEST_CASE("compression: what comes out is what went in, and never more than was allowed") {
  FakeRandom random;
  for (const std::size_t size : {0U, 1U, 1000U, 300'000U, 3'000'000U}) {
    const auto bytes = random.bytes(size);
    const auto packed = protocol::compress(bytes);
    CHECK(protocol::decompress(packed, size).value() == bytes);
    if (size > 0) CHECK_FALSE(protocol::decompress(packed, size - 1));
  }
}

TEST_CASE("compression: a bomb, a damaged frame and something behind the frame are refused") {
  const std::size_t limit = 1 << 20;
  const auto packed = protocol::compress(Bytes(200 << 20, 'a'));
  REQUIRE(packed.size() < (64 << 10));
  CHECK_FALSE(protocol::decompress(packed, limit));

  // The same without a declared size: it has to be noticed while it comes out.
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  const Bytes zeros(8 << 20, '\0');
  Bytes silent(ZSTD_compressBound(zeros.size()), '\0');
  silent.resize(ZSTD_compress2(context, silent.data(), silent.size(), zeros.data(), zeros.size()));
  CHECK_FALSE(protocol::decompress(silent, limit));
  CHECK(protocol::decompress(silent, zeros.size()));

  // A window of 128 MiB: nobody may make us reserve that.
  ZSTD_CCtx_reset(context, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 27);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  Bytes wide(ZSTD_compressBound(zeros.size()), '\0');
  ZSTD_inBuffer input{zeros.data(), zeros.size() / 2, 0};
  ZSTD_outBuffer output{wide.data(), wide.size(), 0};
  (void)ZSTD_compressStream2(context, &output, &input,
                             ZSTD_e_continue);  // so that it cannot see how little is to come
  input.size = zeros.size();
  while (ZSTD_compressStream2(context, &output, &input, ZSTD_e_end) != 0) {
  }
  wide.resize(output.pos);
  ZSTD_freeCCtx(context);
  CHECK_FALSE(protocol::decompress(wide, 64 << 20));

  const auto small = protocol::compress("a sentence that is short");
  for (std::size_t size = 0; size < small.size(); ++size)
    CHECK_FALSE(protocol::decompress(std::string_view{small}.substr(0, size), limit));
  CHECK_FALSE(protocol::decompress(small + "x", limit));
  CHECK_FALSE(protocol::decompress(small + small, limit));
  CHECK_FALSE(protocol::decompress("", limit));
  CHECK_FALSE(protocol::decompress("not zstd", limit));
}

TEST_CASE("enrolment line: anything but a whole line is refused") {
  protocol::EnrolmentLine line;
  line.host = "127.0.0.1";
  line.organisation_id = golden::kOrganisation;
  line.code = "Y29kZQ";
  const auto text = protocol::to_text(line);
  REQUIRE(protocol::enrolment_line_of_text(text));
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(protocol::enrolment_line_of_text(text.substr(0, size)));
  }
  CHECK_FALSE(protocol::enrolment_line_of_text("https" + text.substr(9)));
  CHECK_FALSE(protocol::enrolment_line_of_text(text + ".x"));
  CHECK_FALSE(
      protocol::enrolment_line_of_text("aftercare://user@host:443/enrol" + text.substr(text.find('#'))));
  CHECK_FALSE(protocol::enrolment_line_of_text("aftercare://host:0/enrol" + text.substr(text.find('#'))));
  CHECK_FALSE(protocol::enrolment_line_of_text("aftercare://host:65536/enrol" + text.substr(text.find('#'))));
  CHECK_FALSE(protocol::enrolment_line_of_text("aftercare://ho st:443/enrol" + text.substr(text.find('#'))));
}

}  // namespace
}  // namespace aftercare
