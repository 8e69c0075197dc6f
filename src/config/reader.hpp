// A tree of YAML -> the typed configuration, by the table of keys.
//
// Thread: any; one Reader for one file. Errors: see configuration.hpp.
#pragma once

#include "src/config/keys.hpp"
#include "src/config/tree.hpp"

#include <map>
#include <string>
#include <string_view>

namespace cpe::config {

class Reader {
public:
    explicit Reader(std::string_view name) : name_(name) {}

    /// Sets every default that stands in the table.
    Result<> set_defaults(Configuration&);
    /// Reads the file's root over them.
    Result<> read(const Node& root, Configuration&);

    /// An error at the key `path` ("tenants[1].name"), or at the file where it does not stand.
    [[nodiscard]] Error at(const std::string& path, Errc, std::string what,
                           std::string hint = {}) const;
    /// Whether that key was given, and not left to its default.
    [[nodiscard]] bool stands(const std::string& path) const { return positions_.contains(path); }

private:
    /// Where one is: the pattern is of the table ("providers.*."), shown is for people
    /// ("providers.lab.").
    struct Place {
        std::string pattern;
        std::string shown;
        Position at;
    };

    template <class Target>
    Result<> read_map(const Node&, const Place&, Target&);
    template <class Target>
    Result<> read_entry(const Entry&, const Place&, Target&);
    template <class Target>
    Result<> set(const Key&, const Node&, const Place&, Target&);
    template <class Element>
    Result<> collect(const Key&, const Node&, const Place&, std::vector<Element>&);
    template <class Element>
    Result<> collect(const Key&, const Node&, const Place&, std::map<std::string, Element>&);
    template <class Element>
    Result<> read_element(const Node&, const Place&, Element&);
    Result<Value> scalar(const Key&, const Node&, const Place&) const;
    [[nodiscard]] Error error(const Place&, Errc, std::string what, std::string hint) const;

    std::string name_;
    std::map<std::string, Position> positions_;
};

}  // namespace cpe::config
