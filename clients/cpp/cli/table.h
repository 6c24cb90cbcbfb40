#pragma once

#include <string>
#include <vector>

#include "hub/base/catalogue.h"
#include "hub/base/clock.h"
#include "muster/v1/types.pb.h"

namespace muster {

// Columns of text, aligned by what a terminal shows: a Chinese character is two columns wide. A
// plain value.
class Table {
public:
    // English headings (see labels.h).
    explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    // With the headings first; without rows the headings alone.
    std::string text(Language language) const;
    // One line a column, for a table of one row; empty cells are left out.
    std::string upright(Language language) const;

private:
    std::vector<std::string> columns_;
    std::vector<std::vector<std::string>> rows_;
};

// How many columns a terminal gives the text.
size_t width_of(std::string_view utf8);

// Local time: "14:03:22" within the last twelve hours, else "2026-01-02 14:03"; empty when unset.
std::string local_time(const google::protobuf::Timestamp& time, UtcTime now);
// "now", "45 s", "12 min", "3 h", "5 d"; "刚刚", "45 秒" in Chinese.
std::string age(const google::protobuf::Timestamp& time, UtcTime now, Language language);

// "30.00576,123.94206".
std::string place_text(const v1::Point& at);

}  // namespace muster
