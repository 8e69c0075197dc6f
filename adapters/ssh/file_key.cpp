#include "adapters/ssh/file_key.hpp"

#include <boost/asio/post.hpp>

#include <openssl/crypto.h>

#include <utility>

namespace cpe::ssh {

namespace {

Result<PrivateKey> read(const std::filesystem::path& path,
                        const std::filesystem::path& passphrase_file) {
    if (path.empty())
        return Error{Errc::not_found, "there is none", {}, "name its file: channels.ssh.key"};
    auto text = read_secret(path, max_key_file);
    if (!text) return text.error();
    std::string passphrase;
    if (!passphrase_file.empty()) {
        auto given = read_secret(passphrase_file, 4096);
        if (!given) return given.error();
        passphrase = std::move(*given);
        if (passphrase.ends_with('\n')) passphrase.pop_back();
    }
    auto key = PrivateKey::read(*text, passphrase);
    OPENSSL_cleanse(text->data(), text->size());
    OPENSSL_cleanse(passphrase.data(), passphrase.size());
    if (key) return key;
    auto error = key.error();
    error.where = path.string();
    return error;
}

}  // namespace

FileKey::FileKey(boost::asio::any_io_executor loop, std::filesystem::path key,
                 std::filesystem::path passphrase_file) {
    boost::asio::post(worker_, [loop = std::move(loop), weak = std::weak_ptr(shared_),
                                key = std::move(key), file = std::move(passphrase_file)] {
        auto got = std::make_shared<Result<PrivateKey>>(read(key, file));
        boost::asio::post(loop, [weak, got] {
            const auto shared = weak.lock();
            if (!shared) return;
            shared->key.emplace(std::move(*got));
            for (const auto& answer : std::exchange(shared->waiting, {})) tell(*shared, answer);
        });
    });
}

FileKey::~FileKey() {
    worker_.join();
}

void FileKey::tell(const Shared& shared, const Keys& answer) {
    if (!*shared.key) return answer(shared.key->error());
    answer(std::vector<std::string>{(*shared.key)->public_key()});
}

void FileKey::keys(Keys answer) {
    if (shared_->key) return tell(*shared_, answer);
    shared_->waiting.push_back(std::move(answer));
}

void FileKey::sign(const std::string& /*key*/, std::string data, Signed answer) {
    if (!shared_->key || !*shared_->key)
        return answer(Error{Errc::unavailable, "the key is not read", {}, {}});
    answer((*shared_->key)->sign(data));
}

}  // namespace cpe::ssh
