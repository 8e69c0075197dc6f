#include "engines/policy/digest.hpp"

#include "engines/policy/xml_walk.hpp"

#include <crm/common/xml.h>
#include <crm/crm.h>
#include <crm_config.h>

#include <cstdlib>
#include <memory>

extern "C" {
// Exported by libcrmcommon; the first without a public header.
// Pacemaker's name. NOLINTNEXTLINE(bugprone-reserved-identifier)
void pcmk__filter_op_for_digest(xmlNode* parameters);
char* calculate_operation_digest(xmlNode* parameters, const char* version);
}

namespace cpe::policy {
namespace {

struct FreeNode {
    void operator()(xmlNode* node) const { free_xml(node); }
};
struct FreeText {
    void operator()(char* text) const { std::free(text); }
};

}  // namespace

std::string operation_digest(const xmlNode& attributes) {
    const std::unique_ptr<xmlNode, FreeNode> parameters{create_xml_node(nullptr, "parameters")};
    for_each_parameter(attributes, [&](const char* name, const char* value) {
        crm_xml_add(parameters.get(), name, value);
    });
    pcmk__filter_op_for_digest(parameters.get());
    const std::unique_ptr<char, FreeText> digest{
        calculate_operation_digest(parameters.get(), nullptr)};
    return digest ? digest.get() : std::string{};
}

}  // namespace cpe::policy
