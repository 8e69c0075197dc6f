#include "adapters/local/record.hpp"

#include "adapters/local/posix.hpp"
#include "adapters/local/subnet.hpp"

#include <boost/json.hpp>

#include <sys/stat.h>

namespace cpe::local {
namespace {

namespace json = boost::json;

constexpr const char* file_name = "instance.json";

Error bad_record(std::string what) {
    return {Errc::internal, "not a record of a sandbox: " + std::move(what), file_name, ""};
}

/// Field 22 of /proc/PID/stat; 0 for the dead, also those that nobody has reaped (field 3). The
/// command's name in field 2 may hold spaces and parentheses.
std::uint64_t start_ticks_of(pid_t pid) {
    const auto text = read_small("/proc/" + std::to_string(pid) + "/stat");
    if (!text) return 0;
    auto at = text->rfind(')');
    if (at == std::string::npos || text->find_first_of("ZX", at) == at + 2) return 0;
    for (int field = 2; field < 22 && at != std::string::npos; ++field)
        at = text->find(' ', at + 1);
    return at == std::string::npos ? 0 : std::strtoull(text->c_str() + at, nullptr, 10);
}

std::uint64_t pid_namespace_of(pid_t pid) {
    struct stat info {};
    const auto path = "/proc/" + std::to_string(pid) + "/ns/pid";
    return ::stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

std::string host_boot() {
    auto text = read_small("/proc/sys/kernel/random/boot_id").value_or("");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

}  // namespace

std::string record_text(const Record& record) {
    const json::object object{
        {"tenant", record.key.deployable.tenant}, {"deployable", record.key.deployable.name},
        {"assembly", record.key.assembly},        {"pid", record.pid},
        {"start_ticks", record.start_ticks},      {"pid_namespace", record.pid_namespace},
        {"host_boot", record.host_boot},          {"boot_id", record.boot_id},
        {"address", address_text(record.address)}};
    return json::serialize(object) + "\n";
}

Result<Record> parse_record(const std::string& text) {
    boost::system::error_code failed;
    const auto value = json::parse(text, failed);
    if (failed) return bad_record(failed.message());
    const auto* object = value.if_object();
    if (object == nullptr) return bad_record("no object");
    const auto word = [&](const char* name) {
        const auto* found = object->if_contains(name);
        return found && found->is_string() ? std::string(found->get_string()) : std::string();
    };
    const auto number = [&](const char* name) -> std::uint64_t {
        const auto* found = object->if_contains(name);
        boost::system::error_code wrong;
        return found ? found->to_number<std::uint64_t>(wrong) : 0;
    };
    Record record{.key = {{word("tenant"), word("deployable")}, word("assembly")},
                  .pid = static_cast<pid_t>(number("pid")),
                  .start_ticks = number("start_ticks"),
                  .pid_namespace = number("pid_namespace"),
                  .host_boot = word("host_boot"),
                  .boot_id = word("boot_id"),
                  .address = 0};
    const auto address = parse_address(word("address"));
    if (!address || record.key.assembly.empty()) return bad_record("fields are missing");
    record.address = *address;
    return record;
}

Result<Record> read_record(const std::filesystem::path& slug_dir) {
    const auto text = read_small(slug_dir / file_name, max_record_bytes);
    if (!text) return Error{Errc::not_found, "no record", slug_dir / file_name, ""};
    return parse_record(*text);
}

Result<> write_record(const std::filesystem::path& slug_dir, const Record& record) {
    return write_small(slug_dir / file_name, record_text(record));
}

Result<> identify(pid_t pid, Record& record) {
    record.pid = pid;
    record.start_ticks = start_ticks_of(pid);
    record.pid_namespace = pid_namespace_of(pid);
    record.host_boot = host_boot();
    if (record.start_ticks != 0 && record.pid_namespace != 0) return {};
    return Error{Errc::unavailable, "process " + std::to_string(pid) + " is gone", "", ""};
}

bool is_alive(const Record& record) {
    return record.pid > 1 && record.start_ticks != 0 && record.host_boot == host_boot() &&
           record.start_ticks == start_ticks_of(record.pid) &&
           record.pid_namespace == pid_namespace_of(record.pid);
}

}  // namespace cpe::local
