// One query of a person, on a read-only connection that can reach no more than that person may see.
//
// Thread: the helper's only one. Layers, each of which would hold alone against what it is for:
//  - the file is opened read-only, and SQLite's own limits bound values, depth and memory;
//  - a tenant sees views of its own rows. Each reads its table through a hidden view whose name is
//    random, in the form of design.md §11: SELECT … FROM (SELECT … WHERE tenant = … LIMIT -1),
//    since without the inner limit the optimizer evaluates an expression of the query on other
//    tenants' rows too;
//  - the authorizer lets a tenant's query read a table only from within that hidden view. SQLite
//    names to the authorizer the innermost view, or common table expression, that reads: a
//    well-known view's name could be taken by `WITH events AS (SELECT … FROM main.events)`; a
//    random one cannot be known.
#pragma once

#include "src/store/sql_messages.hpp"
#include "src/store/sqlite.hpp"

#include <memory>
#include <string>

namespace cpe::store {

class Cage {
public:
    /// Opens the database and, for a tenant, makes its views. From then on only the query's.
    static Result<Cage> open(const SqlRequest&);
    Cage(Cage&&) noexcept;
    Cage& operator=(Cage&&) noexcept;
    ~Cage();

    /// Errors: invalid_input with SQLite's message, not_allowed naming what is not open,
    /// too_large and timed_out naming the limit.
    Result<SqlTable> run();

private:
    struct Rules;
    Cage(Database, std::unique_ptr<Rules>, const SqlRequest&);
    Result<> make_views();
    Result<> learn_private_names();
    Result<SqlTable> rows_of(Statement&);
    [[nodiscard]] Error explain(const Error&) const;

    std::unique_ptr<Rules> rules_;  // the authorizer's: must outlive the connection
    Database db_;
    SqlRequest request_;
};

}  // namespace cpe::store
