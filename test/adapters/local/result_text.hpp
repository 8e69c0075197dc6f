// How Catch shows a Result: with its error.
#pragma once

#include <cpe/instance_provider.hpp>

#include <catch2/catch.hpp>

#include <string>

template <>
struct Catch::StringMaker<cpe::Result<cpe::InstanceReport>> {
    static std::string convert(const cpe::Result<cpe::InstanceReport>& outcome) {
        if (!outcome) return "error: " + outcome.error().line();
        return std::string(name_of(outcome->state)) + " " + outcome->address;
    }
};
template <class T>
struct Catch::StringMaker<cpe::Result<T>> {
    static std::string convert(const cpe::Result<T>& outcome) {
        return outcome ? "success" : "error: " + outcome.error().line();
    }
};
