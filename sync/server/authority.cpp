#include "sync/server/authority.h"

#include "shared/base/hash.h"
#include "shared/storage/data_folder.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <system_error>

namespace aftercare::server {
namespace {

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* thing) const {
    kFree(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;
using Address = std::unique_ptr<ASN1_OCTET_STRING, Free<ASN1_OCTET_STRING_free>>;

constexpr std::size_t kFileByteCountMax = 64 << 10;
constexpr std::chrono::days kClockSlack{
    1};  // a device whose clock is a little slow must not refuse a new certificate
constexpr const char* kAuthorityName = "Aftercare certificate authority";

Error broken(std::string detail) { return {ErrorKind::Corrupt, std::move(detail)}; }
Error failed(const std::string& what) { return {ErrorKind::Corrupt, "OpenSSL could not " + what}; }

// ---- Keys and certificates as text
// ----------------------------------------------------------------------------------

Bio bio_of(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string{};
}

std::string pem_of(const Key& key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) return {};
  return text_of(bio.get());
}

std::string public_pem_of(const Key& key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PUBKEY(bio.get(), key.get()) != 1) return {};
  return text_of(bio.get());
}

std::string pem_of(const Certificate& certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(bio.get(), certificate.get()) != 1) return {};
  return text_of(bio.get());
}

Result<Hash> pin_of(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int size = key == nullptr ? -1 : i2d_PUBKEY(key, &der);
  if (size <= 0) return failed("write a public key");
  const auto pin =
      sha256(std::string_view(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  return pin;
}

Result<Key> read_key(const std::filesystem::path& path) {
  const auto text = storage::read_file(path, kFileByteCountMax);
  if (!text) return text.error();
  const auto bio = bio_of(text.value());
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return broken(fmt::format("{} holds no private key", path.string()));
  return key;
}

Result<Certificate> read_certificate(const std::filesystem::path& path) {
  const auto text = storage::read_file(path, kFileByteCountMax);
  if (!text) return text.error();
  const auto bio = bio_of(text.value());
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) return broken(fmt::format("{} holds no certificate", path.string()));
  return certificate;
}

// ---- Making them
// ----------------------------------------------------------------------------------------------------

Result<Key> make_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return failed("make a key");
  return key;
}

bool add_extension(X509* certificate, X509* issuer, int number, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, number, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool is_address(const std::string& name) {
  const Address address(a2i_IPADDRESS(name.c_str()));
  return address != nullptr;
}

// Built from values, not from OpenSSL's little language, in which a comma in a name begins another one.
bool add_names(X509* certificate, const std::vector<std::string>& names) {
  const Names list(GENERAL_NAMES_new());
  if (!list) return false;
  for (const auto& name : names) {
    GENERAL_NAME* const entry = GENERAL_NAME_new();
    if (entry == nullptr) return false;
    if (sk_GENERAL_NAME_push(list.get(), entry) == 0) {
      GENERAL_NAME_free(entry);
      return false;
    }
    if (auto* const address = a2i_IPADDRESS(name.c_str())) {
      GENERAL_NAME_set0_value(entry, GEN_IPADD, address);
      continue;
    }
    ASN1_IA5STRING* const text = ASN1_IA5STRING_new();
    if (text == nullptr) return false;
    GENERAL_NAME_set0_value(entry, GEN_DNS, text);
    if (ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) != 1) return false;
  }
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7F) | 0x40);  // positive, and never short
  std::unique_ptr<BIGNUM, Free<BN_free>> number(
      BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_times(X509* certificate, Instant now, std::chrono::days life) {
  const auto to_time = [](Instant instant) { return static_cast<std::time_t>(to_ms(instant) / 1000); };
  return ASN1_TIME_set(X509_getm_notBefore(certificate), to_time(now - kClockSlack)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), to_time(now + life)) != nullptr;
}

