#include "adapters/ssh/agent_key.hpp"

#include "adapters/ssh/wire.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <sys/un.h>

#include <array>
#include <memory>
#include <utility>

namespace cpe::ssh {

namespace {

using boost::system::error_code;

constexpr char request_identities = 11;
constexpr char identities_answer = 12;
constexpr char sign_request = 13;
constexpr char sign_response = 14;
constexpr std::uint32_t max_identities = 256;

Error refused(std::string what) {
    return {Errc::unavailable, std::move(what), "ssh-agent", {}};
}

bool can_be_used(std::string_view key) {
    const auto type = WireReader(key).string();
    return type && (*type == "ssh-ed25519" || *type == "ecdsa-sha2-nistp256" ||
                    *type == "ecdsa-sha2-nistp384" || *type == "ecdsa-sha2-nistp521");
}

/// One question on a connection of its own.
class Question : public std::enable_shared_from_this<Question> {
public:
    using Answer = std::function<void(Result<std::string>)>;

    Question(const boost::asio::any_io_executor& executor, const std::string& words, Answer answer)
        : socket_(executor), timer_(executor), answer_(std::move(answer)) {
        put_string(words_, words);
    }

    void ask(const std::filesystem::path& path) {
        path_ = path.string();
        if (path_.size() >= sizeof(sockaddr_un::sun_path))
            return end(refused("a path of more than " +
                               std::to_string(sizeof(sockaddr_un::sun_path) - 1) +
                               " bytes cannot name a socket"));
        timer_.expires_after(agent_limit);
        timer_.async_wait([self = shared_from_this()](error_code cancelled) {
            if (!cancelled) self->end(refused("does not answer"));
        });
        // Connecting to a Unix socket does not wait, unless the agent has a full backlog.
        socket_.async_connect(boost::asio::local::stream_protocol::endpoint(path_),
                              [self = shared_from_this()](error_code failed) {
                                  if (failed) return self->end(not_there(failed));
                                  self->send();
                              });
    }

private:
    static Error not_there(error_code failed) {
        auto error = refused(failed.message());
        error.hint = "does it run? channels.ssh.agent names its socket";
        return error;
    }
    void send() {
        boost::asio::async_write(socket_, boost::asio::buffer(words_),
                                 [self = shared_from_this()](error_code failed, std::size_t) {
                                     if (failed) return self->end(refused(failed.message()));
                                     self->receive_length();
                                 });
    }
    void receive_length() {
        boost::asio::async_read(
            socket_, boost::asio::buffer(length_),
            [self = shared_from_this()](error_code failed, std::size_t) {
                if (failed) return self->end(refused(failed.message()));
                const auto length =
                    WireReader({self->length_.data(), self->length_.size()}).u32().value_or(0);
                if (length == 0 || length > max_agent_message)
                    return self->end(refused("its answer makes no sense"));
                self->receive(length);
            });
    }
    void receive(std::size_t length) {
        words_.assign(length, '\0');
        boost::asio::async_read(socket_, boost::asio::buffer(words_),
                                [self = shared_from_this()](error_code failed, std::size_t) {
                                    if (failed) return self->end(refused(failed.message()));
                                    self->end(std::move(self->words_));
                                });
    }
    void end(Result<std::string> result) {
        timer_.cancel();
        error_code ignored;
        socket_.close(ignored);
        if (!result) {
            auto error = result.error();
            error.where = "ssh-agent at " + path_;
            result = std::move(error);
        }
        if (const auto answer = std::exchange(answer_, {})) answer(std::move(result));
    }

    std::string path_;
    boost::asio::local::stream_protocol::socket socket_;
    boost::asio::steady_timer timer_;
    Answer answer_;
    std::string words_;
    std::array<char, 4> length_{};
};

}  // namespace

Result<std::vector<std::string>> keys_in(std::string_view answer) {
    const auto senseless = refused("its answer makes no sense");
    WireReader reader(answer);
    if (reader.bytes(1) != std::string_view(&identities_answer, 1)) return senseless;
    const auto count = reader.u32();
    if (!count || *count > max_identities) return senseless;
    std::vector<std::string> keys;
    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto key = reader.string();
        const auto comment = reader.string();
        if (!key || !comment) return senseless;
        if (can_be_used(*key)) keys.emplace_back(*key);
    }
    if (keys.empty())
        return refused(*count == 0 ? "holds no key (ssh-add adds one)"
                                   : "holds no ed25519 or ecdsa key; others are not supported");
    return keys;
}

Result<std::string> signature_in(std::string_view answer) {
    WireReader reader(answer);
    if (reader.bytes(1) != std::string_view(&sign_response, 1)) return refused("does not sign");
    const auto blob = reader.string();
    if (!blob) return refused("its answer makes no sense");
    WireReader signature(*blob);
    const auto type = signature.string();
    const auto bytes = signature.string();
    if (!type || !bytes || bytes->empty()) return refused("its answer makes no sense");
    return std::string(*bytes);
}

void AgentKey::keys(Keys answer) {
    std::make_shared<Question>(executor_, std::string(1, request_identities),
                               [answer = std::move(answer)](const Result<std::string>& words) {
                                   answer(words ? keys_in(*words) : words.error());
                               })
        ->ask(socket_);
}

void AgentKey::sign(const std::string& key, std::string data, Signed answer) {
    std::string words(1, sign_request);
    put_string(words, key);
    put_string(words, data);
    put_u32(words, 0);
    std::make_shared<Question>(executor_, words,
                               [answer = std::move(answer)](const Result<std::string>& said) {
                                   answer(said ? signature_in(*said) : said.error());
                               })
        ->ask(socket_);
}

}  // namespace cpe::ssh
