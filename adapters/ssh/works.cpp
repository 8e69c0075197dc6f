#include "adapters/ssh/works.hpp"

#include "adapters/ssh/command.hpp"

namespace cpe::ssh {

Works::Named Works::name(const std::string& work) {
    if (const auto known = names_.find(work); known != names_.end()) return {known->second, {}, {}};
    const auto name = "work_" + std::to_string(++last_);
    Named named{name, definition_of(name, work), {}};
    if (work.size() > max_remembered) {
        named.after = "forget " + name + "\n";
        return named;
    }
    order_.push_back(&names_.emplace(work, name).first->first);
    bytes_ += work.size();
    while (bytes_ > max_remembered) {
        const auto oldest = names_.find(*order_.front());
        named.before += "forget " + oldest->second + "\n";
        bytes_ -= oldest->first.size();
        order_.pop_front();
        names_.erase(oldest);
    }
    return named;
}

}  // namespace cpe::ssh
