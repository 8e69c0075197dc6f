#include "src/cpe-agent/process_tree.hpp"

#include "src/cpe-agent/agent_command.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

namespace cpe::guest {

namespace {

namespace fs = std::filesystem;

constexpr int max_rounds = 64;
constexpr std::size_t max_environment = std::size_t{4} * 1024 * 1024;

struct Process {
    pid_t pid = 0;
    pid_t parent = 0;
    pid_t session = 0;
    std::uint64_t began = 0;
    char state = '?';
};

std::string read_some(const fs::path& file, std::size_t limit) {
    std::ifstream in(file, std::ios::binary);
    std::string text;
    char buffer[4096];
    while (text.size() < limit && (in.read(buffer, sizeof buffer) || in.gcount() > 0))
        text.append(buffer, static_cast<std::size_t>(in.gcount()));
    return text;
}

fs::path proc_of(pid_t pid) {
    return fs::path("/proc") / std::to_string(pid);
}

/// proc(5), stat: "pid (name) state ppid pgrp session ...", the name may hold anything.
std::optional<Process> read_process(pid_t pid) {
    const auto text = read_some(proc_of(pid) / "stat", 4096);
    const auto after_name = text.rfind(')');
    if (after_name == std::string::npos) return std::nullopt;
    std::istringstream in(text.substr(after_name + 1));
    Process process;
    process.pid = pid;
    std::string skipped;
    in >> process.state >> process.parent >> skipped >> process.session;
    for (int field = 7; field < 22; ++field) in >> skipped;
    in >> process.began;
    if (!in) return std::nullopt;
    return process;
}

std::vector<Process> living_processes() {
    std::vector<Process> all;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator("/proc", error)) {
        const auto name = entry.path().filename().string();
        pid_t pid = 0;
        const auto end = std::from_chars(name.data(), name.data() + name.size(), pid);
        if (end.ec != std::errc{} || end.ptr != name.data() + name.size()) continue;
        const auto process = read_process(pid);
        if (process && process->state != 'Z' && process->state != 'X') all.push_back(*process);
    }
    return all;
}

enum class Mark { none, ours, others };

Mark mark_of(pid_t pid, const std::string& marker) {
    const auto text = std::string(1, '\0') + read_some(proc_of(pid) / "environ", max_environment);
    const auto prefix = std::string(1, '\0') + run_marker + "=";
    const auto found = text.find(prefix);
    if (found == std::string::npos) return Mark::none;
    const auto value = text.substr(found + prefix.size());
    return value.substr(0, value.find('\0')) == marker ? Mark::ours : Mark::others;
}

bool belongs(const Process& process, const RunScope& scope) {
    if (scope.first > 0 && (process.pid == scope.first || process.session == scope.first))
        return true;
    if (process.began < scope.began) return false;
    const auto mark = mark_of(process.pid, scope.marker);
    if (mark == Mark::ours) return true;
    return mark == Mark::none && scope.claims_orphans && process.parent == ::getpid();
}

}  // namespace

std::vector<pid_t> members_of(const RunScope& scope) {
    const auto all = living_processes();
    const auto self = ::getpid();
    std::set<pid_t> members;
    for (const auto& process : all)
        if (process.pid != self && belongs(process, scope)) members.insert(process.pid);
    for (bool grown = true; grown;) {  // descendants; each round adds a generation
        grown = false;
        for (const auto& process : all)
            if (process.pid != self && members.contains(process.parent))
                grown |= members.insert(process.pid).second;
    }
    return {members.begin(), members.end()};
}

std::size_t kill_all(const RunScope& scope) {
    std::set<pid_t> stopped;
    for (int round = 0; round < max_rounds; ++round) {
        bool grown = false;
        for (const auto pid : members_of(scope)) {
            if (!stopped.insert(pid).second) continue;
            grown = true;
            ::kill(pid, SIGSTOP);
        }
        if (!grown) break;
    }
    for (const auto pid : stopped) ::kill(pid, SIGKILL);
    return stopped.size();
}

std::uint64_t start_of(pid_t pid) {
    const auto process = read_process(pid);
    return process ? process->began : 0;
}

}  // namespace cpe::guest
