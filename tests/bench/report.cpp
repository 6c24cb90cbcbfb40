#include "tests/bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <boost/json.hpp>

namespace muster::bench {
namespace {

std::string field_of(const std::string& file, const std::string& key) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(key)) continue;
        const auto colon = line.find(':');
        const auto start = line.find_first_not_of(" \t", colon + 1);
        return start == std::string::npos ? "" : line.substr(start);
    }
    return {};
}

bool is_met(double value, const std::string& goal) {
    std::istringstream in(goal);
    std::string relation;
    double limit = 0;
    in >> relation >> limit;
    if (relation == "<=") return value <= limit;
    if (relation == ">=") return value >= limit;
    if (relation == "<") return value < limit;
    return relation == ">" && value > limit;
}

}  // namespace

double Runs::min() const {
    return values.empty() ? NAN : *std::min_element(values.begin(), values.end());
}

double Runs::max() const {
    return values.empty() ? NAN : *std::max_element(values.begin(), values.end());
}

double Runs::median() const {
    auto sorted = values;
    return percentile(sorted, 50);
}

void Report::peer(const std::string& name, const std::string& version) {
    peers_.emplace_back(name, version);
}

void Report::row(const std::string& what, const Runs& runs, const std::string& unit) {
    rows_.push_back({what, runs, unit, {}, false});
}

void Report::result(const std::string& name,
                    const Runs& runs,
                    const std::string& unit,
                    const std::string& goal) {
    rows_.push_back({name, runs, unit, goal, true});
}

int Report::print() const {
    fmt::print("{:<36} {:>12} {:>12} {:>12}  {:<8} {:<10} {}\n",
               bench_,
               "min",
               "median",
               "max",
               "unit",
               "goal",
               "met");
    bool all = true;
    boost::json::array results;
    for (const auto& row : rows_) {
        const double value = row.runs.median();
        const bool met = row.goal.empty() || is_met(value, row.goal);
        all = all && met;
        fmt::print("{:<36} {:>12.4g} {:>12.4g} {:>12.4g}  {:<8} {:<10} {}\n",
                   row.name,
                   row.runs.min(),
                   value,
                   row.runs.max(),
                   row.unit,
                   row.goal,
                   row.goal.empty() ? ""
                   : met            ? "yes"
                                    : "NO");
        if (!row.is_result) continue;
        boost::json::object result{{"name", row.name},
                                   {"value", value},
                                   {"unit", row.unit},
                                   {"goal", row.goal},
                                   {"met", met},
                                   {"min", row.runs.min()},
                                   {"max", row.runs.max()},
                                   {"runs", row.runs.values.size()}};
        results.emplace_back(std::move(result));
    }
    const std::string where = machine();
    fmt::print("\n{}\n", where);
    boost::json::object peers;
    for (const auto& [name, version] : peers_) {
        fmt::print("{}: {}\n", name, version);
        peers[name] = version;
    }
    const boost::json::object line{
        {"bench", bench_}, {"machine", where}, {"peers", peers}, {"results", results}};
    fmt::print("{}\n", boost::json::serialize(line));
    std::fflush(stdout);
    return all ? 0 : 1;
}

std::string machine() {
    utsname name{};
    ::uname(&name);
    double load = 0;
    std::ifstream("/proc/loadavg") >> load;
    const double gib = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
                       static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 30);
    return fmt::format("{} x {}, {:.1f} GiB, {} {}, load {:.1f}",
                       ::sysconf(_SC_NPROCESSORS_ONLN),
                       field_of("/proc/cpuinfo", "model name"),
                       gib,
                       name.sysname,
                       name.release,
                       load);
}

std::string first_line_of(const std::string& command) {
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return {};
    char line[256] = {};
    const bool got = std::fgets(line, sizeof line, pipe) != nullptr;
    ::pclose(pipe);
    std::string text = got ? line : "";
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

double cpu_seconds(int pid) {
    std::ifstream in(fmt::format("/proc/{}/stat", pid));
    std::string stat((std::istreambuf_iterator<char>(in)), {});
    // The name, in parentheses, may hold blanks; utime and stime are the 12th and 13th after it.
    const auto end = stat.rfind(')');
    if (end == std::string::npos) return 0;
    std::istringstream rest(stat.substr(end + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) rest >> skipped;
    double user = 0;
    double system = 0;
    rest >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double resident_bytes(int pid) {
    const std::string text = field_of(fmt::format("/proc/{}/status", pid), "VmRSS");
    return std::strtod(text.c_str(), nullptr) * 1024;
}

double percentile(std::vector<double>& values, double p) {
    if (values.empty()) return NAN;
    std::sort(values.begin(), values.end());
    const double at = p / 100 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<size_t>(at);
    const auto above = std::min(below + 1, values.size() - 1);
    const double share = at - static_cast<double>(below);
    return values[below] + (values[above] - values[below]) * share;
}

}  // namespace muster::bench
