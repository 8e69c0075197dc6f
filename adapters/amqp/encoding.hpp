// A reader of AMQP 1.0 encoded values (AMQP 1.0 §1.6) that only measures and picks: it builds
// nothing, recurses never, and refuses what Proton 0.37 would recurse into without a bound.
//
// Thread: any; pure. Ownership: spans point into the caller's bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cpe::amqp {

using Bytes = std::span<const char>;

/// Values nested deeper than this are refused, in performatives and in messages alike.
constexpr unsigned max_nesting = 32;

/// Length of the first value in `bytes`; nothing when it is malformed, cut short, or nested deeper
/// than max_nesting.
[[nodiscard]] std::optional<std::size_t> value_length(Bytes bytes);

/// Whether `bytes` is a sequence of whole values with nothing left over.
[[nodiscard]] bool is_value_sequence(Bytes bytes);

/// A described list whose descriptor is a ulong, as all AMQP frame bodies are.
struct DescribedList {
    std::uint64_t descriptor = 0;
    std::vector<Bytes> fields;  ///< each one encoded value; trailing fields may be absent
};

/// The described list at the beginning of `bytes`.
[[nodiscard]] std::optional<DescribedList> read_described_list(Bytes bytes);

/// A field's value; nothing when it is absent, null, or of another type.
/// @{
[[nodiscard]] std::optional<std::uint32_t> uint_field(const DescribedList& list, std::size_t index);
[[nodiscard]] std::optional<bool> bool_field(const DescribedList& list, std::size_t index);
/// @}

}  // namespace cpe::amqp
