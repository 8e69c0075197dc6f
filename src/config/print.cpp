// The table of keys as YAML and as Markdown.
#include "src/config/keys.hpp"
#include "src/config/tree.hpp"
#include "src/config/value.hpp"

#include <algorithm>
#include <utility>

namespace cpe::config {
namespace {

constexpr std::string_view head =
    "# Configuration of cped: every key with its default. See cped.yaml(5).\n"
    "# Relative paths: state_dir and documents stand beside this file, sockets in state_dir.\n"
    "# Durations: ms, s, min, h, d. Sizes: B, KiB, MiB, GiB, TiB. What is left out keeps its\n"
    "# default; what is unknown is an error.\n";

std::string indent(int level) {
    return std::string(static_cast<std::size_t>(level) * 2, ' ');
}

/// "a.b.c" -> {a, b, c}
std::vector<std::string> words_of(std::string_view path) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= path.size();) {
        const auto end = std::min(path.find('.', begin), path.size());
        words.emplace_back(path.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

bool is_of_element(const Key& key) {
    return key.path.find_first_of("[*") != std::string::npos;
}

class Printer {
public:
    std::string print() {
        text_ = head;
        for (const Key& key : keys())
            if (!is_of_element(key)) print_key(key);
        return std::move(text_);
    }

private:
    void print_key(const Key& key) {
        const auto words = words_of(key.path);
        if (words.size() == 1 || words.front() != (above_.empty() ? "" : above_.front()))
            text_ += "\n";
        open_sections(words);
        const int level = static_cast<int>(words.size()) - 1;
        if (!key.supported) {
            text_ += indent(level) + "# " + words.back() + ": " + std::string{key.meaning} +
                     "; not supported yet\n";
            return;
        }
        if (key.kind == Kind::list || key.kind == Kind::map) {
            text_ += indent(level) + "# " + std::string{key.meaning} + "\n";
            print_collection(key, words.back());
            return;
        }
        print_scalar(indent(level), indent(level), words.back(), key, key.fallback);
    }

    /// Prints the heads of sections that begin here.
    void open_sections(const std::vector<std::string>& words) {
        std::size_t same = 0;
        const std::size_t depth = words.size() - 1;
        while (same < depth && same < above_.size() && above_[same] == words[same]) ++same;
        for (std::size_t level = same; level < depth; ++level)
            text_ += indent(static_cast<int>(level)) + words[level] + ":\n";
        above_.assign(words.begin(), words.end() - 1);
    }

    void print_scalar(const std::string& margin, const std::string& lead, const std::string& word,
                      const Key& key, std::string_view value) {
        text_ += margin + "# " + std::string{key.meaning} + " (" + type_text(key) + ")\n";
        text_ += lead + word + ": " + std::string{value} + "\n";
    }

    void print_collection(const Key& key, const std::string& word) {
        const auto fallback = read_tree(key.fallback, "default");
        const bool is_list = key.kind == Kind::list;
        const std::size_t size = is_list ? fallback->items.size() : fallback->entries.size();
        text_ += word + (size == 0 ? ": []\n" : ":\n");
        for (std::size_t i = 0; i < size; ++i) {
            if (!is_list) text_ += indent(1) + fallback->entries[i].key + ":\n";
            print_element(key, is_list ? fallback->items[i] : fallback->entries[i].value);
        }
        if (size == 0) print_example(key);
    }

    void print_element(const Key& collection, const Node& element) {
        const bool is_list = collection.kind == Kind::list;
        bool first = is_list;
        std::string section;
        for_each_element_key(collection, [&](const Key& key, const std::string& path) {
            if (!key.of_type.empty() && key.of_type != value_of(element, "type")) return;
            const auto dot = path.find('.');
            const auto above = dot == std::string::npos ? "" : path.substr(0, dot);
            if (std::exchange(section, above) != above && !above.empty())
                text_ += indent(2) + above + ":\n";
            const auto word = path.substr(above.empty() ? 0 : above.size() + 1);
            const auto margin = indent(above.empty() ? 2 : 3);
            if (!key.supported) {
                text_ += margin + "# " + word + ": " + std::string{key.meaning} +
                         "; not supported yet\n";
                return;
            }
            const auto given = value_of(element, path);
            print_scalar(margin, first ? indent(1) + "- " : margin, word, key,
                         given.empty() ? key.fallback : given);
            first = false;
        });
    }

    /// Empty where the default element says nothing about it.
    static std::string_view value_of(const Node& element, std::string_view word) {
        const auto given = std::find_if(element.entries.begin(), element.entries.end(),
                                        [&](const Entry& entry) { return entry.key == word; });
        return given == element.entries.end() ? std::string_view() : given->value.text;
    }

    /// What an element of a list that is empty by default would look like.
    void print_example(const Key& collection) {
        bool first = true;
        for_each_element_key(collection, [&](const Key& key, const std::string& word) {
            text_ += std::string{"#"} + (first ? " - " : "   ") + word + ":  # " +
                     std::string{key.meaning} + " (" + type_text(key) + ")\n";
            first = false;
        });
    }

    template <class Visit>
    static void for_each_element_key(const Key& collection, Visit visit) {
        const auto prefix =
            std::string{collection.path} + (collection.kind == Kind::list ? "[]." : ".*.");
        for (const Key& key : keys())
            if (key.path.substr(0, prefix.size()) == prefix)
                visit(key, std::string{key.path.substr(prefix.size())});
    }

    std::string text_;
    std::vector<std::string> above_;
};

std::string default_text(const Key& key) {
    if (!key.supported) return "not supported yet";
    return key.fallback.empty() ? "required" : "`" + std::string{key.fallback} + "`";
}

}  // namespace

std::string print_defaults() {
    return Printer{}.print();
}

std::string reference_table() {
    std::string table = "| key | takes | default | meaning |\n|---|---|---|---|\n";
    for (const Key& key : keys())
        table += "| `" + std::string{key.path} + "` | " + (key.supported ? type_text(key) : "") +
                 " | " + default_text(key) + " | " + std::string{key.meaning} + " |\n";
    return table;
}

}  // namespace cpe::config
