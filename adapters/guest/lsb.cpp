#include "adapters/guest/lsb.hpp"

namespace cpe::guest {

int ocf_of_lsb(const std::string& operation, int code) {
    if (operation == "monitor") {
        if (code == 0) return ocf::ok;
        // 1, 2: dead, but its pid or lock file is there; 3: not running.
        return code >= 1 && code <= 3 ? ocf::not_running : ocf::unknown_error;
    }
    // Other actions share OCF's meanings up to 7; "stop" of a stopped one is a success (LSB 5.0).
    if (operation == "stop" && code == ocf::not_running) return ocf::ok;
    return code >= 0 && code <= ocf::not_running ? code : ocf::unknown_error;
}

}  // namespace cpe::guest
