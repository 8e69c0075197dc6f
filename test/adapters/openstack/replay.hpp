// A cloud on loopback that answers with what a real one has answered, and with scripted faults.
//
// Thread: the loop's.
#pragma once

#include "adapters/openstack/cloud.hpp"

#include "test/adapters/http/loop.hpp"
#include "test/adapters/http/server.hpp"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace cpe::test {

class Replay {
public:
    Replay();

    /// "GET /compute/v2.1/servers/ID": always so, with the recorded answer of that name.
    void answer(const std::string& to, const std::string& recorded);
    void answer(const std::string& to, Told told);
    /// Once each, before what is always so. One with status 0 leaves it to that.
    void next(const std::string& to, std::vector<Told> told);
    /// Tokens live so long, from when they are asked for.
    void set_token_life(Millis life) { token_life_ = life; }

    [[nodiscard]] openstack::Access access() const;
    [[nodiscard]] openstack::CloudOptions options();

    /// How often it was asked for.
    [[nodiscard]] std::size_t count(const std::string& asked) const;
    [[nodiscard]] Asked last(const std::string& asked) const;

    /// With all that was told in "{cloud}" put in its place.
    [[nodiscard]] Told recorded(const std::string& name) const;

    template <class T>
    T run(boost::asio::awaitable<T> work) {
        return test::run(loop, std::move(work));
    }

    boost::asio::io_context loop;
    std::vector<Asked> seen;
    std::vector<std::string> log;
    HttpServer server;

private:
    Told tell(const Asked& asked);
    Told give_token();

    std::map<std::string, Told> always_;
    std::map<std::string, std::deque<Told>> once_;
    Millis token_life_{3'600'000};
    unsigned tokens_ = 0;
};

/// An answer with nothing but that code.
inline Told status(int code) {
    Told told;
    told.status = code;
    return told;
}

/// In a minute: long enough for what shall succeed.
inline openstack::Deadline soon() {
    return openstack::within(Millis(60'000));
}

constexpr const char* login = "POST /identity/v3/auth/tokens";
constexpr const char* versions = "GET /compute/v2.1/";
constexpr const char* web = "a811a9ff-2eb9-4999-b7d6-5a04358c338a";
inline std::string show_web() {
    return std::string("GET /compute/v2.1/servers/") + web;
}

/// A client of it, and what is asked of that most.
struct ReplayClient : Replay {
    openstack::Cloud cloud{loop.get_executor(), access(), options()};
    openstack::Answer<openstack::Server> show(openstack::Deadline deadline = soon()) {
        return run(cloud.server(web, deadline));
    }
    openstack::Answer<std::string> create() { return run(cloud.create_server({}, soon())); }
};

}  // namespace cpe::test
