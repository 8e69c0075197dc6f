// READ and QUERY: what is now, as entities (AMQP Management §3.3).
//
// Thread: the loop thread; pure over what Control tells.
#pragma once

#include "src/management/answer.hpp"
#include "src/management/request.hpp"

#include <cpe/control.hpp>

namespace cpe::management {

/// AMQP values in one answer: Proton cannot encode more than 65,535. A QUERY that has more answers
/// the first rows only: `count` says how many, and the rest is asked for with `offset`.
constexpr std::size_t max_answer_values = 50'000;
/// Rows of one QUERY answer, whatever `count` asks for.
constexpr std::size_t max_query_rows = 1'000;

/// A deployable with its assemblies and services, or without where they do not fit into one answer.
[[nodiscard]] amqp::Map attributes_that_fit(const DeployableStatus& deployable);

/// The service that a target means: by its resource, by its name where that is unique, or by
/// assembly and name. A name that several have is refused with what they can be told apart by.
[[nodiscard]] Result<const ServiceStatus*> find_service(const DeployableStatus&, const Target&);

/// Errc::not_found where there is none.
[[nodiscard]] Result<const AssemblyStatus*> find_assembly(const DeployableStatus&, const Target&);

[[nodiscard]] Result<Answer> read_entity(const Control& control, const Request& request);

[[nodiscard]] Result<Answer> query_entities(const Control& control, const Request& request);

}  // namespace cpe::management
