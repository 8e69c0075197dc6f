// A fence agent's options file, and what an agent says: both are foreign bytes. Whatever stands
// there, what reaches the agent is lines that each are one option, and no secret is ever shown.
#include "adapters/static/fence_options.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace cpe;
using namespace cpe::static_hosts;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

/// One that is struck out: what is short says nothing. Stars stand in its place, and question marks
/// in that of what cannot be shown: with them another text may come to look like it.
bool is_secret(std::string_view value) {
    return value.size() >= 4 && value.find_first_of("*?") == value.npos;
}

void try_options(const FenceOptions& options, std::string_view said) {
    check(options.given.size() <= max_options);
    check(options.actions_at_once >= 1 && options.actions_at_once <= max_actions_at_once);
    const auto plug = plug_of(options, {{"default", "shop"}, "web"});
    check(!plug.empty() && plug.find('\n') == plug.npos);
    const auto input = input_for(options, "off", plug);
    check(std::count(input.begin(), input.end(), '\n') ==
          static_cast<std::ptrdiff_t>(options.given.size()) + 2);
    const auto shown = fit_to_show(options, said);
    check(shown.size() <= 256);
    check(std::none_of(shown.begin(), shown.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
    for (const auto& [name, value] : options.given)
        if (is_secret(value)) check(shown.find(value) == shown.npos);
}

}  // namespace

/// The file, and after a zero byte what its agent said.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const auto file = all.substr(0, all.find('\0'));
    const auto options = parse_options(file);
    if (!options) {
        check(!options.error().what.empty());
        return 0;
    }
    try_options(*options, all.substr(std::min(file.size() + 1, all.size())));
    return 0;
}
