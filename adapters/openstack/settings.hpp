// What the OpenStack provider is told when it is made.
//
// Thread: any; values.
#pragma once

#include "adapters/openstack/access.hpp"

#include <cpe/log.hpp>
#include <cpe/time.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace cpe::openstack {

/// Of a document that names none, and what no document names.
struct ServerDefaults {
    std::string image;
    std::string flavor;
    std::vector<std::string> networks;  ///< names or ids; none: the project's only one
    std::vector<std::string> security_groups;
    std::string availability_zone;
    std::string key_pair;  ///< one that exists, beside our own key; or empty
    bool config_drive = false;
    std::filesystem::path user_data;  ///< the operator's own, merged with ours; or empty
};

/// Which of a server's addresses its guest is reached at.
struct AddressChoice {
    std::string network;  ///< empty: any
    int version = 0;      ///< 4, 6 or 0: any
    bool floating = false;
};

struct Deadlines {
    Millis create{300'000};  ///< from the request to ACTIVE
    Millis action{60'000};   ///< of one stop, start or reboot, to its proof
    Millis remove{60'000};   ///< of a delete, to 404
    Millis request{30'000};  ///< of one call of an API, its retries included
    Millis settle{1'000};    ///< between two looks while something is awaited
    Millis poll{5'000};      ///< between two looks at rest
};

struct ProviderSettings {
    std::string name;  ///< in the configuration
    AccessSettings access;
    ServerDefaults servers;
    AddressChoice address;
    Deadlines deadlines;
    std::string user = "root";             ///< of deployables that name none
    std::filesystem::path authorized_key;  ///< public key that guests let in
    std::filesystem::path owner_file;      ///< who we are among all that use this project
    bool respect_external_stop = true;
    std::size_t commands_waiting = 16;  ///< of one assembly; further ones are refused
    std::size_t full_every = 12;        ///< each so many looks, all servers instead of the changes
    std::function<double()> random;
    LogSink log;
};

}  // namespace cpe::openstack
