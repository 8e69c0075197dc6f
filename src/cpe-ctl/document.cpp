#include "src/cpe-ctl/document.hpp"

#include "src/cpe-ctl/text/clean.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <istream>
#include <memory_resource>
#include <ostream>
#include <utility>

namespace cpe::ctl {
namespace {

constexpr std::size_t chunk = 64 * 1024;

Result<std::string> read_all(std::istream& in, const std::string& shown, std::size_t limit) {
    std::string text;
    std::string buffer(chunk, '\0');
    errno = 0;
    while (in) {
        in.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        text.append(buffer, 0, static_cast<std::size_t>(in.gcount()));
        if (text.size() > limit)
            return Error{Errc::too_large, "more than " + std::to_string(limit) + " bytes", shown,
                         "divide it into several deployables"};
    }
    if (in.bad())
        return Error{
            Errc::unavailable, std::string{"cannot be read: "} + std::strerror(errno), shown, {}};
    return text;
}

Error in_file(const std::string& file, const Error& error) {
    Error told = error;
    told.where = shown_name(file) + (error.where.empty() ? "" : ", " + error.where);
    return told;
}

}  // namespace

std::string shown_name(const std::string& file) {
    return file == "-" ? "standard input" : file;
}

Result<std::string> read_document(const std::string& file, std::size_t limit, Io& io) {
    if (file == "-") return read_all(io.in, shown_name(file), limit);
    std::error_code failed;
    if (std::filesystem::is_directory(file, failed))
        return Error{Errc::unavailable, "is a directory", file, "give a file"};
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return Error{
            Errc::unavailable, std::string{"cannot be read: "} + std::strerror(errno), file, {}};
    return read_all(in, file, limit);
}

Result<Checked> check_document(const std::string& file, std::string_view document,
                               const deployable::Limits& limits) {
    std::pmr::monotonic_buffer_resource arena;
    auto parsed = deployable::parse(document, limits, arena);
    if (!parsed) return in_file(file, parsed.error());
    Checked checked;
    checked.name = parsed->deployable.name;
    checked.assemblies = parsed->deployable.assemblies.size();
    const auto count = [&](const List<Service>& services) {
        for (const auto& service : services) checked.services += service.configures.empty();
    };
    for (const auto& assembly : parsed->deployable.assemblies) count(assembly.services);
    count(parsed->deployable.services);
    for (const auto& error : parsed->unsupported)
        checked.unsupported.push_back(in_file(file, error));
    checked.notes = std::move(parsed->notes);
    return checked;
}

Result<NamedDocument> whole_document(const std::string& file, Io& io) {
    const auto limits = widest_limits();
    auto document = read_document(file, limits.document, io);
    if (!document) return document.error();
    auto checked = check_document(file, *document, limits);
    if (!checked) return checked.error();
    if (!checked->unsupported.empty()) return checked->unsupported.front();
    for (const auto& note : checked->notes) io.err << "note: " << clean(note) << '\n';
    return NamedDocument{std::move(checked->name), std::move(*document)};
}

deployable::Limits widest_limits() {
    deployable::Limits limits;
    limits.document = 64U << 20U;
    limits.assemblies = 10'000;
    limits.services = 100'000;
    return limits;
}

}  // namespace cpe::ctl
