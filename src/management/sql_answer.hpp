// A table as the answer of operation SQL: {columns: list, rows: list of lists}.
//
// Thread: any; pure.
#pragma once

#include "src/management/answer.hpp"

#include <cpe/store.hpp>

namespace cpe::management {

/// Errc::too_large when it has more values than one AMQP message can hold.
[[nodiscard]] Result<Answer> sql_answer(const SqlTable& table);

}  // namespace cpe::management
