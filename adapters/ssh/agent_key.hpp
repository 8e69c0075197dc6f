// Keys that an ssh-agent holds, asked over its Unix socket.
//
// Thread: the loop; nothing blocks, however the agent behaves: an answer that does not come within
// agent_limit is an error. One connection for each question. Limits: max_agent_message bytes.
// Source: draft-miller-ssh-agent.
#pragma once

#include "adapters/ssh/signer.hpp"

#include <cpe/time.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <filesystem>

namespace cpe::ssh {

constexpr std::size_t max_agent_message = 256U << 10U;
constexpr Millis agent_limit{5'000};

class AgentKey final : public Signer {
public:
    AgentKey(boost::asio::any_io_executor executor, std::filesystem::path socket)
        : executor_(std::move(executor)), socket_(std::move(socket)) {}

    void keys(Keys answer) override;
    void sign(const std::string& key, std::string data, Signed answer) override;

private:
    boost::asio::any_io_executor executor_;
    std::filesystem::path socket_;
};

/// Of an agent's answer to "which keys": those that can be used here. An error: it makes no sense.
[[nodiscard]] Result<std::vector<std::string>> keys_in(std::string_view answer);
/// Of its answer to "sign this".
[[nodiscard]] Result<std::string> signature_in(std::string_view answer);

}  // namespace cpe::ssh
