// AMQP maps of cped -> the records that are shown (design.md §10: attributes equal the JSON keys).
//
// Thread: any; pure. Errors: Errc::internal for what a cped of this version never says.
#pragma once

#include "adapters/amqp/message.hpp"

#include <cpe/records.hpp>
#include <cpe/store.hpp>

namespace cpe::ctl {

/// Its lists of assemblies and services may be left out.
Result<DeployableStatus> deployable_of(const amqp::Map&);
/// Puts assemblies (services) under their deployables; what belongs to none of them (it came
/// meanwhile) is left out.
/// @{
Result<> add_assemblies(const std::vector<amqp::Map>&, std::vector<DeployableStatus>&);
Result<> add_services(const std::vector<amqp::Map>&, std::vector<DeployableStatus>&);
/// @}
Result<StoredEvent> event_of(const amqp::Message&);
Result<SqlTable> table_of(const amqp::Message&);

}  // namespace cpe::ctl
