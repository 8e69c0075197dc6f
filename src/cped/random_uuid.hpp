// A random (version 4) UUID from the kernel; for transition keys.
//
// Thread: any. Source: RFC 4122 section 4.4.
#pragma once

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <string>

namespace cpe::cped {

inline std::string random_uuid() {
    return boost::uuids::to_string(boost::uuids::random_generator()());
}

}  // namespace cpe::cped
