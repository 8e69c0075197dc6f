#include "adapters/http/curl_handles.hpp"

#include "adapters/http/wipe.hpp"

#include <cstring>
#include <new>
#include <stdexcept>

namespace cpe::http {

void ready_curl() {
    static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (code != CURLE_OK)
        throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code));
}

void FreeList::operator()(curl_slist* list) const {
    for (auto* line = list; line != nullptr; line = line->next)
        wipe(line->data, std::strlen(line->data));
    curl_slist_free_all(list);
}

void append(ListHandle& list, const char* line) {
    auto* longer = curl_slist_append(list.get(), line);
    if (longer == nullptr) throw std::bad_alloc();
    (void)list.release();  // it is the head of the longer one, or there was none
    list.reset(longer);
}

}  // namespace cpe::http
