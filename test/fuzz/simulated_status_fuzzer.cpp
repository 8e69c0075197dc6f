// Any bytes as a CIB, and a few actions that went well: what comes out must be a CIB again, and the
// same when nothing more happens. Input: lines "KIND OPERATION RESOURCE NODE INTERVAL LONG_ID", an
// empty line, the CIB.
#include "engines/translate/simulated_status.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool held) {
    if (!held) std::abort();
}

/// The next word; names come from a graph, so they are text of a document.
std::string take_word(std::string_view& line) {
    const auto end = line.find(' ');
    std::string word(line.substr(0, end));
    line.remove_prefix(end == line.npos ? line.size() : end + 1);
    for (char& c : word)
        if (c < '!' || c > '~') c = '_';
    return word;
}

cpe::GraphAction action_of(std::string_view line) {
    using Kind = cpe::GraphAction::Kind;
    constexpr std::array kinds{Kind::rsc, Kind::pseudo, Kind::fence, Kind::crm};
    cpe::GraphAction action;
    action.kind = kinds[take_word(line).size() % kinds.size()];
    action.operation = take_word(line);
    action.resource = take_word(line);
    action.node = take_word(line);
    action.node_uuid = action.node;
    action.interval = cpe::Millis{static_cast<std::int64_t>(take_word(line).size() % 3) * 1000};
    action.long_id = take_word(line);
    action.agent_class = "ocf";
    action.agent_type = "Dummy";
    action.digest = action.resource;
    action.meta = {{"stonith_action", action.resource}, {"operation", "monitor"}};
    return action;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t most_actions = 16;
    std::string_view input(reinterpret_cast<const char*>(data), size);
    std::vector<cpe::GraphAction> actions;
    while (!input.empty() && input.front() != '\n' && actions.size() < most_actions) {
        const auto end = input.find('\n');
        actions.push_back(action_of(input.substr(0, end)));
        input.remove_prefix(end == input.npos ? input.size() : end + 1);
    }
    if (!input.empty()) input.remove_prefix(1);
    auto status = cpe::translate::SimulatedStatus::read(input);
    if (!status) return 0;
    for (const auto& action : actions) status->succeeded(action, cpe::WallTime{1'700'000'000'000});
    const auto text = status->text();
    const auto again = cpe::translate::SimulatedStatus::read(text);
    require(again.has_value());
    require(again->text() == text);
    return 0;
}
