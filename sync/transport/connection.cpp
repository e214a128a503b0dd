#include "sync/transport/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <mutex>

namespace aftercare::sync {
namespace {

struct List {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, List>;

/// What the callbacks of one call need, and why they stopped it.
struct Reception {
  const Call& call;
  const HttpsOptions& options;
  PinnedTrust& trust;
  Answer answer;
  std::size_t header_byte_count = 0;
  bool is_head_whole = false;
  bool is_too_large = false;
  bool is_foreign = false;  // not the way our server answers
};

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& reception = *static_cast<Reception*>(user);
  // Counted over all of them: informational answers and chunk trailers come through here, too.
  reception.header_byte_count += size;
  if (reception.header_byte_count > reception.options.limits.header_byte_count_max) {
    reception.is_too_large = true;
    return 0;
  }
  const std::string_view line{data, size};
  if (line.starts_with("HTTP/")) reception.is_head_whole = false;
  if (line == "\r\n" || line == "\n") reception.is_head_whole = true;
  reception.answer.take_head_line(line);
  return size;
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& reception = *static_cast<Reception*>(user);
  auto& body = reception.answer.body;
  if (body.empty() && !is_our_servers(reception.answer, reception.call)) {
    reception.is_foreign = true;  // no need to read a portal's page to its end
    return 0;
  }
  const auto bound = reception.answer.is_good() ? reception.call.answer_byte_count_max
                                                : reception.options.limits.answer_byte_count_max;
  if (size > bound - std::min(bound, body.size())) {
    reception.is_too_large = true;
    return 0;
  }
  body.append(data, size);
  return size;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Reception*>(user)->options.stop.stop_requested() ? 1 : 0;
}

CURLcode on_tls(CURL*, void* context, void* user) {
  trust_only(static_cast<SSL_CTX*>(context), static_cast<Reception*>(user)->trust);
  return CURLE_OK;
}

HeaderList header_list(const Call& call, const Exchange& exchange) {
  HeaderList list;
  const auto add = [&list](const std::string& line) {
    if (auto* longer = curl_slist_append(list.get(), line.c_str())) {
      static_cast<void>(list.release());
      list.reset(longer);
    }
  };
  add("Expect:");  // else a large body waits a second for a word that never comes
  add("Accept:");
  for (const auto& line : headers_of(call, exchange)) add(line);
  return list;
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  // Fails only for options that this libcurl was built without, and then the calls must not be made.
  if (curl_easy_setopt(handle, option, value) != CURLE_OK) std::abort();
}

}  // namespace

Connection::Connection(const protocol::EnrolmentLine& line, HttpsOptions given)
    : Exchange(given.limits, given.versions),
      origin_(line.origin()),
      options_(std::move(given)),
      trust_{.pin = line.pin, .spare_pin = line.spare_pin} {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  handle_.reset(curl_easy_init());
}

Result<Answer> Connection::perform(const Call& call) {
  retry_after.reset();
  is_stranger = false;
  trust_.is_refused = false;
  auto* handle = handle_.get();
  if (handle == nullptr) return Error{ErrorKind::Busy, "no memory for a connection"};
  curl_easy_reset(handle);  // keeps the open connection; nothing of the last call is left

  Reception reception{call, options_, trust_, {}};
  const auto url = origin_ + call.target;
  const auto headers = header_list(call, *this);
  char curls_words[CURL_ERROR_SIZE] = "";
  const std::string_view method = call.method;

  set(handle, CURLOPT_ERRORBUFFER, curls_words);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "https");
  set(handle, CURLOPT_URL, url.c_str());
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);  // our server never sends us elsewhere, and a portal always does
  set(handle, CURLOPT_PROXY, options_.proxy.c_str());
  set(handle, CURLOPT_NOPROXY, "");
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(handle, CURLOPT_USERAGENT, options_.user_agent.c_str());
  set(handle, CURLOPT_HTTPHEADER, headers.get());

  if (method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else if (method != "GET") {
    set(handle, CURLOPT_CUSTOMREQUEST, call.method);
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    set(handle, CURLOPT_POSTFIELDS, call.body.empty() ? "" : call.body.data());
  }

  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_SSL_CIPHER_LIST, "ECDHE+AESGCM:ECDHE+CHACHA20");  // of 1.2; all of 1.3 are good
  set(handle, CURLOPT_CAINFO, static_cast<const char*>(nullptr));       // only the pins, see on_tls
  set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  set(handle, CURLOPT_SSL_CTX_FUNCTION, &on_tls);
  set(handle, CURLOPT_SSL_CTX_DATA, &reception);

  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect_timeout.count()));
  set(handle, CURLOPT_LOW_SPEED_LIMIT, limits.byte_rate_min);
  set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>((limits.silence_max + call.wait).count()));
  set(handle, CURLOPT_TIMEOUT_MS,
      static_cast<long>(std::chrono::milliseconds{limits.call_time_max + call.wait}.count()));
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set(handle, CURLOPT_BUFFERSIZE, 128L << 10);
  set(handle, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);

  set(handle, CURLOPT_HEADERFUNCTION, &on_header);
  set(handle, CURLOPT_HEADERDATA, &reception);
  set(handle, CURLOPT_WRITEFUNCTION, &on_body);
  set(handle, CURLOPT_WRITEDATA, &reception);
  set(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(handle, CURLOPT_XFERINFODATA, &reception);
  set(handle, CURLOPT_NOPROGRESS, 0L);

  const auto code = curl_easy_perform(handle);
  auto& answer = reception.answer;

  if (code == CURLE_PEER_FAILED_VERIFICATION || trust_.is_refused) {
    is_stranger = true;
    return Error{
        ErrorKind::Refused,
        fmt::format(
            "this is not the server this device was enrolled at ({}): {}; nothing was sent. Another network, or "
            "a sign-in page in between, may be the reason; if it stays, ask the office for a new enrolment line",
            origin_,
            trust_.is_refused ? "its certificate comes from another authority"
                              : "its certificate is for another name")};
  }
  if (reception.is_foreign) return our_servers_word(*this, call, std::move(answer), origin_);
  if (reception.is_too_large) {
    return Error{ErrorKind::Invalid,
                 fmt::format("the server's answer to {} is larger than it may be", call.method)};
  }
  if (code != CURLE_OK && call.takes_cut_body && reception.is_head_whole && answer.status == 206 &&
      !answer.body.empty()) {
    answer.is_cut = true;
    return our_servers_word(*this, call, std::move(answer), origin_);
  }
  if (code == CURLE_ABORTED_BY_CALLBACK) return Error{ErrorKind::Offline, "the call was stopped"};
  if (code != CURLE_OK) {
    const std::string_view why = curls_words[0] != '\0' ? curls_words : curl_easy_strerror(code);
    return Error{ErrorKind::Offline, fmt::format("no word from {}: {}", origin_, why)};
  }
  // libcurl is content with headers that end in the middle.
  if (!reception.is_head_whole)
    return Error{ErrorKind::Offline, fmt::format("the answer of {} was cut", origin_)};
  return our_servers_word(*this, call, std::move(answer), origin_);
}

}  // namespace aftercare::sync
