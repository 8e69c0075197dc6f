#include "adapters/amqp/filters.hpp"

#include <proton/codec.h>
#include <proton/codec/decoder.hpp>
#include <proton/codec/encoder.hpp>
#include <proton/error.hpp>
#include <proton/symbol.hpp>

#include <vector>

namespace cpe::amqp::detail {
namespace {

/// The C++ binding exports no way from Proton's tree to a value: it goes through bytes.
Value value_of(pn_data_t* data) {
    pn_data_rewind(data);
    const ssize_t size = pn_data_encoded_size(data);
    if (size <= 0) return {};
    std::vector<char> bytes(static_cast<std::size_t>(size));
    if (pn_data_encode(data, bytes.data(), bytes.size()) < 0) return {};
    Value value;
    proton::codec::decoder decoder(value);
    decoder.decode(bytes.data(), bytes.size());
    return value;
}

Value stripped(const Value& value) {
    if (value.type() != proton::DESCRIBED) return value;
    proton::codec::decoder decoder(value);
    proton::codec::start start;
    Value descriptor;
    Value inner;
    decoder >> start >> descriptor >> inner;
    return inner;
}

}  // namespace

Result<Filters> read_filters(pn_terminus_t* terminus) {
    pn_data_t* data = pn_terminus_filter(terminus);
    if (pn_data_size(data) == 0) return Filters{};
    const Error malformed{Errc::invalid_input, "the filter set is not a map with symbols as keys",
                          "source", ""};
    try {
        const Value whole = value_of(data);
        if (whole.type() == proton::NULL_TYPE) return Filters{};
        auto map = as_map(whole);
        if (!map) return malformed;
        for (auto& [key, value] : *map) value = stripped(value);
        return *map;
    } catch (const proton::error&) {
        return malformed;
    }
}

void write_filters(pn_terminus_t* terminus, const Filters& filters) {
    if (filters.empty()) return;
    Value whole;
    using proton::codec::start;
    proton::codec::encoder encoder(whole);
    encoder << start::map();
    for (const auto& [key, value] : filters) {
        encoder << proton::symbol(key) << start::described() << proton::symbol(key) << value
                << proton::codec::finish();
    }
    encoder << proton::codec::finish();
    const std::string bytes = encoder.encode();
    pn_data_decode(pn_terminus_filter(terminus), bytes.data(), bytes.size());
}

}  // namespace cpe::amqp::detail
