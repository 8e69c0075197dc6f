// deployable list, deployable show, status: what is now.
#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/commands/connected.hpp"
#include "src/cpe-ctl/show/json.hpp"
#include "src/cpe-ctl/show/tables.hpp"

#include <ostream>

namespace cpe::ctl {
namespace {

/// One by name, or all.
Result<std::vector<DeployableStatus>> seen(Management& management, const Invocation& invocation) {
    if (invocation.arguments.empty()) return management.list();
    auto found = management.find(invocation.arguments[0]);
    if (!found) return found.error();
    return std::vector<DeployableStatus>{std::move(*found)};
}

template <class Format>
Exit look(const Invocation& invocation, Io& io, Format format) {
    return connected(invocation.globals, io, [&](Management& management) {
        const auto deployables = seen(management, invocation);
        if (!deployables) return fail(io, deployables.error(), management.session());
        if (invocation.globals.output == Output::json)
            io.out << deployables_json(*deployables);
        else
            io.out << format(*deployables, Style{io.moment(), io.out_colour});
        return Exit::done;
    });
}

}  // namespace

Exit run_list(const Invocation& invocation, Io& io) {
    return look(invocation, io, [](const auto& deployables, const Style& style) {
        return list_table(deployables, style);
    });
}

Exit run_status(const Invocation& invocation, Io& io) {
    return look(invocation, io, [](const auto& deployables, const Style& style) {
        return status_table(deployables, style);
    });
}

Exit run_show(const Invocation& invocation, Io& io) {
    return look(invocation, io, [](const auto& deployables, const Style& style) {
        return show_table(deployables.front(), style);
    });
}

}  // namespace cpe::ctl
