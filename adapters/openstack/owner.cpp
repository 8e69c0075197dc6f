#include "adapters/openstack/owner.hpp"

#include "adapters/openstack/secret_file.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <system_error>

namespace cpe::openstack {
namespace {

constexpr std::size_t longest = 40;

bool is_id(const std::string& text) {
    return !text.empty() && text.size() <= longest &&
           std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

/// Whole or not at all: it is renamed into its place.
Result<> write(const std::filesystem::path& file, const std::string& id) {
    auto scratch = file;
    scratch += ".new";
    std::ofstream out(scratch, std::ios::trunc);
    out << id << '\n';
    out.close();
    std::error_code failed;
    if (out) std::filesystem::rename(scratch, file, failed);
    if (!out || failed)
        return Error{Errc::unavailable, "cannot be written", file.string(), "is the disk full?"};
    return {};
}

}  // namespace

Result<std::string> owner_of(const std::filesystem::path& file,
                             const std::function<std::string()>& make) {
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) {
        if (failed) return Error{Errc::unavailable, failed.message(), file.string(), {}};
        const std::string id = make();
        if (auto written = write(file, id); !written) return written.error();
        return id;
    }
    auto read = read_file(file, longest + 1);
    if (!read) return read.error();
    std::string id = std::move(read->text);
    while (!id.empty() && id.back() == '\n') id.pop_back();
    if (is_id(id)) return id;
    return Error{Errc::invalid_input, "holds no id of an owner", file.string(),
                 "it names whose servers are ours: restore it"};
}

}  // namespace cpe::openstack
