// Bytes of AMQP 1.0 frames by hand, for peers that do what no library would.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace test::wire {

using Fields = std::vector<std::string>;

inline const std::string amqp_header("AMQP\0\1\0\0", 8);
inline const std::string sasl_header("AMQP\3\1\0\0", 8);

inline std::string big_endian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xffU));
    return bytes;
}

inline const std::string null("\x40", 1);
inline const std::string yes("\x41", 1);
inline const std::string no("\x42", 1);

inline std::string number(std::uint32_t value) {
    return "\x70" + big_endian(value);
}

inline std::string text(std::string_view chars) {
    return "\xb1" + big_endian(static_cast<std::uint32_t>(chars.size())) + std::string(chars);
}

inline std::string binary(std::string_view bytes) {
    return "\xb0" + big_endian(static_cast<std::uint32_t>(bytes.size())) + std::string(bytes);
}

inline std::string symbol(std::string_view chars) {
    return "\xb3" + big_endian(static_cast<std::uint32_t>(chars.size())) + std::string(chars);
}

/// Stands in every flow frame that a Proton sends: the peer has been given credit.
inline const std::string flow_mark("\0\x53\x13", 3);

/// A described list; descriptor 0x10 = open, ...
inline std::string performative(std::uint8_t descriptor, const Fields& fields) {
    std::string content;
    for (const auto& field : fields) content += field;
    return std::string("\0\x53", 2) + static_cast<char>(descriptor) + "\xd0" +
           big_endian(static_cast<std::uint32_t>(content.size() + 4)) +
           big_endian(static_cast<std::uint32_t>(fields.size())) + content;
}

inline std::string frame(const std::string& body, std::uint8_t type = 0, std::uint8_t channel = 0) {
    return big_endian(static_cast<std::uint32_t>(body.size() + 8)) + "\2" +
           static_cast<char>(type) + std::string(1, '\0') + static_cast<char>(channel) + body;
}

inline std::string open() {
    return frame(performative(0x10, {text("peer"), null, number(65536)}));
}
inline std::string begin(std::uint8_t channel = 0) {
    return frame(performative(0x11, {null, number(0), number(1000), number(1000)}), 0, channel);
}
inline std::string source(std::string_view address) {
    return performative(0x28, {text(address)});
}
inline std::string target(std::string_view address) {
    return performative(0x29, {text(address)});
}
/// `role`: wire::no = the peer sends.
inline std::string attach(std::string_view name, std::uint32_t handle, const std::string& role,
                          std::string_view node) {
    const bool sends = role == no;
    return frame(performative(
        0x12, {text(name), number(handle), role, null, null, source(sends ? "peer" : node),
               target(sends ? node : "peer"), null, null, number(0)}));
}
inline std::string detach(std::uint32_t handle) {
    return frame(performative(0x16, {number(handle), yes}));
}
/// `id`: wire::null leaves the delivery-id out.
inline std::string transfer(std::uint32_t handle, const std::string& id, const std::string& more,
                            std::string_view payload, const std::string& aborted = null) {
    return frame(performative(0x14, {number(handle), id, binary("tag"), number(0), no, more, null,
                                     null, null, aborted}) +
                 std::string(payload));
}
/// A message whose body is one string.
inline std::string message(std::string_view chars) {
    return std::string("\0\x53\x77", 3) + text(chars);
}
inline std::string sasl_init(std::string_view mechanism, std::string_view response = "") {
    return frame(performative(0x41, {symbol(mechanism), binary(response)}), 1);
}

}  // namespace test::wire