bool set_name(X509_NAME* name, std::string_view text) {
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

Result<Certificate> make_authority_certificate(const Key& key, Instant now, std::chrono::days life) {
  Certificate certificate(X509_new());
  X509* const raw = certificate.get();
  const bool is_made = raw != nullptr && X509_set_version(raw, X509_VERSION_3) == 1 && set_serial(raw) &&
                       set_times(raw, now, life) && set_name(X509_get_subject_name(raw), kAuthorityName) &&
                       X509_set_issuer_name(raw, X509_get_subject_name(raw)) == 1 &&
                       X509_set_pubkey(raw, key.get()) == 1 &&
                       add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                       add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                       add_extension(raw, raw, NID_subject_key_identifier, "hash") &&
                       X509_sign(raw, key.get(), EVP_sha256()) > 0;
  if (!is_made) return failed("make the authority's certificate");
  return certificate;
}

Result<Certificate> make_leaf(const Key& key, const Key& authority_key, const Certificate& authority,
                              const std::vector<std::string>& names, Instant now, std::chrono::days life) {
  Certificate certificate(X509_new());
  X509* const raw = certificate.get();
  const bool is_made = raw != nullptr && X509_set_version(raw, X509_VERSION_3) == 1 && set_serial(raw) &&
                       set_times(raw, now, life) &&
                       set_name(X509_get_subject_name(raw), "Aftercare server") &&
                       X509_set_issuer_name(raw, X509_get_subject_name(authority.get())) == 1 &&
                       X509_set_pubkey(raw, key.get()) == 1 &&
                       add_extension(raw, authority.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                       add_extension(raw, authority.get(), NID_key_usage, "critical,digitalSignature") &&
                       add_extension(raw, authority.get(), NID_ext_key_usage, "serverAuth") &&
                       add_extension(raw, authority.get(), NID_subject_key_identifier, "hash") &&
                       add_extension(raw, authority.get(), NID_authority_key_identifier, "keyid") &&
                       add_names(raw, names) && X509_sign(raw, authority_key.get(), EVP_sha256()) > 0;
  if (!is_made) return failed("make the server's certificate; are all host names plain?");
  return certificate;
}

// ---- What stands in a certificate
// -----------------------------------------------------------------------------------

Instant expiry_of(const Certificate& certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &parts) != 1) return Instant{};
  return from_ms(static_cast<std::int64_t>(::timegm(&parts)) * 1000);
}

bool is_valid_for(const Certificate& certificate, const std::string& name) {
  if (is_address(name)) return X509_check_ip_asc(certificate.get(), name.c_str(), 0) == 1;
  return X509_check_host(certificate.get(), name.c_str(), name.size(), 0, nullptr) == 1;
}

std::vector<std::string> all_names(const std::vector<std::string>& names) {
  std::vector<std::string> all{"localhost", "127.0.0.1", "::1"};
  for (const auto& name : names) {
    // An address that stands for all of the machine's own is no name that a client would call.
    if (name.empty() || name == "0.0.0.0" || name == "::") continue;
    if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  }
  return all;
}

Done check_names(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const bool is_plain = name.size() <= 253 && std::all_of(name.begin(), name.end(), [](char letter) {
                            return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                                   (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' ||
                                   letter == ':';
                          });
    if (!is_plain) return Error{ErrorKind::Invalid, fmt::format("\"{}\" is no host name or address", name)};
  }
  return done();
}

Done renew_leaf(const std::filesystem::path& folder, const Certificate& authority,
                const std::vector<std::string>& names, Clock& clock, const AuthorityLimits& limits) {
  auto authority_key = read_key(folder / "ca.key");
  if (!authority_key) {
    return Error{authority_key.error().kind,
                 authority_key.error().detail +
                     "; the server's certificate has to be renewed and needs it: put it back"};
  }
  if (X509_check_private_key(authority.get(), authority_key.value().get()) != 1) {
    return broken(fmt::format("ca.key and ca.crt in {} do not belong together; restore both from a backup",
                              folder.string()));
  }
  const auto key = make_key();
  if (!key) return key.error();
  const auto leaf =
      make_leaf(key.value(), authority_key.value(), authority, names, clock.now(), limits.leaf_life);
  if (!leaf) return leaf.error();
  // The key first: with a crash in between the old certificate no longer fits and is made anew.
  if (auto written = storage::write_file_whole(folder / "server.key", pem_of(key.value())); !written)
    return written;
  return storage::write_file_whole(folder / "server.crt", pem_of(leaf.value()) + pem_of(authority));
}

