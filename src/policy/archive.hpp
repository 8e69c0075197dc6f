// Values to bytes and back, for the wire: numbers little endian, texts and lists with their length
// (32 bits) before them. Both classes have the same calls, so that one description of a type serves
// both ways.
//
// Thread: any; pure. Errors: a Reader that runs out turns bad and stays so; what it read is to be
// thrown away.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace cpe::policy_runner {

template <class T>
concept Scalar = std::is_arithmetic_v<T> || std::is_enum_v<T>;

class Writer {
public:
    template <class... Values>
    void operator()(const Values&... values) {
        (put(values), ...);
    }
    template <class T, class Visit>
    void each(std::vector<T>& list, Visit visit) {
        put(static_cast<std::uint32_t>(list.size()));
        for (auto& item : list) visit(item);
    }
    std::string text() && { return std::move(bytes_); }

private:
    template <Scalar T>
    void put(T value) {
        auto rest = static_cast<std::uint64_t>(value);
        for (std::size_t i = 0; i < sizeof(T); ++i, rest >>= 8U)
            bytes_.push_back(static_cast<char>(rest & 0xffU));
    }
    void put(const std::string& value) {
        put(static_cast<std::uint32_t>(value.size()));
        bytes_ += value;
    }
    void put(const std::vector<int>& list) {
        put(static_cast<std::uint32_t>(list.size()));
        for (const int item : list) put(item);
    }
    void put(const std::map<std::string, std::string>& map) {
        put(static_cast<std::uint32_t>(map.size()));
        for (const auto& [name, value] : map) {
            put(name);
            put(value);
        }
    }

    std::string bytes_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    template <class... Values>
    void operator()(Values&... values) {
        (get(values), ...);
    }
    template <class T, class Visit>
    void each(std::vector<T>& list, Visit visit) {
        for (auto left = count(); left > 0 && good_; --left) visit(list.emplace_back());
    }
    /// All was read, and nothing was missing.
    [[nodiscard]] bool good() const { return good_ && bytes_.empty(); }

private:
    std::string_view take(std::size_t size) {
        if (size > bytes_.size()) good_ = false;
        if (!good_) return {};
        const auto taken = bytes_.substr(0, size);
        bytes_.remove_prefix(size);
        return taken;
    }
    std::uint32_t count() {
        std::uint32_t value = 0;
        get(value);
        return value;
    }
    template <Scalar T>
    void get(T& value) {
        std::uint64_t sum = 0;
        unsigned shift = 0;
        for (const char c : take(sizeof(T))) {
            sum |= std::uint64_t{static_cast<unsigned char>(c)} << shift;
            shift += 8;
        }
        if constexpr (std::is_same_v<T, bool>)
            value = sum != 0;
        else
            value = static_cast<T>(sum);
    }
    void get(std::string& value) { value = take(count()); }
    void get(std::vector<int>& list) {
        each(list, [&](int& item) { get(item); });
    }
    void get(std::map<std::string, std::string>& map) {
        for (auto left = count(); left > 0 && good_; --left) {
            std::string name, value;
            (*this)(name, value);
            map.emplace(std::move(name), std::move(value));
        }
    }

    std::string_view bytes_;
    bool good_ = true;
};

}  // namespace cpe::policy_runner
