#include "adapters/amqp/encoding.hpp"

#include <array>

namespace cpe::amqp {
namespace {

/// Zero-width elements (null, true) cost an array nothing: their count needs a bound of its own.
constexpr std::uint32_t max_empty_elements = 4096;
constexpr unsigned max_descriptors = 2;  // as newer Protons accept: @d1:@d2:value

/// Walks over one value; nested ones are kept on a small stack of its own.
class Walker {
public:
    explicit Walker(Bytes bytes) : bytes_(bytes) {}

    std::optional<std::size_t> one() {
        if (!value()) return std::nullopt;
        while (depth_ > 0) {
            Open& top = stack_[depth_ - 1];
            if (top.left == 0) {
                if (at_ != top.end) return std::nullopt;
                --depth_;
                continue;
            }
            --top.left;
            if (!(top.element ? content(*top.element) : value())) return std::nullopt;
        }
        return at_;
    }

private:
    /// A list, map or array whose children are being walked.
    struct Open {
        std::size_t end = 0;
        std::uint32_t left = 0;
        std::optional<std::uint8_t> element;  ///< arrays: the constructor their elements share
    };

    [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

    std::optional<std::uint32_t> number(std::size_t width) {
        if (left() < width) return std::nullopt;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i < width; ++i)
            value = (value << 8U) | static_cast<std::uint8_t>(bytes_[at_++]);
        return value;
    }

    bool skip(std::size_t size) {
        if (left() < size) return false;
        at_ += size;
        return true;
    }

    /// A constructor: descriptors, then a format code.
    std::optional<std::uint8_t> constructor() {
        for (unsigned descriptors = 0;; ++descriptors) {
            const auto code = number(1);
            if (!code) return std::nullopt;
            if (*code != 0) return static_cast<std::uint8_t>(*code);
            if (descriptors == max_descriptors) return std::nullopt;
            const auto inner = number(1);  // a descriptor is a scalar: no nesting through it
            if (!inner || *inner == 0 || *inner >= 0xc0) return std::nullopt;
            if (!content(static_cast<std::uint8_t>(*inner))) return std::nullopt;
        }
    }

    bool value() {
        const auto code = constructor();
        return code && content(*code);
    }

    /// What follows a format code; the code's high digit says how long it is.
    bool content(std::uint8_t code) {
        static constexpr std::array<std::size_t, 6> widths = {0, 1, 2, 4, 8, 16};
        const unsigned kind = code >> 4U;
        if (kind < 4) return false;
        if (kind < 0xa) return skip(widths[kind - 4]);
        const auto size = number(kind % 2 == 0 ? 1 : 4);
        if (!size || *size > left()) return false;
        if (kind < 0xc) return skip(*size);
        return open(kind, *size);
    }

    bool open(unsigned kind, std::uint32_t size) {
        const std::size_t end = at_ + size;
        const auto count = number(kind % 2 == 0 ? 1 : 4);
        if (!count || at_ > end || depth_ == stack_.size()) return false;
        Open entry{end, *count, std::nullopt};
        if (kind >= 0xe) {
            if (at_ == end) return false;
            entry.element = constructor();
            if (!entry.element) return false;
            const bool empty = (*entry.element >> 4U) == 4;
            if (empty && *count > max_empty_elements) return false;
            if (!empty && *count > size) return false;
        } else if (*count > size) {
            return false;  // each child has at least its constructor
        }
        stack_[depth_++] = entry;
        return true;
    }

    Bytes bytes_;
    std::size_t at_ = 0;
    std::array<Open, max_nesting> stack_{};
    std::size_t depth_ = 0;
};

std::uint64_t big_endian(Bytes bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = (value << 8U) | static_cast<std::uint8_t>(byte);
    return value;
}

std::uint8_t code_of(Bytes field) {
    return static_cast<std::uint8_t>(field[0]);
}

/// The bytes of a list's children.
std::optional<Bytes> list_body(Bytes bytes) {
    const auto length = value_length(bytes);
    if (!length) return std::nullopt;
    const std::uint8_t code = code_of(bytes);
    if (code == 0x45) return Bytes{};
    if (code == 0xc0) return bytes.subspan(3, *length - 3);
    if (code == 0xd0) return bytes.subspan(9, *length - 9);
    return std::nullopt;
}

}  // namespace

std::optional<std::size_t> value_length(Bytes bytes) {
    return Walker(bytes).one();
}

bool is_value_sequence(Bytes bytes) {
    while (!bytes.empty()) {
        const auto length = value_length(bytes);
        if (!length) return false;
        bytes = bytes.subspan(*length);
    }
    return true;
}

std::optional<DescribedList> read_described_list(Bytes bytes) {
    constexpr char described = 0;
    if (bytes.size() < 3 || bytes[0] != described) return std::nullopt;
    const Bytes descriptor = bytes.subspan(1);
    const std::uint8_t code = code_of(descriptor);
    if (code != 0x53 && code != 0x80 && code != 0x44) return std::nullopt;
    const auto length = value_length(descriptor);
    if (!length || descriptor.size() == *length) return std::nullopt;
    DescribedList list{big_endian(descriptor.subspan(1, *length - 1)), {}};
    auto body = list_body(descriptor.subspan(*length));
    if (!body) return std::nullopt;
    while (!body->empty()) {
        const auto field = value_length(*body);
        if (!field) return std::nullopt;
        list.fields.push_back(body->first(*field));
        *body = body->subspan(*field);
    }
    return list;
}

std::optional<std::uint32_t> uint_field(const DescribedList& list, std::size_t index) {
    if (index >= list.fields.size()) return std::nullopt;
    const Bytes field = list.fields[index];
    const std::uint8_t code = code_of(field);
    if (code != 0x43 && code != 0x52 && code != 0x70) return std::nullopt;
    return static_cast<std::uint32_t>(big_endian(field.subspan(1)));
}

std::optional<bool> bool_field(const DescribedList& list, std::size_t index) {
    if (index >= list.fields.size()) return std::nullopt;
    const Bytes field = list.fields[index];
    switch (code_of(field)) {
        case 0x41: return true;
        case 0x42: return false;
        case 0x56: return field[1] != 0;
        default: return std::nullopt;
    }
}

}  // namespace cpe::amqp
