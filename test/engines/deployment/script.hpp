// Golden event scripts: one command a line, carried out in the small world.
#pragma once

#include "test/engines/deployment/sim.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace cpe::test {

/// A document of the golden folders by its name.
std::string document_named(const std::string& name);

/// A deployable of this document (its text) that came up, and ran for five seconds since.
std::unique_ptr<Sim> running(const std::string& text);
/// The same, with a log that begins now.
std::unique_ptr<Sim> settled(const std::string& text);

class Script {
public:
    /// Reads and carries out; fails the test with the line that cannot be.
    explicit Script(const std::filesystem::path& file);

    [[nodiscard]] const Sim& sim() const { return *sim_; }
    [[nodiscard]] std::string log() const;

private:
    void carry_out(const std::string& line);
    bool time_or_wish(const std::string& verb, std::istringstream& words);
    bool fault(const std::string& verb, std::istringstream& words);
    void provider(const std::string& what, const std::string& count, const std::string& of,
                  std::istringstream& words);
    void until(const std::string& state, std::istringstream& words);
    bool reload(const std::string& verb, const std::string& rest);

    std::unique_ptr<Sim> sim_;
    std::string edited_;  ///< the document that `reload` takes
};

}  // namespace cpe::test
