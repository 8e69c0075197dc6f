#include "src/cpe-ctl/args/parse.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace cpe::ctl {
namespace {

constexpr const char* see_help = "see cpe-ctl --help";

Error misuse(std::string what, std::string hint = see_help) {
    return {Errc::invalid_input, std::move(what), {}, std::move(hint)};
}

Error not_yet(const std::string& what) {
    return {Errc::unsupported, what + " is not supported yet", {}, {}};
}

std::string in_quotes(std::string_view text) {
    return "'" + std::string{text} + "'";
}

bool begins_with(const std::vector<std::string_view>& words,
                 const std::vector<std::string>& given) {
    return words.size() <= given.size() && std::equal(words.begin(), words.end(), given.begin());
}

/// An option as it stood on the command line; whose it is, is known once the command is.
struct Given {
    std::string word;  ///< "--limit", "-n", for messages
    const OptionSpec* spec = nullptr;
    bool global = false;
    std::string value;
};

class Parser {
public:
    explicit Parser(const std::vector<std::string>& words) : words_(words) {}

    Result<Invocation> parse() {
        if (const auto split = split_words(); !split) return split.error();
        if (const auto set = set_globals(); !set) return set.error();
        if (const auto found = find_command(); !found) return found.error();
        if (result_.help || result_.version) return std::move(result_);
        if (!result_.command)
            return misuse(plain_.empty() ? "a command is missing"
                                         : in_quotes(plain_.front()) + " needs a further word");
        if (const auto set = set_options(); !set) return set.error();
        if (const auto checked = check_arguments(); !checked) return checked.error();
        return std::move(result_);
    }

private:
    /// Takes options out of the words; names are looked up over all commands.
    Result<> split_words() {
        for (at_ = 0; at_ < words_.size(); ++at_) {
            const std::string& word = words_[at_];
            if (word == "--") {
                plain_.insert(plain_.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_) + 1,
                              words_.end());
                return {};
            }
            if (word.size() < 2 || word.front() != '-') {
                plain_.push_back(word);
                continue;
            }
            if (auto taken = take_option(word); !taken) return taken;
        }
        return {};
    }

    Result<> take_option(const std::string& word) {
        const bool is_long = word[1] == '-';
        const auto equals = is_long ? word.find('=') : std::string::npos;
        const auto name = is_long
                              ? word.substr(2, equals == std::string::npos ? equals : equals - 2)
                              : word.substr(1, 1);
        Given given = find_option(name, is_long);
        given.word = is_long ? "--" + name : "-" + name;
        if (!given.spec) return misuse("there is no option " + in_quotes(given.word));
        const std::string attached =
            is_long ? (equals == std::string::npos ? "" : word.substr(equals + 1)) : word.substr(2);
        const bool has_attached = is_long ? equals != std::string::npos : word.size() > 2;
        if (given.spec->value.empty()) {
            if (has_attached) return misuse("option " + in_quotes(given.word) + " takes no value");
        } else if (has_attached) {
            given.value = attached;
        } else if (at_ + 1 < words_.size()) {
            given.value = words_[++at_];
        } else {
            return misuse("option " + in_quotes(given.word) + " needs a value",
                          std::string{given.spec->value} + ": " + std::string{given.spec->meaning});
        }
        if (!given.spec->supported) return not_yet("option " + in_quotes(given.word));
        given_.push_back(std::move(given));
        return {};
    }

    static Given find_option(std::string_view name, bool is_long) {
        const auto matches = [&](const OptionSpec& spec) {
            return is_long ? spec.name == name : spec.letter != 0 && spec.letter == name.front();
        };
        Given given;
        for (const auto& spec : global_options())
            if (matches(spec)) {
                given.spec = &spec;
                given.global = true;
                return given;
            }
        for (const auto& command : commands())
            for (const auto& spec : command.options)
                if (matches(spec)) given.spec = &spec;
        return given;
    }

    Result<> set_globals() {
        for (const Given& given : given_) {
            if (!given.global) continue;
            const auto name = given.spec->name;
            auto& globals = result_.globals;
            if (given.value.empty() && !given.spec->value.empty())
                return misuse("option " + in_quotes(given.word) +
                              " needs a value that is not empty");
            if (name == "socket") globals.socket = given.value;
            if (name == "tenant") globals.tenant = given.value;
            if (name == "no-wait") globals.wait = false;
            if (name == "help") result_.help = true;
            if (name == "version") result_.version = true;
            if (name == "output") {
                if (given.value != "table" && given.value != "json")
                    return misuse("there is no output format " + in_quotes(given.value),
                                  "table or json");
                globals.output = given.value == "json" ? Output::json : Output::table;
            }
            if (name == "timeout")
                if (auto set = set_timeout(given.value); !set) return set;
        }
        return {};
    }

