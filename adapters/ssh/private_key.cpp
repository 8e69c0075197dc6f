#include "adapters/ssh/private_key.hpp"

#include "adapters/ssh/openssh_key.hpp"
#include "adapters/ssh/wire.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <cstring>
#include <utility>

namespace cpe::ssh {

namespace {

template <auto Function>
struct Call {
    template <class T>
    void operator()(T* object) const {
        Function(object);
    }
};
using Bio = std::unique_ptr<BIO, Call<BIO_free>>;
using Bignum = std::unique_ptr<BIGNUM, Call<BN_clear_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Call<EVP_PKEY_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Call<EVP_MD_CTX_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Call<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Call<OSSL_PARAM_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Call<ECDSA_SIG_free>>;

struct Curve {
    const char* ssh;      ///< after "ecdsa-sha2-"
    const char* openssl;  ///< its group
    const EVP_MD* (*digest)();
};
constexpr Curve curves[] = {{"nistp256", "prime256v1", EVP_sha256},
                            {"nistp384", "secp384r1", EVP_sha384},
                            {"nistp521", "secp521r1", EVP_sha512}};

Error no_rsa() {
    return wrong_key("RSA client keys are not supported",
                     "make an ed25519 key: ssh-keygen -t ed25519");
}

EVP_PKEY* ec_key(const Curve& curve, std::string_view point, std::string_view secret) {
    const Bignum number(BN_bin2bn(bytes_of(secret), static_cast<int>(secret.size()), nullptr));
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!number || !builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.openssl,
                                        0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) != 1)
        return nullptr;
    const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
    const Context context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* key = nullptr;
    if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1)
        return nullptr;
    return key;
}

/// RFC 4251 mpint: no needless zero before, one where the first bit is set.
void put_mpint(std::string& to, const BIGNUM* number) {
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    if (!bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0)
        bytes.insert(bytes.begin(), '\0');
    put_string(to, bytes);
}

const Curve* curve_of(const EVP_PKEY* key) {
    char group[64] = {};
    std::size_t length = 0;
    if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group,
                                       &length) != 1)
        return nullptr;
    for (const auto& curve : curves)
        if (std::string_view(group) == curve.openssl) return &curve;
    return nullptr;
}

int give_passphrase(char* to, int size, int /*writing*/, void* from) {
    const auto& passphrase = *static_cast<const std::string*>(from);
    if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) return -1;
    passphrase.copy(to, passphrase.size());
    return static_cast<int>(passphrase.size());
}

}  // namespace

Result<PrivateKey> PrivateKey::read(std::string_view text, const std::string& passphrase) {
    ERR_clear_error();
    if (is_openssh_key(text)) return read_openssh(text, passphrase);
    return read_pem(text, passphrase);
}

Result<PrivateKey> PrivateKey::read_openssh(std::string_view text, const std::string& passphrase) {
    auto secret = open_openssh_key(text, passphrase);
    if (!secret) return secret.error();
    WireReader reader(*secret);
    const auto type = reader.string();
    if (!type) return wrong_key("the key makes no sense");
    Handle key;
    if (*type == "ssh-ed25519") {
        const auto point = reader.string();
        const auto pair = reader.string();
        if (point && point->size() == 32 && pair && pair->size() == 64)
            key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(*pair), 32));
    } else if (type->starts_with("ecdsa-sha2-")) {
        const auto name = reader.string();
        const auto point = reader.string();
        const auto number = reader.string();
        for (const auto& curve : curves)
            if (name && point && number && *name == curve.ssh)
                key.reset(ec_key(curve, *point, *number));
    } else if (*type == "ssh-rsa") {
        return no_rsa();
    } else {
        return wrong_key("keys of type " + std::string(*type) + " are not supported",
                         "make an ed25519 key: ssh-keygen -t ed25519");
    }
    if (!key) return wrong_key("the key makes no sense");
    return of(std::move(key));
}

Result<PrivateKey> PrivateKey::read_pem(std::string_view text, const std::string& passphrase) {
    const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    Handle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase,
                                       const_cast<std::string*>(&passphrase)));
    if (key) return of(std::move(key));
    if (text.find("ENCRYPTED") != std::string_view::npos)
        return passphrase.empty() ? wrong_key("the key needs a passphrase",
                                              "name its file: channels.ssh.passphrase_file")
                                  : wrong_key("the passphrase does not fit the key");
    return wrong_key("this is no private key", "ssh-keygen -t ed25519 makes one");
}

Result<PrivateKey> PrivateKey::of(Handle key) {
    PrivateKey made;
    if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA) return no_rsa();
    if (EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_ED25519) {
        std::string point(32, '\0');
        std::size_t length = point.size();
        EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(point.data()),
                                    &length);
        made.type_ = "ssh-ed25519";
        put_string(made.public_, made.type_);
        put_string(made.public_, point);
    } else if (const auto* curve = curve_of(key.get())) {
        std::string point(256, '\0');
        std::size_t length = 0;
        EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                        reinterpret_cast<unsigned char*>(point.data()),
                                        point.size(), &length);
        point.resize(length);
        if (point.empty() || point.front() != 4) return wrong_key("the key's point is compressed");
        made.type_ = std::string("ecdsa-sha2-") + curve->ssh;
        put_string(made.public_, made.type_);
        put_string(made.public_, curve->ssh);
        put_string(made.public_, point);
    } else {
        return wrong_key("keys of this type are not supported",
                         "make an ed25519 key: ssh-keygen -t ed25519");
    }
    made.key_ = std::move(key);
    return made;
}

Result<std::string> PrivateKey::sign(std::string_view data) const {
    const bool is_ed25519 = type_ == "ssh-ed25519";
    const EVP_MD* digest = is_ed25519 ? nullptr : curve_of(key_.get())->digest();
    const Digest context(EVP_MD_CTX_new());
    std::size_t length = 0;
    std::string raw;
    const auto failed = Error{Errc::internal, "the key does not sign", {}, {}};
    if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &length, bytes_of(data), data.size()) != 1)
        return failed;
    raw.resize(length);
    auto* to = reinterpret_cast<unsigned char*>(raw.data());
    if (EVP_DigestSign(context.get(), to, &length, bytes_of(data), data.size()) != 1) return failed;
    raw.resize(length);
    if (is_ed25519) return raw;
    const auto* at = bytes_of(raw);
    const Signature numbers(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(raw.size())));
    if (!numbers) return failed;
    std::string blob;
    put_mpint(blob, ECDSA_SIG_get0_r(numbers.get()));
    put_mpint(blob, ECDSA_SIG_get0_s(numbers.get()));
    return blob;
}

Result<std::string> read_secret(const std::filesystem::path& path, std::size_t limit) {
    const auto failed = [&](std::string what, std::string hint = {}) {
        return Error{Errc::unavailable, std::move(what), path.string(), std::move(hint)};
    };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return failed(std::strerror(errno));
    struct stat info {};
    ::fstat(file, &info);
    std::string text(limit + 1, '\0');
    const auto got = ::read(file, text.data(), text.size());
    ::close(file);
    if (!S_ISREG(info.st_mode)) return failed("is no file");
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return failed("others than its owner can read it", "chmod 600 " + path.string());
    if (got < 0) return failed(std::strerror(errno));
    if (static_cast<std::size_t>(got) > limit) return failed("is too large");
    text.resize(static_cast<std::size_t>(got));
    return text;
}

}  // namespace cpe::ssh
