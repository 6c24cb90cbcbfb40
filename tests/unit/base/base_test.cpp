#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "hub/base/clock.h"
#include "hub/base/entity_key.h"
#include "hub/base/error.h"
#include "hub/base/ids.h"
#include "hub/base/sha256.h"
#include "tests/support/manual_clock.h"

namespace muster {
namespace {

constexpr char kSample[] = "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10";

TEST(Ids, AreReadInEitherCaseAndSaidInLower) {
    EXPECT_EQ(Uuid::parse(kSample)->text(), kSample);
    EXPECT_EQ(Uuid::parse("0191D3A0-7F4E-7C11-9A59-3F0D5C0A2B10")->text(), kSample);
}

TEST(Ids, AnythingElseIsRefused) {
    for (const char* text : {"",
                             "F2104",
                             "0191d3a07f4e7c119a593f0d5c0a2b10",
                             "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b1",
                             "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b100",
                             "0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b1g",
                             "0191d3a0-7f4e-7c11-9a59_3f0d5c0a2b10",
                             "0191d3a0-7f4e-7c11--9a593f0d5c0a2b10",
                             "{191d3a0-7f4e-7c11-9a59-3f0d5c0a2b10",
                             "00000000-0000-0000-0000-000000000000"}) {
        EXPECT_FALSE(Uuid::parse(text)) << text;
    }
    EXPECT_FALSE(Uuid::parse(std::string_view("0191d3a0-7f4e-7c11-9a59-3f0d5c0a2b1\0", 36)));
}

TEST(Ids, FreshOnesAreOfVersion7AndDifferent) {
    std::set<Uuid> made;
    Uuid before;
    // Some thousand in one millisecond.
    for (int i = 0; i < 20'000; ++i) {
        const auto id = Uuid::make();
        EXPECT_GT(id, before);
        before = id;
        const auto text = id.text();
        EXPECT_EQ(text[14], '7');
        EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
        EXPECT_EQ(Uuid::parse(text), id);
        made.insert(id);
    }
    EXPECT_EQ(made.size(), 20'000u);
}

TEST(Ids, BytesAreSaidInHex) {
    EXPECT_EQ(to_hex(std::string_view("\x00\x7f\xff", 3)), "007fff");
    EXPECT_EQ(random_bytes(7).size(), 7u);
    EXPECT_NE(random_bytes(16), random_bytes(16));
}

// FIPS 180-4 examples: "abc" and the empty message.
TEST(Sha256, IsTheStandards) {
    EXPECT_EQ(to_hex(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("")),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256({"a", "", "bc"}), sha256("abc"));
}

// Computed by another program from the text of picture.proto: FNV-1a-64 of kind, id, version.
TEST(Digest, IsWhatEveryClientComputes) {
    const auto id = *Uuid::parse(kSample);
    EXPECT_EQ(digest_share({v1::ENTITY_KIND_INCIDENT, id}, 1), 0x28cad3472b5c026a);
    EXPECT_EQ(digest_share({v1::ENTITY_KIND_STREAM_HEALTH, id}, 0x01020304), 0x4237b657071117e2);
}

TEST(EntityKeys, AreReadFromEveryKindOfEntity) {
    const auto* fields = v1::Entity::descriptor();
    for (int i = 0; i < fields->field_count(); ++i) {
        const auto* field = fields->field(i);
        // The field's number is the kind's, and each has id = 1 and version = 2.
        const auto* kind = v1::EntityKind_descriptor()->FindValueByNumber(field->number());
        ASSERT_NE(kind, nullptr) << field->name();
        EXPECT_EQ(kind_name(static_cast<v1::EntityKind>(kind->number())), field->name());
        v1::Entity entity;
        auto* message = entity.GetReflection()->MutableMessage(&entity, field);
        const auto* inner = message->GetDescriptor();
        ASSERT_EQ(inner->FindFieldByName("id")->number(), 1);
        ASSERT_EQ(inner->FindFieldByName("version")->number(), 2);
        message->GetReflection()->SetString(message, inner->FindFieldByName("id"), kSample);
        message->GetReflection()->SetUInt32(message, inner->FindFieldByName("version"), 7);
        EXPECT_EQ(key_of(entity).kind, kind->number());
        EXPECT_EQ(key_of(entity).id.text(), kSample);
        EXPECT_EQ(version_of(entity), 7u);
    }
    EXPECT_TRUE(key_of(v1::Entity()).id.is_nil());
    EXPECT_EQ(version_of(v1::Entity()), 0u);
}

TEST(EntityKeys, KindsHaveWords) {
    EXPECT_EQ(kind_of_name("stream_health"), v1::ENTITY_KIND_STREAM_HEALTH);
    EXPECT_EQ(kind_of_name("stream-health"), v1::ENTITY_KIND_STREAM_HEALTH);
    EXPECT_EQ(kind_of_name("nothing"), v1::ENTITY_KIND_UNSPECIFIED);
    EXPECT_TRUE(is_live(v1::ENTITY_KIND_POSITION));
    EXPECT_FALSE(is_live(v1::ENTITY_KIND_SESSION));
}

TEST(Clocks, TimesGoThroughProtosUnchanged) {
    const UtcTime time(std::chrono::microseconds(1'800'000'000'123'456));
    EXPECT_EQ(from_proto(to_proto(time)), time);
    EXPECT_EQ(to_proto(time).nanos(), 123'456'000);
    EXPECT_EQ(rfc3339(time), "2027-01-15T08:00:00.123Z");
    // Before 1970 the nanoseconds still count forward.
    const UtcTime early(std::chrono::microseconds(-1));
    EXPECT_EQ(to_proto(early).seconds(), -1);
    EXPECT_EQ(to_proto(early).nanos(), 999'999'000);
    EXPECT_EQ(from_proto(to_proto(early)), early);
    EXPECT_EQ(rfc3339(early), "1969-12-31T23:59:59.999Z");
}

TEST(Clocks, TheManualOneStepsWallTimeAlone) {
    ManualClock clock;
    const auto wall = clock.now();
    const auto steady = clock.steady();
    clock.step_wall(std::chrono::hours(1));
    EXPECT_EQ(clock.now(), wall + std::chrono::hours(1));
    EXPECT_EQ(clock.steady(), steady);
}

TEST(Clocks, TheSystemsGoForward) {
    const SystemClock clock;
    const auto steady = clock.steady();
    EXPECT_GT(clock.now(), UtcTime(std::chrono::seconds(1'700'000'000)));
    EXPECT_GE(clock.steady(), steady);
}

TEST(Refusals, CarryCodeFieldAndSentence) {
    const auto status = refuse(absl::StatusCode::kNotFound, "team.unknown", {{"id", "x"}}, "id");
    EXPECT_EQ(std::string(status.message()), "There is no team x.");
    const auto detail = detail_of(status);
    ASSERT_TRUE(detail);
    EXPECT_EQ(detail->reason().code(), "team.unknown");
    EXPECT_EQ(detail->reason().args().at("id"), "x");
    EXPECT_EQ(detail->field(), "id");
    EXPECT_FALSE(detail_of(absl::InternalError("of another origin")));
    EXPECT_EQ(status_details_bytes(absl::InternalError("of another origin")), "");
}

TEST(Refusals, GoOverTheWireAndBack) {
    const auto sent = refuse_stale("expected_version", 3, 5, {"place", "grade"});
    const auto got =
        status_from_wire(static_cast<int>(sent.code()), "whatever", status_details_bytes(sent));
    EXPECT_EQ(got.code(), absl::StatusCode::kAborted);
    const auto detail = detail_of(got);
    ASSERT_TRUE(detail);
    EXPECT_EQ(detail->reason().code(), "edit.stale");
    EXPECT_THAT(detail->changed_fields(), testing::ElementsAre("place", "grade"));
    EXPECT_FALSE(detail_of(status_from_wire(14, "away", "\xff\xff garbage")));
    EXPECT_TRUE(status_from_wire(0, "", "").ok());
}

}  // namespace
}  // namespace muster
