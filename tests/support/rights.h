// The expectation of who may call and see what: tests/support/rights.txt, which people read.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "muster/v1/types.pb.h"

namespace muster {

// One line of it.
struct ExpectedRight {
    // The letters of the roles that may: "ACD".
    std::string roles;
    // "open", "node", "ticket", "own", "agency"; empty for most.
    std::string note;

    bool has(v1::Role role) const;
};

struct Rights {
    // By "muster.v1.OrderService/IssueOrder".
    std::map<std::string, ExpectedRight> methods;
    // By the kind's name in the union: "log_line".
    std::map<std::string, ExpectedRight> kinds;
};

// A test failure for what is no such file.
Rights read_rights(const std::filesystem::path& source_dir);

// The six that there are, in the order of the file's columns.
const std::vector<v1::Role>& all_roles();

}  // namespace muster
