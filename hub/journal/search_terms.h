// The words by which incidents are found: what is written into the full-text index when one is
// archived, and what a user's query asks of it. Both sides are made here, so that they fit.
//
// Folded text (NFKC, lower case, no diacritics, simplified characters) becomes three kinds of
// terms:
//   - a Latin word or number as it is; an incident's number without its letter too
//   - a run of Chinese characters as overlapping pairs, which stand side by side, so that a longer
//     word is a phrase of pairs and exact; and each single character
//   - the pinyin initials of such a run as pairs too, marked, so that "bz" as a word and the
//     initials of 北站 are different terms
// Every character makes at most four terms, whatever is written: the index is bounded by the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/base/result.h"
#include "muster/v1/incident.pb.h"

namespace muster {

// Terms of number, place and text, one blank between them. The full-text index's tokenizer
// (unicode61) takes them apart at the blanks and nowhere else. Its rowid is the incident's running
// number (archive.number), so that the newest come first without sorting.
std::string index_terms(const v1::Incident& incident);

// What a user looks for; a value. All of its clauses must hold, each by one of its phrases; a
// phrase's terms stand side by side.
class SearchQuery {
public:
    static constexpr size_t kMaxBytes = 200;
    // Clauses beyond these are ignored; 200 bytes of single letters would be 100.
    static constexpr size_t kMaxClauses = 24;

    // Any text is a query: nothing in it is an operator. Codes: invalid_argument (field.* for its
    // length, search.no_words when nothing in it can be looked for).
    static Result<SearchQuery> parse(std::string_view text);

    // For `incident_words MATCH ?`.
    std::string match_expression() const;
    // The same question asked of what index_terms() made.
    bool matches(std::string_view terms) const;

private:
    using Phrase = std::vector<std::string>;
    using Clause = std::vector<Phrase>;
    std::vector<Clause> clauses_;
};

}  // namespace muster
