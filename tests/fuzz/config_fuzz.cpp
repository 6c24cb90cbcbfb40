// The settings file: whatever it is, it is values of known names or problems that are said.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "hub/base/catalogue.h"
#include "hub/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const std::vector<std::string> names{"data", "grpc", "names", "hot-h", "log-level"};
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto file = muster::read_config_text(text, "hub.toml", names);
    for (const auto& [name, value] : file.values) {
        if (std::find(names.begin(), names.end(), name) == names.end()) std::abort();
    }
    for (const auto& problem : file.problems) {
        for (const auto language : {muster::Language::english, muster::Language::chinese}) {
            const std::string sentence = muster::say(problem, language);
            if (sentence.empty() || sentence == problem.code()) std::abort();
        }
    }
    const std::string alike = muster::nearest(text, names);
    if (!alike.empty() && std::find(names.begin(), names.end(), alike) == names.end()) std::abort();
    return 0;
}
