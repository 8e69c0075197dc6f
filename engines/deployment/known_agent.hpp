// A resource agent of one guest, as far as it was asked about itself.
//
// Thread: its deployable's strand. Lives in the deployable's arena.
#pragma once

#include "engines/translate/agent_metadata.hpp"

#include <cpe/ids.hpp>
#include <cpe/records.hpp>
#include <cpe/time.hpp>

#include <optional>

namespace cpe::deployment {

struct KnownAgent {
    Text provider;
    Text type;
    translate::AgentMetadata metadata;
    /// The question under way; none: it was answered, or never will be.
    std::optional<ActionRecord> question;
    MonoTime limit;
    int asked = 0;               ///< how often
    bool was_overtaken = false;  ///< its last question was never put

    [[nodiscard]] bool is_of(const Service& model) const {
        return provider == model.provider && type == model.type;
    }
};

}  // namespace cpe::deployment
