#include "hub/journal/search_terms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "hub/base/error.h"

namespace muster {
namespace {

// A full-text index as the journal has it.
class SearchTermsTest : public testing::Test {
protected:
    SearchTermsTest() {
        sqlite3_open(":memory:", &database_);
        run("CREATE VIRTUAL TABLE incident_words USING fts5(words, content='', "
            "tokenize='unicode61')");
    }
    ~SearchTermsTest() override { sqlite3_close(database_); }

    void run(const char* sql) {
        char* message = nullptr;
        ASSERT_EQ(sqlite3_exec(database_, sql, nullptr, nullptr, &message), SQLITE_OK) << message;
    }

    void report(int row, const char* number, const char* place, const char* text) {
        v1::Incident incident;
        incident.set_number(number);
        incident.set_place(place);
        incident.set_text(text);
        terms_[row] = index_terms(incident);
        sqlite3_stmt* insert = nullptr;
        sqlite3_prepare_v2(database_,
                           "INSERT INTO incident_words(rowid, words) VALUES(?, ?)",
                           -1,
                           &insert,
                           nullptr);
        sqlite3_bind_int(insert, 1, row);
        sqlite3_bind_text(insert, 2, terms_[row].c_str(), -1, SQLITE_TRANSIENT);
        EXPECT_EQ(sqlite3_step(insert), SQLITE_DONE);
        sqlite3_finalize(insert);
    }

    // What the index finds, newest first; what is found in memory must be the same.
    std::vector<int> find(std::string_view text) {
        const auto query = SearchQuery::parse(text);
        EXPECT_TRUE(query.ok()) << query.status();
        if (!query.ok()) return {};
        std::vector<int> found;
        sqlite3_stmt* select = nullptr;
        sqlite3_prepare_v2(
            database_,
            "SELECT rowid FROM incident_words WHERE incident_words MATCH ? ORDER BY rowid DESC",
            -1,
            &select,
            nullptr);
        const std::string expression = query->match_expression();
        sqlite3_bind_text(select, 1, expression.c_str(), -1, SQLITE_TRANSIENT);
        int code = sqlite3_step(select);
        for (; code == SQLITE_ROW; code = sqlite3_step(select)) {
            found.push_back(sqlite3_column_int(select, 0));
        }
        EXPECT_EQ(code, SQLITE_DONE) << expression << ": " << sqlite3_errmsg(database_);
        sqlite3_finalize(select);
        std::vector<int> in_memory;
        for (auto each = terms_.rbegin(); each != terms_.rend(); ++each) {
            if (query->matches(each->second)) in_memory.push_back(each->first);
        }
        EXPECT_EQ(in_memory, found) << text;
        return found;
    }

    std::string refusal(std::string_view text) {
        const auto query = SearchQuery::parse(text);
        const auto detail = detail_of(query.status());
        return detail ? detail->reason().code() : "";
    }

