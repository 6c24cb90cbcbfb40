// What every bench prints: a table of its runs, the machine, the peers' versions, and one last line
// of JSON with the figures and their goals.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace muster::bench {

// At least three runs of one figure.
struct Runs {
    std::vector<double> values;
    double min() const;
    double median() const;
    double max() const;
};

class Report {
public:
    explicit Report(std::string bench) : bench_(std::move(bench)) {}

    // `version` as the peer itself says it.
    void peer(const std::string& name, const std::string& version);
    // A row of the table alone.
    void row(const std::string& what, const Runs& runs, const std::string& unit);
    // A row that is one of the results; its value is the median. `goal` is "<= 1.25" or ">= 6";
    // empty for one without a goal.
    void result(const std::string& name,
                const Runs& runs,
                const std::string& unit,
                const std::string& goal);

    // Prints all of it on stdout; 0 when every goal is met, else 1.
    int print() const;

private:
    struct Row {
        std::string name;
        Runs runs;
        std::string unit;
        std::string goal;
        bool is_result = false;
    };

    std::string bench_;
    std::vector<std::pair<std::string, std::string>> peers_;
    std::vector<Row> rows_;
};

// "2 x Intel(R) Xeon(R) ..., 7.7 GiB, Linux 6.1, load 1.2".
std::string machine();
// First line of what a command prints; empty when it cannot be run.
std::string first_line_of(const std::string& command);
// User and system time of a process, in seconds; 0 when it is gone.
double cpu_seconds(int pid);
// Resident memory of a process, in bytes; 0 when it is gone.
double resident_bytes(int pid);
// The p-th percentile, 0 to 100; sorts.
double percentile(std::vector<double>& values, double p);

}  // namespace muster::bench
