// A hub's certificates over the years, in virtual time.
#include "hub/access/certificates.h"

#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "hub/base/error.h"
#include "tests/support/manual_clock.h"

namespace muster {
namespace {

namespace fs = std::filesystem;
using std::chrono::hours;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr hours kDay{24};

std::string code_of(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : std::string(status.message());
}

class CertificatesTest : public testing::Test {
protected:
    ~CertificatesTest() override { fs::remove_all(folder_); }

    static fs::path make_folder() {
        std::string name = (fs::temp_directory_path() / "muster-certificates-XXXXXX").string();
        return ::mkdtemp(name.data());
    }
    Certificates::Options options() {
        Certificates::Options all;
        all.data = folder_ / "data";
        all.machine_names = [this] { return machine_; };
        return all;
    }
    std::unique_ptr<Certificates> open(const Certificates::Options& options) {
        auto opened = Certificates::open(options, clock_);
        EXPECT_TRUE(opened.ok()) << opened.status();
        return opened.ok() ? *std::move(opened) : nullptr;
    }
    std::unique_ptr<Certificates> open() { return open(options()); }
    // An organisation's own certificate in two files.
    Certificates::Options own(const std::vector<std::string>& names) {
        const auto authority = make_authority("City CA", clock_.now());
        const auto pair = make_server_certificate(*authority, names, clock_.now());
        auto all = options();
        all.certificate = write("own.crt", pair->certificate_pem);
        all.key = write("own.key", pair->key_pem);
        return all;
    }
    fs::path write(const std::string& name, const std::string& text) {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }
    unsigned mode_of(const std::string& name) {
        struct stat about {};
        EXPECT_EQ(::stat((folder_ / "data" / name).c_str(), &about), 0) << name;
        return about.st_mode & 0777;
    }

