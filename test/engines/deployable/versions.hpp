// Two versions of a small deployable, for tests of what a reload does with them.
#pragma once

#include "engines/deployable/parse.hpp"

#include <catch2/catch.hpp>

#include <memory_resource>
#include <string>

namespace cpe::test {

inline std::string document(const std::string& assemblies, const std::string& constraints = "",
                            const std::string& head = "name='shop' uuid='u'") {
    return "<deployable " + head + "><assemblies>" + assemblies + "</assemblies><constraints>" +
           constraints + "</constraints></deployable>";
}

inline std::string assembly(const std::string& name, const std::string& services = "",
                            const std::string& more = "") {
    return "<assembly name='" + name + "' uuid='u-" + name + "' " + more + "><services>" +
           services + "</services></assembly>";
}

inline std::string service(const std::string& name, const std::string& inside = "",
                           const std::string& more = "monitor_interval='10'",
                           const std::string& type = "Dummy") {
    return "<service name='" + name + "' class='ocf' type='" + type + "' " + more + ">" +
           (inside.empty() ? "" : "<parameters>" + inside + "</parameters>") + "</service>";
}

inline std::string order(const std::string& first, const std::string& then) {
    return "<service_dependency id='" + first + "." + then + "' first='" + first + "' then='" +
           then + "'/>";
}

inline Deployable model(const std::string& text,
                        std::pmr::memory_resource& resource = *std::pmr::get_default_resource()) {
    auto parsed = deployable::parse(text, {}, resource);
    if (parsed.has_error()) FAIL(parsed.error().line());
    return std::move(parsed->deployable);
}

}  // namespace cpe::test
