#include "test/engines/translate/pacemaker.hpp"

#include "engines/deployable/xml.hpp"

#include <libxml/relaxng.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace cpe::test {
namespace {

using deployable::xml::FirstError;

constexpr const char* schema_file = "/usr/share/pacemaker/pacemaker-3.9.rng";
constexpr const char* simulator = "/usr/sbin/crm_simulate";

struct FreeSchema {
    void operator()(xmlRelaxNG* schema) const { xmlRelaxNGFree(schema); }
};
using Schema = std::unique_ptr<xmlRelaxNG, FreeSchema>;

const Schema& schema() {
    static const Schema compiled = [] {
        auto* parser = xmlRelaxNGNewParserCtxt(schema_file);
        Schema result{parser ? xmlRelaxNGParse(parser) : nullptr};
        xmlRelaxNGFreeParserCtxt(parser);
        if (!result) throw std::runtime_error(std::string("cannot read ") + schema_file);
        return result;
    }();
    return compiled;
}

/// A file that is gone when the test is done with it.
class TemporaryFile {
public:
    explicit TemporaryFile(const std::string& text) {
        std::string name = (std::filesystem::temp_directory_path() / "cpe-cib-XXXXXX").string();
        const int file = mkstemp(name.data());
        if (file < 0) throw std::runtime_error("mkstemp failed");
        close(file);
        path_ = name;
        std::ofstream(path_, std::ios::binary) << text;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() { std::filesystem::remove(path_); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

std::string output_of(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("popen failed");
    std::string output;
    char buffer[4096];
    while (const auto length = std::fread(buffer, 1, sizeof buffer, pipe))
        output.append(buffer, length);
    if (pclose(pipe) != 0) throw std::runtime_error(command + " failed: " + output);
    return output;
}

/// "  * Resource action: a   start on b" -> "Resource action: a start on b"
std::string normalised(const std::string& line) {
    std::istringstream in(line.substr(line.find('*') + 1));
    std::string words, word;
    while (in >> word) words += (words.empty() ? "" : " ") + word;
    return words;
}

}  // namespace

bool has_simulator() {
    return access(simulator, X_OK) == 0;
}

std::string pacemaker_grammar_error(const std::string& cib) {
    const auto document = deployable::xml::Document::read_trusted(cib);
    if (document.has_error()) return document.error().line();
    FirstError first;
    auto* validator = xmlRelaxNGNewValidCtxt(schema().get());
    xmlRelaxNGSetValidStructuredErrors(validator, &FirstError::keep, &first);
    const int outcome = xmlRelaxNGValidateDoc(validator, document->get());
    xmlRelaxNGFreeValidCtxt(validator);
    if (outcome == 0) return {};
    return first.error ? first.error->line() : "invalid";
}

std::vector<std::string> plan(const std::string& cib, const std::string& now) {
    const TemporaryFile file(cib);
    const std::string when = now.empty() ? "" : " -t '" + now + "'";
    std::istringstream output(
        output_of(std::string(simulator) + " -S" + when + " -x " + file.path() + " 2>&1"));
    std::vector<std::string> lines;
    bool inside = false, seen = false;
    for (std::string line; std::getline(output, line);) {
        if (line.rfind("Executing Cluster Transition", 0) == 0)
            inside = seen = true;
        else if (line.rfind("Revised Cluster Status", 0) == 0)
            inside = false;
        else if (inside && line.find('*') != std::string::npos)
            lines.push_back(normalised(line));
    }
    if (!seen) throw std::runtime_error("crm_simulate shows no transition: " + output.str());
    return lines;
}

}  // namespace cpe::test
