// Who proves that we are who we say: a private key in memory, or an ssh-agent.
//
// Thread: the loop; nothing blocks. Answers are never given from within a call, unless said.
#pragma once

#include <cpe/result.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::ssh {

class Signer {
public:
    using Keys = std::function<void(Result<std::vector<std::string>>)>;
    using Signed = std::function<void(Result<std::string>)>;

    virtual ~Signer() = default;
    /// Public keys as they go over the wire, the best first. May be answered at once.
    virtual void keys(Keys) = 0;
    /// The signature of `data` by one of these keys, without its type's name. May be answered at
    /// once.
    virtual void sign(const std::string& key, std::string data, Signed) = 0;
};

}  // namespace cpe::ssh
