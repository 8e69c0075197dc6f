#include "engines/policy/modernise.hpp"

#include "engines/policy/abort_guard.hpp"
#include "engines/policy/xml_walk.hpp"

#include <crm/common/xml.h>
#include <crm/crm.h>
#include <crm_config.h>

#include <string>

namespace cpe::policy {
namespace {

struct Call {
    xmlNode* root;
    bool upgraded = false;
    bool valid = false;
};

/// The upgrade frees the old tree and gives a new one; when it fails, the old one stays.
void upgrade_and_validate(void* context) {
    auto* call = static_cast<Call*>(context);
    call->upgraded = cli_config_update(&call->root, nullptr, TRUE) != FALSE;
    call->valid = call->upgraded && validate_xml(call->root, nullptr, TRUE) != FALSE;
}

}  // namespace

Result<void> modernise(Document& cib) {
    Call call{xmlDocGetRootElement(cib.release())};
    const std::string schema{attribute(*call.root, "validate-with")};
    if (!child(*call.root, "status")) create_xml_node(call.root, "status");
    const auto assertion = call_guarded(upgrade_and_validate, &call);
    // Whatever was half done is not to be freed: it could fail the next assertion.
    if (!assertion.empty())
        return Error{Errc::internal, "the upgrade failed an assertion: " + assertion, "CIB", ""};
    cib.reset(call.root->doc);
    if (!call.upgraded)
        return Error{Errc::invalid_input,
                     "cannot be upgraded from schema '" + (schema.empty() ? "none" : schema) + "'",
                     "CIB", ""};
    if (!call.valid) return Error{Errc::invalid_input, "against Pacemaker's grammar", "CIB", ""};
    return {};
}

}  // namespace cpe::policy
