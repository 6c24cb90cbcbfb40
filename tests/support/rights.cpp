#include "tests/support/rights.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace muster {
namespace {

constexpr char kLetters[] = "ACDMFP";

char letter_of(v1::Role role) {
    const auto at = std::ranges::find(all_roles(), role);
    return at == all_roles().end() ? '?' : kLetters[at - all_roles().begin()];
}

// "A C . . . .  own" behind the name.
ExpectedRight read_right(std::istringstream& words, const std::string& line) {
    ExpectedRight right;
    for (const char letter : std::string(kLetters)) {
        std::string word;
        words >> word;
        if (word == std::string(1, letter)) {
            right.roles += letter;
        } else if (word != ".") {
            throw std::runtime_error("rights.txt: " + line);
        }
    }
    words >> right.note;
    return right;
}

}  // namespace

bool ExpectedRight::has(v1::Role role) const {
    return roles.find(letter_of(role)) != std::string::npos;
}

const std::vector<v1::Role>& all_roles() {
    static const std::vector<v1::Role> roles{v1::ROLE_ADMIN,
                                             v1::ROLE_COMMANDER,
                                             v1::ROLE_DISPATCHER,
                                             v1::ROLE_MONITOR,
                                             v1::ROLE_FIELD,
                                             v1::ROLE_PARTNER};
    return roles;
}

Rights read_rights(const std::filesystem::path& source_dir) {
    std::ifstream file(source_dir / "tests/support/rights.txt");
    Rights rights;
    std::string section;
    std::string line;
    while (std::getline(file, line)) {
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with('[')) {
            section = line.substr(1, line.find(']') - 1);
            continue;
        }
        std::istringstream words(line);
        std::string name;
        words >> name;
        const ExpectedRight right = read_right(words, line);
        const bool is_new = section == "kinds"
                                ? rights.kinds.emplace(name, right).second
                                : rights.methods.emplace(section + "/" + name, right).second;
        if (!is_new) throw std::runtime_error("rights.txt: twice: " + line);
    }
    if (rights.methods.empty()) throw std::runtime_error("rights.txt is not there");
    return rights;
}

}  // namespace muster
