// ssh-keygen in a directory of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cpe::ssh::test {

class Keygen {
public:
    Keygen();
    ~Keygen();
    Keygen(const Keygen&) = delete;
    Keygen& operator=(const Keygen&) = delete;

    /// NAME and NAME.pub.
    void make(const std::string& name, std::vector<std::string> words);
    /// Its output; it must succeed.
    std::string call(const std::vector<std::string>& words);
    [[nodiscard]] std::string path(const std::string& name) const;
    [[nodiscard]] std::string read(const std::string& name) const;
    void write(const std::string& name, const std::string& text) const;
    /// Of a public key's file: as it goes over the wire.
    [[nodiscard]] std::string blob(const std::string& name) const;

private:
    std::filesystem::path dir_;
};

/// Its stdout; throws where it fails.
std::string output_of(const std::string& shell);

}  // namespace cpe::ssh::test
