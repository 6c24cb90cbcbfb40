#include "hub/journal/search_terms.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include <unicode/normalizer2.h>
#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "hub/desk/validate.h"

namespace muster {
namespace {

// CJK Unified Ideographs. Rarer blocks are searched by characters and pairs, not by pinyin.
constexpr UChar32 kFirstHan = 0x4e00;
constexpr UChar32 kLastHan = 0x9fff;
// Private use: a letter to the tokenizer, and taken out of every text before.
constexpr std::string_view kPinyinMark = "\xee\x80\x80";
// Of a word, in characters.
constexpr int32_t kMaxWord = 40;

std::string utf8(const icu::UnicodeString& text) {
    std::string bytes;
    text.toUTF8String(bytes);
    return bytes;
}

std::unique_ptr<icu::Transliterator> transliterator(const char* id) {
    UErrorCode error = U_ZERO_ERROR;
    std::unique_ptr<icu::Transliterator> made(
        icu::Transliterator::createInstance(id, UTRANS_FORWARD, error));
    return U_SUCCESS(error) ? std::move(made) : nullptr;
}

// Characters that places and reports use with two readings, and their initials.
struct Readings {
    char16_t character;
    char first;
    char second;
};
constexpr Readings kTwoReadings[] = {
    {u'重', 'z', 'c'}, {u'长', 'c', 'z'}, {u'行', 'x', 'h'}, {u'厦', 's', 'x'}, {u'乐', 'l', 'y'},
    {u'朝', 'c', 'z'}, {u'藏', 'c', 'z'}, {u'调', 'd', 't'}, {u'单', 'd', 's'}, {u'弹', 'd', 't'},
    {u'降', 'j', 'x'}, {u'传', 'c', 'z'}, {u'曾', 'c', 'z'}, {u'解', 'j', 'x'}, {u'盛', 's', 'c'},
    {u'尉', 'w', 'y'}, {u'蔚', 'w', 'y'}, {u'宿', 's', 'x'}, {u'校', 'x', 'j'}, {u'折', 'z', 's'},
    {u'查', 'c', 'z'}, {u'埔', 'p', 'b'}, {u'堡', 'b', 'p'}, {u'涌', 'y', 'c'}, {u'莞', 'g', 'w'},
    {u'圩', 'x', 'w'},
};

// Of every Han character the first letter of its pinyin, two where it has two readings; 0 for what
// has none. Made once; never changes.
class Initials {
public:
    Initials() {
        const auto pinyin = transliterator("Han-Latin; Latin-ASCII");
        if (pinyin == nullptr) return;
        icu::UnicodeString all;
        for (UChar32 c = kFirstHan; c <= kLastHan; ++c) all.append(c).append(u'\n');
        pinyin->transliterate(all);
        size_t at = 0;
        bool begins = true;
        for (int32_t i = 0; i < all.length() && at < first_.size(); ++i) {
            const char16_t c = all[i];
            if (c == u'\n') {
                ++at;
                begins = true;
            } else if (begins && c != u' ') {
                if (c >= u'a' && c <= u'z') first_[at] = static_cast<char>(c);
                begins = false;
            }
        }
        second_ = first_;
        for (const auto& [character, first, second] : kTwoReadings) {
            first_[static_cast<size_t>(character - kFirstHan)] = first;
            second_[static_cast<size_t>(character - kFirstHan)] = second;
        }
    }

    char first(UChar32 c) const { return of(first_, c); }
    char second(UChar32 c) const { return of(second_, c); }

private:
    using Table = std::array<char, static_cast<size_t>(kLastHan - kFirstHan + 1)>;
    static char of(const Table& table, UChar32 c) {
        if (c < kFirstHan || c > kLastHan) return 0;
        return table[static_cast<size_t>(c - kFirstHan)];
    }

