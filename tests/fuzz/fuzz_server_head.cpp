// The head of a request from anybody: one head, wholly read, or a refusal. Bytes behind it are never part of
// it.

#include "sync/server/head.h"
#include "tests/fuzz/accepted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace aftercare;
  const auto bytes = fuzz::view_of(data, size);
  const auto end = server::head_end(bytes);
  if (!end) return 0;
  fuzz::claim(*end <= size);
  const auto read = server::read_head(bytes.substr(0, *end));
  const auto* head = std::get_if<server::Head>(&read);
  if (head == nullptr) return 0;
  const auto& request = head->request;
  fuzz::claim(request.path.starts_with('/'));
  fuzz::claim(request.path.find_first_of(std::string_view{"\0\r\n #?", 6}) == std::string::npos);
  fuzz::claim(!request.header("Transfer-Encoding"));
  fuzz::claim(request.header("Host").has_value());
  for (const auto& header : request.headers) {
    fuzz::claim(header.name.find_first_of(std::string_view{"\0\r\n :", 5}) == std::string::npos);
    fuzz::claim(header.value.find_first_of(std::string_view{"\0\r\n", 3}) == std::string::npos);
  }
  (void)request.cookie("__Host-session");
  (void)request.bearer_token();
  (void)server::client_address("127.0.0.1", request.headers, {"127.0.0.1", "10.0.0.0/8"});
  return 0;
}
