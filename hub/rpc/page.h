#pragma once

#include <string>
#include <utility>
#include <vector>

#include "hub/base/clock.h"
#include "hub/base/error.h"
#include "hub/desk/state.h"

namespace muster {

// One page of a list. The token names the last row that was given out, so that a page goes on where
// the former ended even when rows came or went meanwhile.
struct Page {
    size_t size = 200;
    // Rows up to this key were given out; empty from the start.
    std::string after;
};

// Codes: invalid_argument (field.out_of_range for page_size, page.token_unknown).
Result<Page> read_page(uint32_t page_size, const std::string& page_token);

// Rows and the keys that order them, ascending.
using Rows = std::vector<std::pair<std::string, EntityPtr>>;

// Keeps the rows of this page, in order, and returns the token of the next; empty for the last
// page.
std::string cut_page(Rows& rows, const Page& page);

// A key that sorts the newest first, then by id.
std::string newest_first(UtcTime time, const std::string& id);
// A key that sorts the oldest first, then by id.
std::string oldest_first(UtcTime time, const std::string& id);

}  // namespace muster
