#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/commands/connected.hpp"
#include "src/cpe-ctl/show/json.hpp"
#include "src/cpe-ctl/show/tables.hpp"

#include <ostream>

namespace cpe::ctl {

Exit run_sql(const Invocation& invocation, Io& io) {
    return connected(invocation.globals, io, [&](Management& management) {
        const auto table = management.sql(invocation.arguments[0]);
        if (!table) return fail(io, table.error(), management.session());
        if (invocation.globals.output == Output::json)
            io.out << sql_json(*table);
        else
            io.out << sql_table(*table, {io.moment(), io.out_colour});
        return Exit::done;
    });
}

}  // namespace cpe::ctl
