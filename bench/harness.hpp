// A small harness: subjects that are compared are run by turns, so that what else the machine does
// hits them alike; medians and ratios of one run are what counts.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cpe::bench {

using Span = std::chrono::nanoseconds;

/// How long `work` takes.
template <class Work>
Span time_of(Work&& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration_cast<Span>(std::chrono::steady_clock::now() - begun);
}

inline Span quantile(std::vector<Span> spans, double fraction) {
    if (spans.empty()) throw std::logic_error("nothing measured");
    std::sort(spans.begin(), spans.end());
    return spans[static_cast<std::size_t>(fraction * static_cast<double>(spans.size() - 1))];
}

inline Span median(const std::vector<Span>& spans) {
    return quantile(spans, 0.5);
}

/// Runs once and says how long what matters of it took.
using Subject = std::function<Span()>;

/// `rounds` spans of each subject, by turns, after one round that does not count.
inline std::vector<std::vector<Span>> by_turns(const std::vector<Subject>& subjects,
                                               unsigned rounds) {
    std::vector<std::vector<Span>> spans(subjects.size());
    for (const auto& subject : subjects) subject();
    for (unsigned round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < subjects.size(); ++i) spans[i].push_back(subjects[i]());
    return spans;
}

/// One line of the table. `goal` is for `value`: at most, or at least.
struct Row {
    std::string name;
    double value = 0;
    std::string unit;  ///< ms, x, ...
    std::string goal;  ///< "<= 1.3", ">= 10" or empty
    std::string note;

    [[nodiscard]] std::optional<bool> met() const {
        if (goal.size() < 4) return std::nullopt;
        const double bound = std::stod(goal.substr(3));
        return goal.starts_with("<=") ? value <= bound : value >= bound;
    }
};

inline double ms(Span span) {
    return static_cast<double>(span.count()) / 1e6;
}
inline double ratio(Span a, Span b) {
    return static_cast<double>(a.count()) / static_cast<double>(b.count());
}

/// The median of each round's own ratio: what slows the machine for a while hits both sides of it.
inline double median_ratio(const std::vector<Span>& a, const std::vector<Span>& b) {
    if (a.empty() || a.size() != b.size()) throw std::logic_error("rounds do not match");
    std::vector<double> ratios;
    for (std::size_t i = 0; i < a.size(); ++i) ratios.push_back(ratio(a[i], b[i]));
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 2];
}

inline std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + "\"";
}

/// Arguments that every benchmark takes.
struct Options {
    bool quick = false;
    std::string json;  ///< file, or empty

    Options(int argc, char** argv) {
        for (int i = 1; i < argc; ++i) {
            const std::string_view argument = argv[i];
            if (argument == "--quick")
                quick = true;
            else if (argument == "--json" && i + 1 < argc)
                json = argv[++i];
            else
                throw std::runtime_error("usage: [--quick] [--json FILE]");
        }
    }
};

class Report {
public:
    explicit Report(std::string name) : name_(std::move(name)) {}

    void add(Row row) {
        std::printf("%-58s %10.3f %-5s %-8s %-4s %s\n", row.name.c_str(), row.value,
                    row.unit.c_str(), row.goal.c_str(), verdict(row), row.note.c_str());
        std::fflush(stdout);
        rows_.push_back(std::move(row));
    }
    /// The exit code: 0 when all goals are met, 1 otherwise.
    int finish(const Options& options) const {
        if (!options.json.empty()) {
            std::ofstream out(options.json);
            write(out);
            if (!out.flush()) throw std::runtime_error("cannot write " + options.json);
        }
        return std::all_of(rows_.begin(), rows_.end(),
                           [](const Row& row) { return row.met().value_or(true); })
                   ? 0
                   : 1;
    }

private:
    static const char* verdict(const Row& row) {
        const auto met = row.met();
        if (!met) return "";
        return *met ? "ok" : "MISS";
    }
    void write(std::ostream& out) const {
        out << "{\"bench\":" << quoted(name_) << ",\"rows\":[";
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const auto& row = rows_[i];
            out << (i ? ",\n" : "\n") << "{\"name\":" << quoted(row.name)
                << ",\"value\":" << row.value << ",\"unit\":" << quoted(row.unit)
                << ",\"goal\":" << quoted(row.goal) << ",\"met\":";
            if (const auto met = row.met())
                out << (*met ? "true" : "false");
            else
                out << "null";
            out << ",\"note\":" << quoted(row.note) << "}";
        }
        out << "]}\n";
    }

    std::string name_;
    std::vector<Row> rows_;
};

/// The main of a benchmark, whose `measure(report, options)` measures and reports.
template <class Measure>
int run(const char* name, int argc, char** argv, Measure measure) {
    try {
        const Options options(argc, argv);
        Report report(name);
        measure(report, options);
        return report.finish(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench %s: %s\n", name, error.what());
        return 2;
    }
}

}  // namespace cpe::bench
