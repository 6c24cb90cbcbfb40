#include "hub/access/ticket.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "hub/access/token.h"
#include "hub/base/error.h"

namespace muster {
namespace {

TicketClaims some_claims() {
    return {.use = TicketUse::watch,
            .id = Uuid::make(),
            .room_id = Uuid::make(),
            .participant_id = Uuid::make(),
            .person_id = Uuid::make(),
            .session_id = Uuid::make(),
            .stream_id = Uuid::make(),
            .device_id = Uuid::make(),
            .expires_at = UtcTime(std::chrono::seconds(1'800'000'300)),
            .takeovers = 0x01020304};
}

std::string code(const Result<TicketClaims>& read) {
    if (read.ok()) return "read";
    EXPECT_EQ(read.status().code(), absl::StatusCode::kUnauthenticated);
    return detail_of(read.status())->reason().code();
}

TEST(Ticket, SaysWhatWasPutIntoIt) {
    const TicketOffice office;
    auto claims = some_claims();
    EXPECT_EQ(*office.read(office.mint(claims)), claims);
    claims.use = TicketUse::publish;
    claims.device_id = {};
    claims.expires_at = UtcTime(std::chrono::seconds(-5));
    EXPECT_EQ(*office.read(office.mint(claims)), claims);
    // By whole seconds.
    claims.expires_at += std::chrono::milliseconds(900);
    EXPECT_EQ(office.read(office.mint(claims))->expires_at, UtcTime(std::chrono::seconds(-5)));
}

TEST(Ticket, IsABearerAndNoToken) {
    const TicketOffice office;
    const std::string ticket = office.mint(some_claims());
    EXPECT_EQ(bearer_token("Bearer " + ticket), ticket);
    EXPECT_TRUE(is_ticket(ticket));
    EXPECT_FALSE(is_ticket(make_token()));
    EXPECT_EQ(ticket.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_",
                                       kTicketPrefix.size()),
              std::string::npos);
    EXPECT_LE(ticket.size(), kTicketPrefix.size() + 220);
}

TEST(Ticket, EveryChangedCharacterAndEveryCutIsNoticed) {
    const TicketOffice office;
    const std::string ticket = office.mint(some_claims());
    for (size_t i = 0; i < ticket.size(); ++i) {
        for (const char other : {'A', 'B', '_', '=', '\0'}) {
            if (ticket[i] == other) continue;
            std::string damaged = ticket;
            damaged[i] = other;
            EXPECT_EQ(code(office.read(damaged)), "ticket.malformed") << i;
        }
        EXPECT_EQ(code(office.read(ticket.substr(0, i))), "ticket.malformed") << i;
    }
}

TEST(Ticket, NoOtherBytesAreOne) {
    const TicketOffice office;
    const std::string ticket = office.mint(some_claims());
    for (const std::string& bytes : {std::string(),
                                     std::string(kTicketPrefix),
                                     ticket + "A",
                                     ticket + ticket,
                                     ticket + "==",
                                     " " + ticket,
                                     std::string(kTicketPrefix) + std::string(100'000, 'A'),
                                     std::string(kTicketPrefix) + random_bytes(184),
                                     make_token()}) {
        EXPECT_EQ(code(office.read(bytes)), "ticket.malformed");
    }
}

TEST(Ticket, NoByteAbove127IsASecondSpelling) {
    const TicketOffice office;
    const std::string ticket = office.mint(some_claims());
    for (size_t at = kTicketPrefix.size(); at < ticket.size(); ++at) {
        for (int byte = 128; byte < 256; ++byte) {
            std::string other = ticket;
            other[at] = static_cast<char>(byte);
            EXPECT_EQ(code(office.read(other)), "ticket.malformed") << at << " " << byte;
        }
    }
}

TEST(Ticket, TheSpareBitsOfTheLastCharacterAreNoSecondSpelling) {
    const TicketOffice office;
    const auto claims = some_claims();
    const std::string ticket = office.mint(claims);
    std::set<std::string> spellings;
    for (const char last : std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_")) {
        std::string other = ticket;
        other.back() = last;
        if (office.read(other).ok()) spellings.insert(other);
    }
    EXPECT_THAT(spellings, testing::ElementsAre(ticket));
}

class TicketKey : public testing::Test {
protected:
    TicketKey() {
        std::string pattern = std::filesystem::temp_directory_path() / "muster-ticket-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~TicketKey() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path file() const { return folder_ / "ticket.key"; }

    std::filesystem::path folder_;
};

TEST_F(TicketKey, OutlivesTheHubInAFileOfItsOwnersAlone) {
    const auto first = TicketOffice::open(file());
    ASSERT_TRUE(first.ok());
    struct stat about {};
    ASSERT_EQ(::stat(file().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    const auto claims = some_claims();
    const auto second = TicketOffice::open(file());
    ASSERT_TRUE(second.ok());
    EXPECT_EQ(*second->read(first->mint(claims)), claims);
    // Another hub's are none of ours.
    EXPECT_EQ(code(TicketOffice().read(first->mint(claims))), "ticket.malformed");
}

TEST_F(TicketKey, OneThatOthersMayReadOrThatIsCutIsNotUsed) {
    ASSERT_TRUE(TicketOffice::open(file()).ok());
    ::chmod(file().c_str(), 0640);
    EXPECT_EQ(detail_of(TicketOffice::open(file()).status())->reason().code(), "key.open");
    ::chmod(file().c_str(), 0600);
    std::filesystem::resize_file(file(), 31);
    EXPECT_EQ(detail_of(TicketOffice::open(file()).status())->reason().code(), "key.damaged");
}

}  // namespace
}  // namespace muster
