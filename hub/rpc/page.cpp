#include "hub/rpc/page.h"

#include <fmt/format.h>

#include "hub/base/hex.h"
#include "hub/base/ids.h"

namespace muster {
namespace {

constexpr uint32_t kDefaultSize = 200;
constexpr uint32_t kMaxSize = 1000;
// A key is at most a name of 100 bytes or a time and an id.
constexpr size_t kMaxTokenChars = 512;

bool from_hex(const std::string& text, std::string& bytes) {
    if (text.size() % 2 != 0 || text.size() > kMaxTokenChars) return false;
    for (size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return false;
        bytes += static_cast<char>(high << 4 | low);
    }
    return true;
}

}  // namespace

Result<Page> read_page(uint32_t page_size, const std::string& page_token) {
    if (page_size > kMaxSize) {
        return refuse(absl::StatusCode::kInvalidArgument,
                      "field.out_of_range",
                      {{"field", "page_size"},
                       {"value", std::to_string(page_size)},
                       {"low", "0"},
                       {"high", std::to_string(kMaxSize)}},
                      "page_size");
    }
    Page page;
    page.size = page_size == 0 ? kDefaultSize : page_size;
    if (!from_hex(page_token, page.after)) {
        return refuse(absl::StatusCode::kInvalidArgument, "page.token_unknown", {}, "page_token");
    }
    return page;
}

std::string cut_page(Rows& rows, const Page& page) {
    std::erase_if(rows,
                  [&](const auto& row) { return !page.after.empty() && row.first <= page.after; });
    const bool more = rows.size() > page.size;
    const auto middle = rows.begin() + static_cast<ptrdiff_t>(std::min(page.size, rows.size()));
    std::ranges::partial_sort(
        rows, middle, {}, [](const auto& row) -> const auto& { return row.first; });
    rows.erase(middle, rows.end());
    return more ? to_hex(rows.back().first) : std::string();
}

std::string newest_first(UtcTime time, const std::string& id) {
    return fmt::format("{:016x}{}", ~static_cast<uint64_t>(time.time_since_epoch().count()), id);
}

std::string oldest_first(UtcTime time, const std::string& id) {
    return fmt::format("{:016x}{}", static_cast<uint64_t>(time.time_since_epoch().count()), id);
}

}  // namespace muster
