#include "bench/bare_library.hpp"

#include <crm/common/iso8601.h>
#include <crm/common/xml.h>
#include <crm/crm.h>
#include <crm/pengine/status.h>
#include <crm_config.h>
#include <libxml/parser.h>

#include <stdexcept>

// Pacemaker's name. NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" void pcmk__schedule_actions(xmlNode*, unsigned long long, pe_working_set_t*);

namespace cpe::bench {

std::size_t plan_with_bare_library(const std::string& cib, long now_s) {
    const unsigned long long flags = pe_flag_no_counts | pe_flag_no_compat;
    xmlDoc* document = xmlReadMemory(cib.data(), static_cast<int>(cib.size()), "cib", nullptr,
                                     XML_PARSE_NOBLANKS | XML_PARSE_NONET);
    if (!document) throw std::runtime_error("the generated CIB does not parse");
    pe_working_set_t* set = pe_new_working_set();
    set->input = xmlDocGetRootElement(document);
    set->flags |= flags;
    set->now = crm_time_new(nullptr);
    const time_t now = now_s;
    crm_time_set_timet(set->now, &now);
    cluster_status(set);
    pcmk__schedule_actions(set->input, flags, set);
    const std::size_t synapses = xmlChildElementCount(set->graph);
    pe_free_working_set(set);
    return synapses;
}

}  // namespace cpe::bench