    Table first_{};
    Table second_{};
};

const Initials& initials() {
    static const Initials table;
    return table;
}

bool is_mark(UChar32 c) {
    return u_charType(c) == U_NON_SPACING_MARK;
}

// One text as search sees it.
icu::UnicodeString fold(std::string_view text) {
    icu::UnicodeString folded =
        icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
    UErrorCode error = U_ZERO_ERROR;
    if (const auto* casefold = icu::Normalizer2::getNFKCCasefoldInstance(error); U_SUCCESS(error)) {
        folded = casefold->normalize(folded, error);
    }
    bool plain = true;
    bool han = false;
    for (int32_t i = 0; i < folded.length(); ++i) {
        const char16_t c = folded[i];
        plain = plain && (c < 0x80 || (c >= kFirstHan && c <= kLastHan));
        han = han || c >= kFirstHan;
    }
    if (!plain) {
        if (const auto* decompose = icu::Normalizer2::getNFDInstance(error); U_SUCCESS(error)) {
            icu::UnicodeString bare;
            const icu::UnicodeString apart = decompose->normalize(folded, error);
            for (int32_t i = 0; i < apart.length(); i = apart.moveIndex32(i, 1)) {
                if (!is_mark(apart.char32At(i))) bare.append(apart.char32At(i));
            }
            folded = bare;
        }
        if (const auto* compose = icu::Normalizer2::getNFCInstance(error); U_SUCCESS(error)) {
            folded = compose->normalize(folded, error);
        }
    }
    if (han) {
        // A transliterator is used by one thread at a time.
        thread_local const auto simplify = transliterator("Traditional-Simplified");
        if (simplify != nullptr) simplify->transliterate(folded);
    }
    return folded;
}

// Written without blanks: searched by pairs of characters.
bool is_han(UChar32 c) {
    if (c < 0x2e80) return false;
    UErrorCode error = U_ZERO_ERROR;
    const auto script = uscript_getScript(c, &error);
    return script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
           script == USCRIPT_BOPOMOFO;
}

bool is_word_character(UChar32 c) {
    return (u_isalpha(c) || u_isdigit(c) || (U_GET_GC_MASK(c) & (U_GC_N_MASK | U_GC_L_MASK)) != 0);
}

// Runs of one sort: a word, or Chinese characters.
struct Run {
    bool han = false;
    icu::UnicodeString text;
};

std::vector<Run> runs_of(std::string_view text) {
    const icu::UnicodeString folded = fold(text);
    std::vector<Run> runs;
    bool apart = true;
    for (int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const UChar32 c = folded.char32At(i);
        const bool han = is_han(c) && is_word_character(c);
        if (!han && !is_word_character(c)) {
            apart = true;
            continue;
        }
        if (apart || runs.back().han != han) runs.push_back({han, {}});
        auto& run = runs.back();
        if (han || run.text.countChar32() < kMaxWord) run.text.append(c);
        apart = false;
    }
    return runs;
}

std::vector<UChar32> characters(const icu::UnicodeString& text) {
    std::vector<UChar32> all;
    for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        all.push_back(text.char32At(i));
    }
    return all;
}

std::string character(UChar32 c) {
    return utf8(icu::UnicodeString(c));
}

std::vector<std::string> pairs(const std::vector<UChar32>& run) {
    std::vector<std::string> terms;
    for (size_t i = 1; i < run.size(); ++i) {
        terms.push_back(character(run[i - 1]) + character(run[i]));
    }
    return terms;
}

std::string pinyin_pair(char first, char second) {
    return std::string(kPinyinMark) + first + second;
}

// Pairs of the initials of a run; a character without pinyin takes it apart.
void add_pinyin(const std::vector<UChar32>& run, std::string& terms) {
    const Initials& table = initials();
    bool ambiguous = false;
    const auto add = [&](auto initial_of) {
        for (size_t i = 1; i < run.size(); ++i) {
            const char first = initial_of(run[i - 1]);
            const char second = initial_of(run[i]);
            if (first != 0 && second != 0) terms += pinyin_pair(first, second) + ' ';
        }
    };
    for (const UChar32 c : run) ambiguous = ambiguous || table.first(c) != table.second(c);
    add([&](UChar32 c) { return table.first(c); });
    if (ambiguous) add([&](UChar32 c) { return table.second(c); });
}

bool is_letters(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

std::string index_terms(const v1::Incident& incident) {
    std::string terms;
    std::string pinyin;
    std::set<UChar32> singles;
    const auto add = [&terms](const std::string& term) { terms += term + ' '; };
    if (incident.number().size() > 1) add(incident.number().substr(1));
    for (const std::string* text : {&incident.number(), &incident.place(), &incident.text()}) {
        for (const auto& run : runs_of(*text)) {
            if (!run.han) {
                add(utf8(run.text));
                continue;
            }
            const auto all = characters(run.text);
            singles.insert(all.begin(), all.end());
            for (const auto& pair : pairs(all)) add(pair);
            add_pinyin(all, pinyin);
        }
    }
    for (const UChar32 c : singles) add(character(c));
    terms += pinyin;
    if (!terms.empty()) terms.pop_back();
    return terms;
}

Result<SearchQuery> SearchQuery::parse(std::string_view text) {
    MUSTER_TRY(check_length(text, 1, kMaxBytes, "query"));
    SearchQuery query;
    for (const auto& run : runs_of(text)) {
        if (query.clauses_.size() == kMaxClauses) break;
        Clause clause;
        if (run.han) {
            const auto all = characters(run.text);
            clause.push_back(all.size() == 1 ? Phrase{character(all.front())} : pairs(all));
        } else {
            const std::string word = utf8(run.text);
            clause.push_back({word});
            if (word.size() >= 2 && is_letters(word)) {
                Phrase initials;
                for (size_t i = 1; i < word.size(); ++i) {
                    initials.push_back(pinyin_pair(word[i - 1], word[i]));
                }
                clause.push_back(std::move(initials));
            }
        }
        query.clauses_.push_back(std::move(clause));
    }
    if (query.clauses_.empty()) {
        return refuse(absl::StatusCode::kInvalidArgument, "search.no_words", {}, "query");
    }
    return query;
}

std::string SearchQuery::match_expression() const {
    // Terms are letters and digits alone: in quotes nothing in them is an operator.
    std::string expression;
    for (const auto& clause : clauses_) {
        if (!expression.empty()) expression += " AND ";
        expression += '(';
        for (size_t i = 0; i < clause.size(); ++i) {
            if (i > 0) expression += " OR ";
            expression += '"';
            for (size_t j = 0; j < clause[i].size(); ++j) {
                expression += (j > 0 ? " " : "") + clause[i][j];
            }
            expression += '"';
        }
        expression += ')';
    }
    return expression;
}

bool SearchQuery::matches(std::string_view terms) const {
    const std::string within = ' ' + std::string(terms) + ' ';
    return std::all_of(clauses_.begin(), clauses_.end(), [&](const Clause& clause) {
        return std::any_of(clause.begin(), clause.end(), [&](const Phrase& phrase) {
            std::string needle = " ";
            for (const auto& term : phrase) needle += term + ' ';
            return within.find(needle) != std::string::npos;
        });
    });
}

}  // namespace muster
