// Who creates, stops and destroys guests: `local`, `static`, `openstack` (design.md §1).
//
// Thread: all calls and callbacks on the loop thread; nothing blocks, no callback from within a
// call. Every command is idempotent and confirmed: its callback says what is proven, or why not,
// within the provider's own deadline. Commands of one assembly are carried out in order.
#pragma once

#include <cpe/ids.hpp>
#include <cpe/result.hpp>
#include <cpe/time.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace cpe {

/// What the provider itself knows of an instance: a signal apart from heartbeats and monitors.
enum class InstanceState {
    absent,    ///< there is none
    building,  ///< being created or booted
    running,   ///< its machine runs (what is inside is for the channel to say)
    stopped,   ///< proven not to run; its disk exists
    error,     ///< the provider cannot run it
    paused,    ///< does not run, and may go on as it was: paused, suspended, rescued
    unknown,   ///< the provider cannot be asked
};

constexpr std::string_view name_of(InstanceState state) {
    constexpr std::string_view names[] = {"absent", "building", "running", "stopped",
                                          "error",  "paused",   "unknown"};
    return names[static_cast<int>(state)];
}

struct InstanceReport {
    InstanceState state = InstanceState::unknown;
    std::string instance;  ///< the provider's id (local: the host's pid of the sandbox's init)
    std::string address;   ///< how guests reach it; empty while it has none
    std::string hostname;
    std::string boot_id;  ///< where the provider knows it, else empty
    std::string reason;   ///< why it is in this state; for people
    /// Of a start: this command booted it, after proof that no other instance of the assembly ran.
    bool anew = false;
    /// Of absent: only the provider's record says so, for its host is not known to be up. It counts
    /// as proof together with the silence of its guest (fencing.confirm_silence).
    bool record_only = false;
    /// Somebody outside has put it into this state, and it is to be left alone.
    bool by_hand = false;
    /// Public key that its guest was given at its creation: "ssh-ed25519 SHA256:..."; or empty.
    std::string host_key = {};
    friend bool operator==(const InstanceReport&, const InstanceReport&) = default;
};

struct InstanceSpec {
    AssemblyKey key;
    std::string uuid;
    std::string image;         ///< may be empty
    std::string flavor;        ///< may be empty
    std::string address = {};  ///< of a host that exists already; empty for all others
    std::uint16_t port = 22;
    std::string deployable_uuid = {};
    std::string username = {};  ///< who is logged in as, where the channel is ssh; may be empty
    std::string instance = {};  ///< what the provider last called it; empty: not known
    /// It was proven to be down when we last wanted it so: that it does not run is no person's
    /// doing, though the provider may take it for one (a cped that was started anew).
    bool down_by_us = false;
    bool rebuild = false;  ///< may be destroyed and created anew: its disk is lost
};

class InstanceProvider {
public:
    using Done = std::function<void(Result<InstanceReport>)>;
    /// Called when an instance changes by itself (it died), also after a restart of cped.
    using Watch = std::function<void(const AssemblyKey&, InstanceReport)>;

    virtual ~InstanceProvider() = default;
    virtual void set_watch(Watch) = 0;
    /// Creates the instance where there is none, boots it where it does not run, and leaves it
    /// alone where it runs (adoption). Done when running and its address is known.
    virtual void start(const InstanceSpec&, Done) = 0;
    /// Makes sure that it does not run: this is fencing. Done when proven (stopped or absent).
    /// Errc::unsupported: it can never be stopped by this provider; a person may confirm it
    /// instead.
    virtual void stop(const AssemblyKey&, Done) = 0;
    /// The same, for who knows more of it: what nothing else can stop may be destroyed where
    /// spec.rebuild says so.
    virtual void fence(const InstanceSpec& spec, Done done) { stop(spec.key, std::move(done)); }
    /// It is not wanted any more, and nothing of ours can run there: as stop, but a provider of
    /// machines that are not its own leaves it on (Errc::unsupported), even if it could stop it.
    virtual void release(const AssemblyKey& key, Done done) { stop(key, std::move(done)); }
    /// stop, and leaves nothing of it behind. Done when absent. Errc::unsupported: it is not ours
    /// to destroy, and stays as it is.
    virtual void destroy(const AssemblyKey&, Done) = 0;
};

}  // namespace cpe