bool is_leaf_fine(const Certificate& leaf, const Key& key, const Certificate& authority,
                  const std::vector<std::string>& names, Instant now, const AuthorityLimits& limits) {
  const auto* const authority_key = X509_get0_pubkey(authority.get());
  return X509_check_private_key(leaf.get(), key.get()) == 1 &&
         X509_verify(leaf.get(), const_cast<EVP_PKEY*>(authority_key)) == 1 &&
         expiry_of(leaf) - now > limits.leaf_left_min &&
         std::all_of(names.begin(), names.end(),
                     [&](const std::string& name) { return is_valid_for(leaf, name); });
}

}  // namespace

Result<Authority> make_authority(const std::filesystem::path& folder, const std::vector<std::string>& names,
                                 Clock& clock, const AuthorityLimits& limits) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  if (error)
    return Error{ErrorKind::Refused, fmt::format("cannot make {}: {}", folder.string(), error.message())};

  // Each pair's public half is written last, so that its presence says that the pair is complete.
  if (!std::filesystem::exists(folder / "spare.pub")) {
    const auto key = make_key();
    if (!key) return key.error();
    if (auto written = storage::write_file_whole(folder / "spare.key", pem_of(key.value())); !written)
      return written.error();
    if (auto written = storage::write_file_whole(folder / "spare.pub", public_pem_of(key.value())); !written)
      return written.error();
  }
  if (!std::filesystem::exists(folder / "ca.crt")) {
    const auto key = make_key();
    if (!key) return key.error();
    const auto certificate = make_authority_certificate(key.value(), clock.now(), limits.authority_life);
    if (!certificate) return certificate.error();
    if (auto written = storage::write_file_whole(folder / "ca.key", pem_of(key.value())); !written)
      return written.error();
    if (auto written = storage::write_file_whole(folder / "ca.crt", pem_of(certificate.value())); !written)
      return written.error();
  }
  return load_authority(folder, names, clock, limits);
}

Result<Authority> load_authority(const std::filesystem::path& folder, const std::vector<std::string>& names,
                                 Clock& clock, const AuthorityLimits& limits) {
  const auto wanted = all_names(names);
  if (const auto checked = check_names(wanted); !checked) return checked.error();

  const auto authority = read_certificate(folder / "ca.crt");
  if (!authority) return authority.error();
  const auto spare = storage::read_file(folder / "spare.pub", kFileByteCountMax);
  if (!spare) return spare.error();
  const auto pin = pin_of(X509_get0_pubkey(authority.value().get()));
  if (!pin) return pin.error();
  const auto spare_pin = pin_of_public_key(spare.value());
  if (!spare_pin) return spare_pin.error();

  auto leaf = read_certificate(folder / "server.crt");
  const auto key = read_key(folder / "server.key");
  const bool is_fine =
      leaf && key && is_leaf_fine(leaf.value(), key.value(), authority.value(), wanted, clock.now(), limits);
  if (!is_fine) {
    const auto renewed = renew_leaf(folder, authority.value(), wanted, clock, limits);
    if (!renewed) {
      // A certificate that still has some weeks is better than a server that does not start.
      AuthorityLimits last = limits;
      last.leaf_left_min = std::chrono::days{0};
      if (!leaf || !key ||
          !is_leaf_fine(leaf.value(), key.value(), authority.value(), wanted, clock.now(), last)) {
        return renewed.error();
      }
      spdlog::warn("the server's certificate ends soon and could not be renewed: {}", renewed.error().detail);
    } else {
      leaf = read_certificate(folder / "server.crt");
      if (!leaf) return leaf.error();
    }
  }
  return Authority{folder / "server.crt", folder / "server.key",   pin.value(),
                   spare_pin.value(),     expiry_of(leaf.value()), wanted};
}

Result<Hash> pin_of_certificate(std::string_view pem) {
  const auto bio = bio_of(pem);
  const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) return Error{ErrorKind::Invalid, "not a certificate in PEM"};
  return pin_of(X509_get0_pubkey(certificate.get()));
}

Result<Hash> pin_of_public_key(std::string_view pem) {
  const auto bio = bio_of(pem);
  const Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return Error{ErrorKind::Invalid, "not a public key in PEM"};
  return pin_of(key.get());
}

}  // namespace aftercare::server
