// The program in tests/tools/verify_record.py was written from the README alone. It and ours must agree.

#include "tests/support/fake_random.h"
#include "tests/support/fixture.h"
#include "tests/support/golden.h"
#include "tests/support/scratch_folder.h"

#include <sys/wait.h>

#include <cstdio>

namespace aftercare {
namespace {

using namespace aftercare::testing;

struct Verdict {
  int code = -1;  // 0 genuine, 1 not
  std::string text;
};

Verdict ask_script(const ScratchFolder& folder, const Bytes& record, const std::string& key = {}) {
  const auto file = folder.path() / "record";
  std::ofstream{file, std::ios::binary} << record;
  const auto command = std::string{"python3 '"} + AFTERCARE_SOURCE_DIR + "/tests/tools/verify_record.py' '" +
                       file.string() + "' " + key + " 2>&1";
  Verdict verdict;
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  for (std::size_t size = 0; (size = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    verdict.text.append(buffer, size);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) verdict.code = WEXITSTATUS(status);
  return verdict;
}

TEST_CASE("second reader: a stranger's program finds the golden records genuine [S07][F03]", "[S07][F03]") {
  const ScratchFolder folder;
  const auto key = to_hex(golden::organisation_key().public_key);

  const auto whole = ask_script(folder, fixture("protocol/record.hex"), key);
  CAPTURE(whole.text);
  CHECK(whole.code == 0);
  CHECK(whole.text.find("not sealed after 1790007200000 ms") != std::string::npos);
  const auto erased = ask_script(folder, fixture("protocol/record_erased.hex"), key);
  CAPTURE(erased.text);
  CHECK(erased.code == 0);
  CHECK(erased.text.find("customer: erased") != std::string::npos);
  CHECK(erased.text.find("price: unchanged") != std::string::npos);

  CHECK(ask_script(folder, fixture("protocol/record.hex"), to_hex(golden::device_key().public_key)).code ==
        1);
  CHECK(ask_script(folder, "not a record").code == 1);
}

TEST_CASE("second reader: it and ours name the same part of a record that was changed [S07]", "[S07]") {
  const ScratchFolder folder;
  const auto file = fixture("protocol/record.hex");
  FakeRandom random{11};
  std::vector<std::size_t> places;
  for (const auto& group : golden::sealed_record().groups)
    places.push_back(file.find(group.content->content) + group.content->content.size() - 1);
  for (int n = 0; n < 25; ++n) places.push_back(static_cast<std::size_t>(random.next() % file.size()));

  for (const auto at : places) {
    auto changed = file;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CAPTURE(at);
    const auto ours = protocol::verify_record(changed);
    const auto theirs = ask_script(folder, changed);
    CAPTURE(theirs.text);
    CHECK_FALSE(ours.is_genuine);
    CHECK(theirs.code == 1);
    CHECK(theirs.text.find(ours.changed_parts().front() + ": CHANGED") != std::string::npos);
  }
}

}  // namespace
}  // namespace aftercare