    sqlite3* database_ = nullptr;
    std::map<int, std::string> terms_;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(SearchTermsTest, TwoChineseCharactersAreEnough) {
    report(2101, "F2101", "北站广场", "金宏大厦冒烟");
    report(2102, "T2102", "车站北路", "");
    EXPECT_THAT(find("北站"), ElementsAre(2101));
    EXPECT_THAT(find("金宏"), ElementsAre(2101));
    EXPECT_THAT(find("站北"), ElementsAre(2102));
    EXPECT_THAT(find("站"), ElementsAre(2102, 2101));
    EXPECT_THAT(find("宏金"), IsEmpty());
}

TEST_F(SearchTermsTest, ALongerWordMustStandAsItIs) {
    report(2101, "F2101", "北站广场", "");
    report(2102, "F2102", "站广 北站", "");
    report(2103, "F2103", "广场北站", "");
    EXPECT_THAT(find("北站广场"), ElementsAre(2101));
    EXPECT_THAT(find("北站 广场"), ElementsAre(2103, 2101));
}

TEST_F(SearchTermsTest, ByTheInitialsOfThePinyin) {
    report(2101, "F2101", "北站广场", "金宏大厦冒烟");
    report(2102, "F2102", "Bz Hotel", "");
    report(2103, "F2103", "重庆路 长江大桥", "");
    EXPECT_THAT(find("bz"), ElementsAre(2102, 2101));
    EXPECT_THAT(find("BZGC"), ElementsAre(2101));
    EXPECT_THAT(find("jh"), ElementsAre(2101));
    EXPECT_THAT(find("jhds"), ElementsAre(2101));
    // Both readings.
    EXPECT_THAT(find("cq"), ElementsAre(2103));
    EXPECT_THAT(find("zq"), ElementsAre(2103));
    EXPECT_THAT(find("cj"), ElementsAre(2103));
    // The initials of words are no words, and one letter is none.
    EXPECT_THAT(find("gz"), IsEmpty());
    EXPECT_THAT(find("b"), IsEmpty());
}

TEST_F(SearchTermsTest, MixedWordsAndNumbers) {
    report(2101, "F2101", "3号楼B座", "Pump at Café Müller; ＡＢＣ");
    report(2102, "H2102", "", "pumps");
    EXPECT_THAT(find("3号楼"), ElementsAre(2101));
    EXPECT_THAT(find("号楼 b"), ElementsAre(2101));
    EXPECT_THAT(find("PUMP"), ElementsAre(2101));
    EXPECT_THAT(find("cafe muller"), ElementsAre(2101));
    EXPECT_THAT(find("abc"), ElementsAre(2101));
    EXPECT_THAT(find("f2101"), ElementsAre(2101));
    EXPECT_THAT(find("2102"), ElementsAre(2102));
    EXPECT_THAT(find("pump 2102"), IsEmpty());
}

TEST_F(SearchTermsTest, TraditionalCharactersFindSimplifiedOnes) {
    report(2101, "F2101", "广场", "");
    report(2102, "F2102", "廣場", "");
    EXPECT_THAT(find("廣場"), ElementsAre(2102, 2101));
    EXPECT_THAT(find("广场"), ElementsAre(2102, 2101));
}

TEST_F(SearchTermsTest, NothingInAQueryIsAnOperator) {
    report(2101, "F2101", "fire OR flood near station", "");
    report(2102, "F2102", "flood", "");
    EXPECT_THAT(find("fire OR flood"), ElementsAre(2101));
    EXPECT_THAT(find("NOT flood"), IsEmpty());
    EXPECT_THAT(find("\"flood"), ElementsAre(2102, 2101));
    EXPECT_THAT(find("flo*"), IsEmpty());
    EXPECT_THAT(find("words:flood"), IsEmpty());
    EXPECT_THAT(find("^flood ) AND ("), IsEmpty());
    EXPECT_THAT(find("NEAR(fire station)"), ElementsAre(2101));
    EXPECT_THAT(find("flood'; DROP TABLE incident_words; --"), IsEmpty());
}

TEST_F(SearchTermsTest, EmojiAndSignsAreBetweenWords) {
    report(2101, "F2101", "🔥北站🔥", "smoke🚒there");
    EXPECT_THAT(find("🔥北站"), ElementsAre(2101));
    EXPECT_THAT(find("smoke there"), ElementsAre(2101));
    EXPECT_EQ(refusal("🔥🚒"), "search.no_words");
    EXPECT_EQ(refusal("()*\" ^:-"), "search.no_words");
    // Our own mark is none that a user can write.
    EXPECT_EQ(refusal("\xee\x80\x80"), "search.no_words");
}

TEST_F(SearchTermsTest, AQueryHasABound) {
    EXPECT_EQ(refusal(""), "field.missing");
    EXPECT_EQ(refusal(std::string(201, 'a')), "field.too_long");
    report(2101, "F2101", std::string(200, 'a').c_str(), "");
    EXPECT_THAT(find(std::string(200, 'a')), ElementsAre(2101));
    std::string many;
    for (int i = 0; i < 100; ++i) many += "1 ";
    EXPECT_THAT(find(many), IsEmpty());
}

TEST_F(SearchTermsTest, TheIndexIsBoundedByTheText) {
    std::string text;
    while (text.size() + 3 <= 4000) text += "重";
    v1::Incident incident;
    incident.set_text(text);
    EXPECT_LE(index_terms(incident).size(), 7 * text.size());
    incident.set_text("\xff\xfe broken \xe5\x8c");
    EXPECT_THAT(index_terms(incident), testing::HasSubstr("broken"));
}

}  // namespace
}  // namespace muster
