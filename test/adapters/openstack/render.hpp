// What was read, as text for the golden files.
#pragma once

#include "adapters/openstack/fault.hpp"
#include "adapters/openstack/resources.hpp"
#include "adapters/openstack/timestamp.hpp"
#include "adapters/openstack/token.hpp"

#include <string>

namespace cpe::test {

std::string render(const openstack::Fault& fault);
std::string render(const openstack::Server& server);
std::string render(const openstack::Token& token);
std::string render(const openstack::Limits& limits);

}  // namespace cpe::test
