// A private key in a file, read (and decrypted) once on a worker's thread.
//
// Thread: the loop. Who asks before it is read waits; an error of the file is the answer then.
#pragma once

#include "adapters/ssh/private_key.hpp"
#include "adapters/ssh/signer.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <memory>
#include <optional>

namespace cpe::ssh {

class FileKey final : public Signer {
public:
    FileKey(boost::asio::any_io_executor loop, std::filesystem::path key,
            std::filesystem::path passphrase_file);
    ~FileKey() override;
    FileKey(const FileKey&) = delete;
    FileKey& operator=(const FileKey&) = delete;

    void keys(Keys answer) override;
    void sign(const std::string& key, std::string data, Signed answer) override;

private:
    struct Shared {
        std::optional<Result<PrivateKey>> key;
        std::vector<Keys> waiting;
    };
    static void tell(const Shared& shared, const Keys& answer);

    std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
    boost::asio::thread_pool worker_{1};
};

}  // namespace cpe::ssh
