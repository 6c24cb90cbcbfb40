#include "hub/rpc/page.h"

#include <gmock/gmock.h>

namespace muster {
namespace {

Rows rows_of(const std::vector<std::string>& keys) {
    Rows rows;
    for (const auto& key : keys) rows.emplace_back(key, nullptr);
    return rows;
}

std::vector<std::string> keys_of(const Rows& rows) {
    std::vector<std::string> keys;
    for (const auto& [key, entity] : rows) keys.push_back(key);
    return keys;
}

TEST(Page, GoesThroughAllRowsInOrder) {
    std::vector<std::string> seen;
    std::string token;
    int pages = 0;
    do {
        const auto page = read_page(2, token);
        ASSERT_TRUE(page.ok());
        Rows rows = rows_of({"e", "b", "d", "a", "c"});
        token = cut_page(rows, *page);
        for (const auto& key : keys_of(rows)) seen.push_back(key);
        ++pages;
    } while (!token.empty());
    EXPECT_THAT(seen, testing::ElementsAre("a", "b", "c", "d", "e"));
    EXPECT_EQ(pages, 3);
}

TEST(Page, RowsThatComeAndGoMoveNoOthers) {
    Rows rows = rows_of({"a", "c", "e", "g"});
    const std::string token = cut_page(rows, *read_page(2, ""));
    // The last row that was given out is gone, and another came before it.
    Rows later = rows_of({"a", "b", "e", "g"});
    EXPECT_EQ(cut_page(later, *read_page(2, token)), "");
    EXPECT_THAT(keys_of(later), testing::ElementsAre("e", "g"));
}

TEST(Page, ALastFullPageHasNoNext) {
    Rows rows = rows_of({"a", "b"});
    EXPECT_EQ(cut_page(rows, *read_page(2, "")), "");
    Rows none;
    EXPECT_EQ(cut_page(none, *read_page(2, "")), "");
}

TEST(Page, SizesAndTokensAreBounded) {
    EXPECT_EQ(read_page(0, "")->size, 200u);
    EXPECT_EQ(read_page(1000, "")->size, 1000u);
    EXPECT_FALSE(read_page(1001, "").ok());
    for (const std::string& token : {"0", "zz", "0G", "no token"}) {
        const auto page = read_page(1, token);
        EXPECT_EQ(detail_of(page.status())->field(), "page_token") << token;
    }
    EXPECT_FALSE(read_page(1, std::string(514, '0')).ok());
}

TEST(Page, KeysSortByTime) {
    const UtcTime early{std::chrono::seconds(1'000)};
    const UtcTime late{std::chrono::seconds(2'000)};
    EXPECT_LT(newest_first(late, "a"), newest_first(early, "a"));
    EXPECT_LT(oldest_first(early, "b"), oldest_first(late, "a"));
    EXPECT_LT(newest_first(late, "a"), newest_first(late, "b"));
}

}  // namespace
}  // namespace muster
