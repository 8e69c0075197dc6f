#include "test/adapters/ssh/keygen.hpp"

#include "adapters/ssh/command.hpp"

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace cpe::ssh::test {

std::string output_of(const std::string& shell) {
    std::FILE* pipe = ::popen(shell.c_str(), "re");
    if (!pipe) throw std::runtime_error("popen");
    std::string out;
    char buffer[4096];
    for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
        out.append(buffer, got);
    if (::pclose(pipe) != 0) throw std::runtime_error(shell + ": " + out);
    return out;
}

Keygen::Keygen() {
    char path[] = "/tmp/cpe-keygen-XXXXXX";
    if (!::mkdtemp(path)) throw std::runtime_error("mkdtemp");
    dir_ = path;
}

Keygen::~Keygen() {
    std::error_code ignored;
    std::filesystem::remove_all(dir_, ignored);
}

void Keygen::make(const std::string& name, std::vector<std::string> words) {
    words.insert(words.end(), {"-q", "-f", path(name)});
    call(words);
}

std::string Keygen::call(const std::vector<std::string>& words) {
    std::string line = "ssh-keygen";
    for (const auto& word : words) line += " " + ssh::quoted(word);
    return output_of(line + " 2>&1 </dev/null");
}

std::string Keygen::path(const std::string& name) const {
    return (dir_ / name).string();
}

std::string Keygen::read(const std::string& name) const {
    std::ifstream in(dir_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void Keygen::write(const std::string& name, const std::string& text) const {
    std::ofstream(dir_ / name, std::ios::binary) << text;
}

std::string Keygen::blob(const std::string& name) const {
    const auto line = read(name);
    const auto from = line.find(' ') + 1;
    const auto base64 = line.substr(from, line.find_first_of(" \n", from) - from);
    std::string bytes(base64.size() / 4 * 3, '\0');
    EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                    reinterpret_cast<const unsigned char*>(base64.data()),
                    static_cast<int>(base64.size()));
    for (auto at = base64.size(); at > 0 && base64[at - 1] == '='; --at) bytes.pop_back();
    return bytes;
}

}  // namespace cpe::ssh::test
