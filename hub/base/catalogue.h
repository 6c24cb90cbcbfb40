// The sentences of every code, Chinese and English (catalogue/en.json, catalogue/zh.json; the
// console reads the same files). A sentence's {name} is replaced by the argument of that name, or
// by that argument's own word: status = "en-route" is said as "word.status.en-route".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "muster/v1/types.pb.h"

namespace muster {

enum class Language { english, chinese };

// The sentence of a reason; a code that is not in the catalogue comes back as itself, with its
// arguments.
std::string say(const v1::Reason& reason, Language language);

// Chinese when LC_ALL, LC_MESSAGES or LANG begins with "zh", else English.
Language language_of_environment();

// Every code of one language, sorted; for the test that holds the two files against each other.
std::vector<std::string> catalogue_codes(Language language);

}  // namespace muster
