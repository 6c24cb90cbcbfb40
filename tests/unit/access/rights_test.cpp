// The table of roles against the expectation (tests/support/rights.txt) and against the contract as
// it stands in proto/: a new method or kind without a row in both fails here.
#include "tests/support/rights.h"

#include <set>

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>

#include "hub/access/policy.h"
#include "muster/v1/entity.pb.h"

namespace muster {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptor;

// Of every proto file of the contract; all of them are linked into this test.
std::set<std::string> methods_of_contract() {
    const auto folder = std::filesystem::path(MUSTER_SOURCE_DIR) / "proto";
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    std::set<std::string> methods;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".proto") continue;
        const auto path = entry.path().lexically_relative(folder).string();
        const auto* file = pool->FindFileByName(path);
        EXPECT_NE(file, nullptr) << path << " is not linked in";
        for (int s = 0; file != nullptr && s < file->service_count(); ++s) {
            for (int m = 0; m < file->service(s)->method_count(); ++m) {
                methods.insert(file->service(s)->full_name() + "/" +
                               file->service(s)->method(m)->name());
            }
        }
    }
    EXPECT_FALSE(methods.empty());
    return methods;
}

class RightsTest : public testing::Test {
protected:
    const Rights rights_ = read_rights(MUSTER_SOURCE_DIR);
};

TEST_F(RightsTest, EveryMethodOfTheContractIsExpectedAndHasARow) {
    auto expected = rights_.methods;
    for (const auto& method : methods_of_contract()) {
        EXPECT_EQ(expected.erase(method), 1u) << method << " is not in tests/support/rights.txt";
        EXPECT_NE(rule_of(method), nullptr) << method << " is not in hub/access/policy.cpp";
    }
    for (const auto& [method, right] : expected) ADD_FAILURE() << method << " is no method";
}

TEST_F(RightsTest, EveryRowIsThereOnceAndExpected) {
    std::set<std::string_view> seen;
    for (const auto& rule : method_rules()) {
        EXPECT_TRUE(seen.insert(rule.method).second) << rule.method;
        EXPECT_TRUE(rights_.methods.contains(std::string(rule.method))) << rule.method;
    }
}

TEST_F(RightsTest, WhoMayCallWhatIsAsExpected) {
    for (const auto& [method, right] : rights_.methods) {
        const MethodRule* rule = rule_of(method);
        if (rule == nullptr) continue;
        EXPECT_EQ(rule->entry == Entry::open, right.note == "open") << method;
        EXPECT_EQ(rule->entry == Entry::node, right.note == "node") << method;
        EXPECT_EQ(rule->ticket != TicketUse::none, right.note == "ticket") << method;
        EXPECT_EQ(rule->cost > 0, rule->entry == Entry::by_role) << method;
        for (const auto role : all_roles()) {
            EXPECT_EQ(check_call(method, role).ok(), right.has(role))
                << method << " " << role_name(role);
        }
    }
}

TEST_F(RightsTest, EveryKindIsExpectedAndSeenByWhomItShouldBe) {
    auto expected = rights_.kinds;
    std::set<int> rows;
    for (const auto& rule : kind_rules()) EXPECT_TRUE(rows.insert(rule.kind).second) << rule.kind;
    for (const auto* all : {v1::Entity::descriptor(), v1::Live::descriptor()}) {
        for (int i = 0; i < all->field_count(); ++i) {
            const auto* field = all->field(i);
            EXPECT_EQ(rows.erase(field->number()), 1u) << field->name() << " has no row";
            const auto right = expected.find(field->name());
            if (right == expected.end()) {
                ADD_FAILURE() << field->name() << " is not in tests/support/rights.txt";
                continue;
            }
            for (const auto role : all_roles()) {
                EXPECT_EQ(may_see(role, static_cast<v1::EntityKind>(field->number())),
                          right->second.has(role))
                    << field->name() << " " << role_name(role);
            }
            expected.erase(right);
        }
    }
    EXPECT_TRUE(rows.empty());
    for (const auto& [kind, right] : expected) ADD_FAILURE() << kind << " is no kind";
}

TEST_F(RightsTest, EveryRoleOfTheContractIsAColumn) {
    std::set<int> roles;
    for (const auto role : all_roles()) roles.insert(role);
    const auto* type = v1::Role_descriptor();
    for (int i = 0; i < type->value_count(); ++i) {
        if (type->value(i)->number() == v1::ROLE_UNSPECIFIED) continue;
        EXPECT_TRUE(roles.contains(type->value(i)->number())) << type->value(i)->name();
    }
}

}  // namespace
}  // namespace muster
