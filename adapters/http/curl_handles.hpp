// The one place that makes and frees what libcurl knows.
//
// Thread: the loop. An easy handle must be taken out of its multi handle before either is dropped.
#pragma once

#include <curl/curl.h>

#include <memory>

namespace cpe::http {

/// libcurl as a whole; may be asked for any number of times, on one thread.
void ready_curl();

struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, FreeEasy>;

struct FreeMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using MultiHandle = std::unique_ptr<CURLM, FreeMulti>;

/// Wipes the lines: headers may hold a token.
struct FreeList {
    void operator()(curl_slist* list) const;
};
using ListHandle = std::unique_ptr<curl_slist, FreeList>;

/// Throws std::bad_alloc.
void append(ListHandle& list, const char* line);

}  // namespace cpe::http