    const fs::path folder_ = make_folder();
    ManualClock clock_;
    std::vector<std::string> machine_{"hub-1", "localhost", "127.0.0.1", "::1", "192.0.2.7"};
};

TEST_F(CertificatesTest, TheFirstStartMakesACaAndACertificateForAllNames) {
    const auto identity = open()->identity();
    EXPECT_EQ(identity->info.names, machine_);
    EXPECT_FALSE(identity->is_own());
    EXPECT_FALSE(identity->info.is_ca);
    EXPECT_TRUE(is_signed_by(identity->pair.certificate_pem, identity->authority_pem));
    EXPECT_TRUE(check_pair(identity->pair, "", "").ok());
    EXPECT_EQ(identity->days_left(clock_.now()), 389);
    // What browsers take at most.
    EXPECT_LE(identity->info.not_after - identity->info.not_before, kDay * 397);
    const auto authority = read_certificate(identity->authority_pem, "ca.crt");
    EXPECT_TRUE(authority->is_ca);
    EXPECT_EQ(authority->common_name, "Muster CA hub-1");
    EXPECT_EQ(authority->fingerprint.size(), 64u);
    EXPECT_EQ(mode_of("ca/ca.key"), 0600u);
    EXPECT_EQ(mode_of("tls/server.key"), 0600u);
    EXPECT_EQ(mode_of("ca"), 0700u);
    for (const auto& name : machine_) {
        EXPECT_TRUE(covers(identity->pair.certificate_pem, name)) << name;
    }
    EXPECT_FALSE(covers(identity->pair.certificate_pem, "192.0.2.8"));
    EXPECT_FALSE(covers(identity->pair.certificate_pem, "hub-2"));
}

TEST_F(CertificatesTest, ASecondStartServesTheSame) {
    const auto first = open()->identity();
    const auto second = open()->identity();
    EXPECT_EQ(first->pair.certificate_pem, second->pair.certificate_pem);
    EXPECT_EQ(first->authority_pem, second->authority_pem);
}

TEST_F(CertificatesTest, AClockThatIsSetByAnHourMakesNoNewOne) {
    const auto certificates = open();
    const auto first = certificates->identity();
    // Whose clock is behind takes it too.
    EXPECT_LE(first->info.not_before, clock_.now() - hours(1));
    for (const hours step : {hours(-1), hours(2), hours(-1)}) {
        clock_.step_wall(step);
        EXPECT_EQ(certificates->look_again().value(), false);
        EXPECT_EQ(open()->identity()->pair.certificate_pem, first->pair.certificate_pem);
    }
    // A clock that was a year ahead leaves one of next year behind: it is made anew, since nobody
    // would take it, by the same CA.
    clock_.step_wall(kDay * 365);
    EXPECT_EQ(certificates->look_again().value(), true);
    clock_.step_wall(-kDay * 365);
    EXPECT_EQ(certificates->look_again().value(), true);
    const auto again = certificates->identity();
    EXPECT_LE(again->info.not_before, clock_.now());
    EXPECT_EQ(again->authority_pem, first->authority_pem);
}

TEST_F(CertificatesTest, ItIsRenewedAMonthBeforeItsEndByTheSameCa) {
    const auto certificates = open();
    const auto first = certificates->identity();
    clock_.advance(kDay * 358);
    EXPECT_EQ(certificates->look_again().value(), false);
    clock_.advance(kDay * 2);
    EXPECT_EQ(certificates->look_again().value(), true);
    const auto second = certificates->identity();
    EXPECT_NE(first->pair.certificate_pem, second->pair.certificate_pem);
    EXPECT_EQ(first->authority_pem, second->authority_pem);
    EXPECT_EQ(second->days_left(clock_.now()), 389);
    EXPECT_EQ(certificates->look_again().value(), false);
    // The next start serves the renewed one.
    EXPECT_EQ(open()->identity()->pair.certificate_pem, second->pair.certificate_pem);
}

TEST_F(CertificatesTest, AHubThatWasOffForTwoYearsMakesAnother) {
    open();
    clock_.advance(kDay * 730);
    EXPECT_EQ(open()->identity()->days_left(clock_.now()), 389);
}

TEST_F(CertificatesTest, AtItsCasEndItIsNotRenewedAgainAndAgain) {
    const auto certificates = open();
    clock_.advance(kDay * 3'640);
    EXPECT_EQ(certificates->look_again().value(), true);
    EXPECT_EQ(certificates->identity()->days_left(clock_.now()), 11);
    EXPECT_EQ(certificates->look_again().value(), false);
    clock_.advance(kDay * 20);
    EXPECT_EQ(certificates->look_again().value(), false);
    EXPECT_LT(certificates->identity()->days_left(clock_.now()), 0);
}

TEST_F(CertificatesTest, AnotherAddressMakesAnotherCertificate) {
    const auto certificates = open();
    machine_.push_back("198.51.100.9");
    EXPECT_EQ(certificates->look_again().value(), true);
    EXPECT_TRUE(covers(certificates->identity()->pair.certificate_pem, "198.51.100.9"));
    // One that went does no harm.
    machine_.pop_back();
    EXPECT_EQ(certificates->look_again().value(), false);
}

TEST_F(CertificatesTest, NamesOfTheSettingsAreNamedToo) {
    auto with_names = options();
    with_names.names = {"hub.example.org", "203.0.113.5"};
    const auto identity = open(with_names)->identity();
    EXPECT_TRUE(covers(identity->pair.certificate_pem, "hub.example.org"));
    EXPECT_TRUE(covers(identity->pair.certificate_pem, "203.0.113.5"));
    EXPECT_TRUE(covers(identity->pair.certificate_pem, "hub-1"));
}

TEST_F(CertificatesTest, AClockThatWasInTheFutureCostsTheCertificateAlone) {
    clock_.step_wall(kDay * 300);
    const auto first = open()->identity();
    clock_.step_wall(kDay * -300);
    const auto second = open()->identity();
    EXPECT_EQ(second->authority_pem, first->authority_pem);
    EXPECT_LE(second->info.not_before, clock_.now());
}

TEST_F(CertificatesTest, DamagedFilesOfTheServerAreMadeAnew) {
    open();
    std::ofstream(folder_ / "data/tls/server.crt") << "nothing";
    EXPECT_TRUE(check_pair(open()->identity()->pair, "", "").ok());
    fs::remove(folder_ / "data/tls/server.key");
    EXPECT_TRUE(check_pair(open()->identity()->pair, "", "").ok());
}

TEST_F(CertificatesTest, ADamagedCaIsRefusedSinceDevicesTrustIt) {
    open();
    fs::remove(folder_ / "data/ca/ca.key");
    EXPECT_EQ(code_of(Certificates::open(options(), clock_).status()),
              "certificate.authority_damaged");
    fs::remove(folder_ / "data/ca/ca.crt");
    EXPECT_TRUE(Certificates::open(options(), clock_).ok());
}

TEST_F(CertificatesTest, AKeyThatOthersMayReadIsRefused) {
    open();
    for (const char* key : {"data/tls/server.key", "data/ca/ca.key"}) {
        fs::permissions(folder_ / key, fs::perms::group_read, fs::perm_options::add);
        EXPECT_EQ(code_of(Certificates::open(options(), clock_).status()), "key.open") << key;
        fs::permissions(folder_ / key, fs::perms::group_read, fs::perm_options::remove);
    }
}

TEST_F(CertificatesTest, AnOrganisationsOwnIsServedAndMakesNoCa) {
    const auto identity = open(own({"hub-1"}))->identity();
    EXPECT_TRUE(identity->is_own());
    EXPECT_THAT(identity->missing_names, IsEmpty());
    EXPECT_FALSE(fs::exists(folder_ / "data/ca"));
}

TEST_F(CertificatesTest, NamesThatItLacksAreTold) {
    EXPECT_THAT(open(own({"elsewhere"}))->identity()->missing_names, Contains("hub-1"));
    auto named = own({"hub-1", "hub.example.org"});
    named.names = {"hub.example.org", "hub.example.com"};
    EXPECT_THAT(open(named)->identity()->missing_names, ElementsAre("hub.example.com"));
    auto wildcard = own({"*.example.org"});
    wildcard.names = {"hub.example.org"};
    EXPECT_THAT(open(wildcard)->identity()->missing_names, IsEmpty());
}

TEST_F(CertificatesTest, WhatCannotBeServedIsRefusedWithWhy) {
    auto all = own({"hub-1"});
    all.key = write("other.key", make_authority("x", clock_.now())->key_pem);
    EXPECT_EQ(code_of(Certificates::open(all, clock_).status()), "certificate.bad_pair");
    all.key = write("no.key", "words");
    EXPECT_EQ(code_of(Certificates::open(all, clock_).status()), "certificate.key_not_pem");
    all.certificate = write("no.crt", "words");
    EXPECT_EQ(code_of(Certificates::open(all, clock_).status()), "certificate.not_pem");
    all.certificate = folder_ / "none";
    EXPECT_EQ(code_of(Certificates::open(all, clock_).status()), "key.unreadable");
    all.certificate = write("huge.crt", std::string((1 << 20) + 1, 'x'));
    EXPECT_EQ(code_of(Certificates::open(all, clock_).status()), "key.unreadable");
}

TEST_F(CertificatesTest, AnExpiredOneIsTakenAtTheStartAndRefusedLater) {
    const auto old = own({"hub-1"});
    clock_.advance(kDay * 400);
    // Dispatch on this machine goes on; the hub's health says it.
    EXPECT_LT(open(old)->identity()->days_left(clock_.now()), 0);
    const auto certificates = open();
    const auto before = certificates->identity();
    EXPECT_EQ(code_of(certificates->change(old).status()), "certificate.expired");
    EXPECT_EQ(certificates->identity(), before);
}

TEST_F(CertificatesTest, NewFilesOfTheOrganisationAreReadAgain) {
    const auto certificates = open(own({"hub-1"}));
    EXPECT_EQ(certificates->look_again().value(), false);
    own({"hub-1", "hub.example.org"});
    EXPECT_EQ(certificates->look_again().value(), true);
    EXPECT_THAT(certificates->identity()->info.names, Contains("hub.example.org"));
    // Half of them are there: the former pair goes on.
    write("own.key", "");
    const auto before = certificates->identity();
    EXPECT_EQ(code_of(certificates->look_again().status()), "certificate.key_not_pem");
    EXPECT_EQ(certificates->identity(), before);
}

TEST(NamesOfMachine, AreThoseThatEveryMachineHas) {
    const auto names = names_of_machine();
    EXPECT_THAT(names, Contains("localhost"));
    EXPECT_THAT(names, Contains("127.0.0.1"));
    EXPECT_THAT(names, Contains("::1"));
}

}  // namespace
}  // namespace muster
