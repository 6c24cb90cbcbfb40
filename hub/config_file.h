#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "muster/v1/error.pb.h"

namespace muster {

// A TOML file's settings as text, and each line that is wrong.
struct ConfigFile {
    std::map<std::string, std::string> values;
    std::vector<v1::Reason> problems;
};

// Keys may be written with - or _. A value is a text, a whole number, or a list of texts (joined by
// commas). Bounded: a file beyond 64 KiB is not read.
ConfigFile read_config_file(const std::filesystem::path& file,
                            const std::vector<std::string>& names);
// The same of a text; `file` is what its problems call it.
ConfigFile read_config_text(const std::string& text,
                            const std::string& file,
                            const std::vector<std::string>& names);

// The name that is most like the word, empty when none is alike.
std::string nearest(const std::string& word, const std::vector<std::string>& names);

}  // namespace muster
