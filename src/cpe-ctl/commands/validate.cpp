#include "src/cpe-ctl/commands/commands.hpp"
#include "src/cpe-ctl/document.hpp"
#include "src/cpe-ctl/text/clean.hpp"

#include <boost/json.hpp>

#include <ostream>

namespace cpe::ctl {
namespace {

namespace json = boost::json;

std::string as_json(const std::string& file, const Result<Checked>& checked) {
    json::object told{{"file", utf8(shown_name(file))}, {"valid", checked.has_value()}};
    if (!checked) {
        told["error"] = utf8(checked.error().line());
        return json::serialize(told) + "\n";
    }
    json::array warnings, notes;
    for (const auto& error : checked->unsupported)
        warnings.push_back(json::string{utf8(error.line())});
    for (const auto& note : checked->notes) notes.push_back(json::string{utf8(note)});
    told["name"] = utf8(checked->name);
    told["assemblies"] = checked->assemblies;
    told["services"] = checked->services;
    told["warnings"] = std::move(warnings);
    told["notes"] = std::move(notes);
    return json::serialize(told) + "\n";
}

std::string counted(std::size_t number, const char* one, const char* many) {
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

std::string as_text(const std::string& file, const Checked& checked) {
    std::string text;
    for (const auto& error : checked.unsupported) text += "warning: " + clean(error.line()) + "\n";
    for (const auto& note : checked.notes) text += "note: " + clean(note) + "\n";
    text += clean(shown_name(file)) + ": valid: deployable " + clean(checked.name) + ", " +
            counted(checked.assemblies, "assembly", "assemblies") + ", " +
            counted(checked.services, "service", "services");
    if (!checked.unsupported.empty()) text += "; not supported yet, so create would refuse it";
    return text + "\n";
}

}  // namespace

Exit run_validate(const Invocation& invocation, Io& io) {
    const auto& file = invocation.arguments[0];
    const deployable::Limits limits;
    const auto document = read_document(file, limits.document, io);
    if (!document) {
        say_error(io, document.error());
        return exit_of(document.error().code);
    }
    const auto checked = check_document(file, *document, limits);
    if (invocation.globals.output == Output::json)
        io.out << as_json(file, checked);
    else if (checked)
        io.out << as_text(file, *checked);
    if (checked) return Exit::done;
    say_error(io, checked.error());
    return exit_of(checked.error().code);
}

}  // namespace cpe::ctl
