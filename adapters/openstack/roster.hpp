// All servers of a project as Nova last told: one list call an interval, whoever waits for news.
//
// Thread: the loop. Ownership: shared by the provider and by who waits; after close() nobody is
// called, and who waits ends. At rest the list has what changed since the last look (deleted
// servers too), and each so many looks all of ours. While somebody waits for something the looks
// are closer together, and shared by all who wait.
#pragma once

#include "adapters/openstack/cloud.hpp"
#include "adapters/openstack/settings.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cpe::openstack {

class Roster : public std::enable_shared_from_this<Roster> {
public:
    struct Hooks {
        /// Makes the cloud where there is none; none: it cannot be entered now.
        std::function<Answer<std::shared_ptr<Cloud>>()> cloud;
        std::function<void(const Fault&)> failed;  ///< a look
        std::function<void()> looked;              ///< ... has ended well
    };
    Roster(boost::asio::any_io_executor executor, Deadlines deadlines, std::size_t full_every,
           std::string tag, Hooks hooks);
    void open();
    void close();

    enum class Scope { changes, all };
    /// Ends with a look that begins after this call; its fault, or timeout.
    static boost::asio::awaitable<Answer<>> look(std::shared_ptr<Roster> self, Scope scope,
                                                 Deadline deadline);
    /// None: Nova does not show it (any more).
    [[nodiscard]] std::optional<Server> find(const std::string& id) const;
    [[nodiscard]] std::vector<Server> with_tag(const std::string& tag) const;
    [[nodiscard]] bool is_current() const { return full_once_; }
    /// One that Nova shows itself, beside a look.
    void learn(Server server);
    void forget(const std::string& id) { servers_.erase(id); }

private:
    static boost::asio::awaitable<void> run(std::shared_ptr<Roster> self);
    boost::asio::awaitable<Answer<>> look_once(Scope scope);
    boost::asio::awaitable<Answer<>> look_after_missing(Cloud& cloud,
                                                        const std::vector<Server>& told);
    [[nodiscard]] Deadline next_look() const;
    boost::asio::awaitable<void> pause(Deadline until);

    boost::asio::any_io_executor executor_;
    Deadlines deadlines_;
    std::size_t full_every_;
    std::string tag_;
    Hooks hooks_;
    std::map<std::string, Server> servers_;
    std::optional<WallTime> newest_;  ///< the cloud's clock, as far as we have seen it
    bool full_once_ = false;
    bool wants_all_ = false;
    std::size_t since_full_ = 0;
    std::size_t waiting_ = 0;
    std::uint64_t begun_ = 0;
    std::uint64_t ended_ = 0;
    Answer<> last_;
    Deadline last_begin_{};
    Millis last_took_{0};
    boost::asio::steady_timer due_;
    boost::asio::steady_timer news_;  ///< cancelled when a look has ended
    bool closed_ = false;
};

}  // namespace cpe::openstack
