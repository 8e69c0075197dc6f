// Writes what is now: documents, desired, memory, deployables, assemblies, services.
//
// Thread: the store thread, within its transaction. Errors: see sqlite.hpp; Errc::exists where a
// deployable is there already, Errc::not_found where it is not (any more).
#pragma once

#include "src/store/sqlite.hpp"

#include <cpe/records.hpp>

#include <string>

namespace cpe::store {

class NowRows {
public:
    static Result<NowRows> open(Database&);

    Result<> create(const DeployableKey&, const std::string& document);
    Result<> remember(const DeployableKey&, const MemoryRecord&);
    Result<> remember(const LoadedFile&);
    Result<> set_wanted(const DeployableKey&, bool);
    Result<> set_deleting(const DeployableKey&, bool);
    /// The new one, where there is one.
    Result<> set_document(const DeployableKey&, std::string_view document);
    /// Rows that say the same already are not written again; rows that it does not name go.
    Result<> put(const DeployableStatus&);
    /// The document, and all that hangs on it.
    Result<> remove(const DeployableKey&);

private:
    NowRows() = default;
    Result<> put(const DeployableKey&, const AssemblyStatus&);
    Result<> put(const DeployableKey&, const ServiceStatus&);
    Result<> changed_one(Result<> done, const DeployableKey&);

    Database* db_ = nullptr;
    Statement create_, desire_, wanted_, deleting_, document_, remove_;
    Statement remember_, forget_, load_file_;
    Statement deployable_, assembly_, service_;
    Statement assembly_names_, service_names_, drop_assembly_, drop_service_;
};

}  // namespace cpe::store
