#include "test/engines/deployment/script.hpp"

#include "test/golden/golden.hpp"

#include <sstream>

namespace cpe::test {

std::string document_named(const std::string& name) {
    for (const char* folder : {"test/golden/deployable/good/", "test/golden/deployment/"}) {
        const auto path = source_path(folder + name + ".xml");
        if (std::filesystem::exists(path)) return read_file(path);
    }
    FAIL("no document " << name);
    return {};
}

std::unique_ptr<Sim> running(const std::string& text) {
    auto sim = std::make_unique<Sim>(text);
    sim->begin();
    sim->start();
    REQUIRE(sim->run_until(DeployableState::running));
    sim->run(Millis{5'000});
    return sim;
}

std::unique_ptr<Sim> settled(const std::string& text) {
    auto sim = running(text);
    sim->forget();
    return sim;
}

Script::Script(const std::filesystem::path& file) {
    std::istringstream lines(read_file(file));
    for (std::string line; std::getline(lines, line);) {
        INFO(file << ": " << line);
        if (!line.empty() && line.front() != '#') carry_out(line);
    }
}

std::string Script::log() const {
    std::string text;
    for (const auto& line : sim_->log) text += line + "\n";
    return text;
}

void Script::carry_out(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    words >> verb;
    if (verb == "document") {
        std::string name;
        words >> name;
        edited_ = document_named(name);
        sim_ = std::make_unique<Sim>(edited_);
        return;
    }
    REQUIRE(sim_);
    std::istringstream again(line.substr(verb.size()));
    if (reload(verb, line.substr(std::min(line.size(), verb.size() + 1)))) return;
    if (!time_or_wish(verb, words) && !fault(verb, again)) FAIL("no such command");
}

void Script::until(const std::string& state, std::istringstream& words) {
    if (state == "member") {
        std::string name;
        words >> name;
        REQUIRE(sim_->run_until([&] { return sim_->assembly(name) == AssemblyState::running; },
                                Millis{600'000}));
        return;
    }
    if (state == "gone") {
        std::string name;
        words >> name;
        const bool gone = sim_->run_until([&] { return !sim_->is_there(name); }, Millis{180'000});
        INFO(log());
        REQUIRE(gone);
        return;
    }
    const bool reached =
        sim_->run_until([&] { return name_of(sim_->status().state) == state; }, Millis{600'000});
    INFO(log());
    REQUIRE(reached);
}

/// "edit TEXT => OTHER" (TEXT stands there once), "cut FROM ... TO", "reload [DOCUMENT]".
bool Script::reload(const std::string& verb, const std::string& rest) {
    if (verb == "edit" || verb == "cut") {
        const std::string between = verb == "edit" ? " => " : " ... ";
        const auto arrow = rest.find(between);
        REQUIRE(arrow != std::string::npos);
        const std::string text = rest.substr(0, arrow), other = rest.substr(arrow + between.size());
        const auto at = edited_.find(text);
        REQUIRE(at != std::string::npos);
        REQUIRE(edited_.find(text, at + 1) == std::string::npos);
        if (verb == "edit") return edited_.replace(at, text.size(), other), true;
        const auto end = edited_.find(other, at);
        REQUIRE(end != std::string::npos);
        return edited_.erase(at, end + other.size() - at), true;
    }
    if (verb != "reload") return false;
    if (!rest.empty()) edited_ = document_named(rest);
    static_cast<void>(sim_->reload(edited_));
    return true;
}

bool Script::time_or_wish(const std::string& verb, std::istringstream& words) {
    std::string word;
    if (verb == "begin") return sim_->begin(), true;
    if (verb == "start") return sim_->start(), true;
    if (verb == "stop") return sim_->stop(), true;
    if (verb == "delete") return sim_->remove(), true;
    if (verb == "forget") return sim_->forget(), true;
    if (verb == "lose") return sim_->lose_next_result(), true;
    if (!(words >> word)) return false;
    if (verb == "brake") return sim_->brake(word == "on"), true;
    if (verb == "maintenance") {
        std::string assembly;
        words >> assembly;
        sim_->wish(word == "on" ? Wish::maintenance_on : Wish::maintenance_off, assembly);
        return true;
    }
    if (verb == "cped") return sim_->restart_cped(), true;
    if (verb == "confirm-down") return sim_->wish(Wish::confirm_down, word), true;
    if (verb == "restart") return sim_->wish(Wish::restart_assembly, word), true;
    if (verb == "retry") return sim_->wish(Wish::retry_service, word), true;
    if (verb == "run") return sim_->run(Millis{std::stoi(word)}), true;
    if (verb == "until") return until(word, words), true;
    return false;
}

/// "provider fails 2 stops of db", "provider cannot stop db", "provider can stop db".
void Script::provider(const std::string& what, const std::string& count, const std::string& of,
                      std::istringstream& words) {
    if (what == "cannot") return void(sim_->unfenceable.insert(of));
    if (what == "can") return void(sim_->unfenceable.erase(of));
    std::string name;
    words >> name;
    auto& table = of == "stops"    ? sim_->fail_stops
                  : of == "starts" ? sim_->fail_starts
                                   : sim_->fail_destroys;
    table[name] = std::stoi(count);
}

bool Script::fault(const std::string& verb, std::istringstream& words) {
    std::string a, b, c, last;
    words >> a >> b >> c >> last;
    if (verb == "service" && b == "dies") return sim_->kill_service(a), true;
    if (verb == "service" && b == "heals") return sim_->heal_service(a), true;
    if (verb == "start-of") {
        // "start-of rsc_db fails 1", of one that floats "start-of rsc_db fails 1 b"
        sim_->guest(last.empty() ? sim_->home_of(a) : last).fail_start[a] = std::stoi(c);
        return true;
    }
    if (verb == "monitor-of") {
        return sim_->monitor_says(a, std::stoi(c)), true;
    }
    if (verb == "stop-of") {
        sim_->guest(sim_->home_of(a)).fail_stop[a] = std::stoi(c);
        return true;
    }
    if (verb == "reload-of") {
        sim_->guest(sim_->home_of(a)).fail_reload[a] = std::stoi(c);
        return true;
    }
    if (verb == "agent-of") {
        auto& hangs = sim_->guest(sim_->home_of(a)).hangs;
        return b == "hangs" ? void(hangs.insert(a)) : void(hangs.erase(a)), true;
    }
    if (verb == "agent") return sim_->restart_agent(a), true;
    if (verb == "policy") return sim_->fail_ticks = std::stoi(b), true;
    if (verb == "provider") return provider(a, b, c, words), true;
    if (verb == "instance") return sim_->lose_instance(a), true;
    if (verb != "guest") return false;
    if (b == "dies") return sim_->kill_guest(a, !c.empty()), true;
    if (b == "freezes") return sim_->freeze(a, true), true;
    if (b == "thaws") return sim_->freeze(a, false), true;
    if (b == "refuses") return sim_->refuse(a, true), true;
    if (b == "accepts") return sim_->refuse(a, false), true;
    if (b == "reboots") return sim_->reboot_guest(a), true;
    if (b == "is") return sim_->guest(a).mute_boot = c == "mute", true;
    return false;
}

}  // namespace cpe::test
