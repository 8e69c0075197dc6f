// Runs a program by the shell, as a person would.
#pragma once

#include <catch2/catch.hpp>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace cpe::test {

struct Ran {
    int exit = -1;
    std::string text;
};

/// What it wrote to standard output.
inline Ran run_shell(const std::string& line) {
    FILE* pipe = popen(line.c_str(), "r");
    REQUIRE(pipe);
    Ran ran;
    std::array<char, 4096> buffer{};
    for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        ran.text.append(buffer.data(), size);
    const int status = pclose(pipe);
    INFO(line);
    REQUIRE(WIFEXITED(status));
    ran.exit = WEXITSTATUS(status);
    return ran;
}

}  // namespace cpe::test
