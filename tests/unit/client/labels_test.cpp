#include "clients/cpp/labels.h"

#include <gtest/gtest.h>

#include "muster/v1/figure.pb.h"
#include "muster/v1/incident.pb.h"
#include "muster/v1/live.pb.h"
#include "muster/v1/order.pb.h"
#include "muster/v1/response.pb.h"
#include "muster/v1/room.pb.h"
#include "muster/v1/team.pb.h"
#include "muster/v1/types.pb.h"

namespace muster {
namespace {

TEST(Labels, WordsAreLowerCaseWithHyphens) {
    EXPECT_EQ(word(v1::ORDER_STATUS_EN_ROUTE), "en-route");
    EXPECT_EQ(word(v1::INCIDENT_TYPE_FOREST_FIRE), "forest-fire");
    EXPECT_EQ(label(v1::TEAM_STATUS_OUT_OF_SERVICE, Language::english), "out of service");
    EXPECT_EQ(label(v1::ROLE_COMMANDER, Language::chinese), "指挥员");
}

TEST(Labels, WordsLeadBackToTheirNumber) {
    const auto& type = *v1::IncidentType_descriptor();
    for (const auto& word : words_of(type)) {
        const auto number = number_of_word(type, word);
        ASSERT_TRUE(number.has_value()) << word;
        EXPECT_EQ(word_of(type, *number), word);
    }
    for (const auto* bad : {"", "unspecified", "FIRE", "forest_fire", "fires"}) {
        EXPECT_FALSE(number_of_word(type, bad).has_value()) << bad;
    }
}

TEST(Labels, EveryValueThatPeopleSeeHasChineseWords) {
    for (const auto* type : {v1::IncidentType_descriptor(),
                             v1::IncidentGrade_descriptor(),
                             v1::ResponseLevel_descriptor(),
                             v1::FigureSubject_descriptor(),
                             v1::IncidentStatus_descriptor(),
                             v1::OrderStatus_descriptor(),
                             v1::TeamStatus_descriptor(),
                             v1::Capability_descriptor(),
                             v1::Role_descriptor(),
                             v1::StreamState_descriptor(),
                             v1::RoomStatus_descriptor(),
                             v1::ParticipantStatus_descriptor(),
                             v1::PositionSource_descriptor()}) {
        for (int i = 1; i < type->value_count(); ++i) {
            const auto text = label_of(*type, type->value(i)->number(), Language::chinese);
            EXPECT_NE(text, type->value(i)->name());
        }
    }
}

TEST(Labels, AgreeWithTheWordsWithinSentences) {
    const auto codes = catalogue_codes(Language::chinese);
    const std::vector<std::pair<const EnumDescriptor*, std::string>> spoken = {
        {v1::IncidentType_descriptor(), "word.type."},
        {v1::IncidentStatus_descriptor(), "word.status."},
        {v1::ResponseLevel_descriptor(), "word.level."},
        {v1::FigureSubject_descriptor(), "word.subject."},
        {v1::OrderStatus_descriptor(), "word.status."},
        {v1::TeamStatus_descriptor(), "word.status."},
        {v1::Capability_descriptor(), "word.capability."},
    };
    for (const auto& [type, prefix] : spoken) {
        for (int i = 1; i < type->value_count(); ++i) {
            const int number = type->value(i)->number();
            v1::Reason reason;
            reason.set_code(prefix + word_of(*type, number));
            ASSERT_TRUE(std::find(codes.begin(), codes.end(), reason.code()) != codes.end())
                << reason.code();
            EXPECT_EQ(label_of(*type, number, Language::chinese), say(reason, Language::chinese));
        }
    }
}

TEST(Labels, ANumberOfANewerHubIsShownAsANumber) {
    EXPECT_EQ(label_of(*v1::OrderStatus_descriptor(), 77, Language::chinese), "77");
}

}  // namespace
}  // namespace muster
