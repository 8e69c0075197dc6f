// What cpe-ctl asks of cped, as functions (design.md §10, docs/amqp.md).
//
// Thread: the main thread; each call runs the session's loop until answered. Errors: cped's own,
// mapped from its status codes; Errc::unavailable where the connection was lost.
#pragma once

#include "src/cpe-ctl/net/session.hpp"

#include <cpe/records.hpp>
#include <cpe/store.hpp>

#include <optional>
#include <string>
#include <vector>

namespace cpe::ctl {

class Management {
public:
    Management(Session& session, std::string tenant)
        : session_(session), tenant_(std::move(tenant)) {}

    /// Answered once persisted.
    Result<> create(const std::string& document, bool start);
    Result<> start(const std::string& name);
    Result<> stop(const std::string& name);
    Result<> remove(const std::string& name);
    Result<> reload(const std::string& name, const std::string& document);
    Result<> release(const std::string& name);
    Result<> confirm_down(const std::string& deployable, const std::string& assembly);
    Result<> restart(const std::string& deployable, const std::string& assembly);
    /// `service`: its name, "assembly/name", or its resource.
    Result<> trust(const std::string& deployable, const std::string& assembly);
    Result<> retry(const std::string& deployable, const std::string& service);
    /// An empty assembly: the whole deployable.
    Result<> maintain(const std::string& deployable, const std::string& assembly, bool on);
    Result<> fault(const std::string& deployable, const std::string& fault);

    Result<std::vector<DeployableStatus>> list();
    /// Errc::not_found where there is none.
    Result<DeployableStatus> find(const std::string& name);
    Result<SqlTable> sql(const std::string& query);

    /// From now on, or from after an event of the past; an empty name: of all deployables.
    Result<> subscribe(const std::string& deployable, std::optional<EventId> after);

    [[nodiscard]] Session& session() { return session_; }

private:
    /// Where only whether it was done matters.
    Result<> tell(const char* operation, const char* type, const std::string& name,
                  const amqp::Map& body = {});
    Result<amqp::Message> ask(const char* operation, const char* type, const std::string& name,
                              const amqp::Map& body);
    /// Every page of a QUERY; no `attributes`: all.
    Result<std::vector<amqp::Map>> query(const char* type, const std::string& deployable,
                                         const std::vector<std::string>& attributes);
    /// Deployables, assemblies and services by three QUERYs: parts of a large deployable do not fit
    /// into one answer. Between them something may change; an empty name: all deployables.
    Result<std::vector<DeployableStatus>> gather(const std::string& name);

    Session& session_;
    std::string tenant_;
};

}  // namespace cpe::ctl
