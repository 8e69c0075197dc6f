#include "src/management/answer.hpp"

#include <array>
#include <cerrno>

namespace cpe::management {
namespace {

struct Codes {
    Errc code;
    std::int32_t status;
    std::uint32_t rc;
};

constexpr std::array<Codes, 10> table = {{
    {Errc::invalid_input, 400, EINVAL},
    {Errc::unsupported, 400, ENOTSUP},
    {Errc::too_large, 400, E2BIG},
    {Errc::not_found, 404, ENOENT},
    {Errc::exists, 409, EEXIST},
    {Errc::not_allowed, 403, EPERM},
    {Errc::refused, 409, EBUSY},
    {Errc::unavailable, 503, EAGAIN},
    {Errc::timed_out, 504, ETIMEDOUT},
    {Errc::internal, 500, EIO},
}};

const Codes& codes_of(Errc code) {
    for (const auto& entry : table)
        if (entry.code == code) return entry;
    return table.back();
}

}  // namespace

std::int32_t status_of(Errc code) {
    return codes_of(code).status;
}

std::uint32_t errno_of(Errc code) {
    return codes_of(code).rc;
}

Answer error_answer(const Error& error) {
    return {status_of(error.code), error.line(), amqp::Value{}, {}};
}

Answer ok_answer(const amqp::Map& body, std::int32_t status) {
    const char* description = status == 201 ? "Created" : status == 204 ? "Deleted" : "OK";
    return {status, description, amqp::to_value(body), {}};
}

Answer not_implemented(const std::string& operation, const std::string& type) {
    return {501,
            "operation '" + operation + "' is not one of " + (type.empty() ? "ours" : type) +
                " (GET-OPERATIONS lists them)",
            amqp::Value{},
            {}};
}

}  // namespace cpe::management
