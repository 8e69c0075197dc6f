// YAML text -> a plain tree with positions: the only header of this room that yaml-cpp stands
// behind (tree.cpp includes it).
//
// Thread: any; pure. Limits: max_file, max_depth, max_nodes (configuration.hpp); aliases are
// refused (a few lines of them unfold to gigabytes), and so are duplicate keys and further
// documents.
#pragma once

#include "src/config/configuration.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cpe::config {

struct Position {
    int line = 0;  ///< from 1; 0 = not in the file
    int column = 0;
};

struct Entry;

struct Node {
    enum class Kind { null, scalar, list, map } kind = Kind::null;
    Position at;
    std::string text;            ///< scalar
    bool quoted = false;         ///< scalar written in quotes or as a block: always a text
    std::vector<Node> items;     ///< list
    std::vector<Entry> entries;  ///< map, in the order of the file
};

struct Entry {
    std::string key;
    Position at;
    Node value;
};

/// "cped.yaml:12:3", or the name alone where there is no position.
std::string place(std::string_view name, Position at);

/// An empty text is a null node.
Result<Node> read_tree(std::string_view text, std::string_view name);

}  // namespace cpe::config