    Result<> set_timeout(const std::string& text) {
        int seconds = 0;
        const auto end = text.data() + text.size();
        const auto parsed = std::from_chars(text.data(), end, seconds);
        if (parsed.ec != std::errc{} || parsed.ptr != end || seconds < 1 || seconds > max_timeout_s)
            return misuse("'--timeout " + text + "' is not a number of seconds",
                          "1 to " + std::to_string(max_timeout_s));
        result_.globals.timeout = Millis{seconds * 1000LL};
        return {};
    }

    Result<> find_command() {
        for (const auto& command : commands())
            if (begins_with(command.words, plain_)) {
                result_.command = &command;
                result_.topic = command.words;
                result_.arguments.assign(
                    plain_.begin() + static_cast<std::ptrdiff_t>(command.words.size()),
                    plain_.end());
                return {};
            }
        if (plain_.empty()) return {};
        auto later = refuse_later();
        if (!later) return later;
        return find_group();
    }

    [[nodiscard]] Result<> refuse_later() const {
        const std::string one = plain_[0];
        const std::string two = plain_.size() > 1 ? one + " " + plain_[1] : one;
        for (const auto& given : {two, one})
            for (const auto name : later_commands())
                if (given == name) return not_yet("command " + in_quotes(given));
        for (const auto name : later_commands())
            if (one == name.substr(0, name.find(' ')) && is_later(one))
                return not_yet("command " + in_quotes(one));
        return {};
    }

    /// Whether nothing that begins with this word is supported.
    static bool is_later(std::string_view first) {
        return std::none_of(commands().begin(), commands().end(),
                            [&](const auto& command) { return command.words.front() == first; });
    }

    /// `cpe-ctl deployable --help`: the words of a group, without a command.
    Result<> find_group() {
        for (const auto& command : commands())
            if (command.words.size() > 1 && command.words.front() == plain_.front()) {
                if (plain_.size() > 1)
                    return misuse("there is no command " + in_quotes(plain_[0] + " " + plain_[1]),
                                  "see cpe-ctl " + plain_[0] + " --help");
                result_.topic = {command.words.front()};
                return {};
            }
        return misuse("there is no command " + in_quotes(plain_.front()));
    }

    Result<> set_options() {
        const auto& own = result_.command->options;
        for (const Given& given : given_) {
            if (given.global) continue;
            const auto mine = std::find_if(own.begin(), own.end(), [&](const OptionSpec& spec) {
                return spec.name == given.spec->name;
            });
            if (mine == own.end())
                return misuse("this command has no option " + in_quotes(given.word),
                              synopsis(*result_.command));
            result_.options[std::string{mine->name}] = given.value;
        }
        return {};
    }

    [[nodiscard]] Result<> check_arguments() const {
        const auto& wanted = result_.command->arguments;
        const auto given = result_.arguments.size();
        if (given > wanted.size())
            return misuse("there is a word too many: " + in_quotes(result_.arguments.back()),
                          synopsis(*result_.command));
        if (given < wanted.size() && !wanted[given].optional)
            return misuse(std::string{wanted[given].name} + " is missing",
                          synopsis(*result_.command));
        for (std::size_t i = 0; i < given; ++i)
            if (auto fits = check_argument(wanted[i], result_.arguments[i]); !fits) return fits;
        return {};
    }

    [[nodiscard]] Result<> check_argument(const ArgumentSpec& wanted,
                                          const std::string& given) const {
        if (given.empty()) return misuse("an argument is empty", synopsis(*result_.command));
        const auto& choices = wanted.choices;
        if (choices.empty() || std::find(choices.begin(), choices.end(), given) != choices.end())
            return {};
        return misuse("there is no " + std::string{wanted.name} + " " + in_quotes(given),
                      std::string{wanted.meaning});
    }

    const std::vector<std::string>& words_;
    std::size_t at_ = 0;
    std::vector<std::string> plain_;
    std::vector<Given> given_;
    Invocation result_;
};

}  // namespace

Result<Invocation> parse_arguments(const std::vector<std::string>& words) {
    return Parser(words).parse();
}

}  // namespace cpe::ctl
