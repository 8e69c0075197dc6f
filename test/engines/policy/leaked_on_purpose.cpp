// For tests that let an assertion of the scheduler fail: what the call had allocated by then is
// leaked on purpose (library.hpp), so the leak sanitizer may not hold it against us.
#if defined(__SANITIZE_ADDRESS__)
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libpacemaker\nleak:libpe_status\nleak:libcrmcommon\nleak:cpe::policy::parse_cib\n"
           "leak:cpe::policy::Library::schedule\n";
}
#endif
