// Secrets at rest: the key file, the vault, passwords, tokens.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hub/access/key_file.h"
#include "hub/access/password.h"
#include "hub/access/token.h"
#include "hub/access/vault.h"
#include "hub/base/error.h"

namespace muster {
namespace {

class Secrets : public testing::Test {
protected:
    Secrets() {
        std::string pattern = (std::filesystem::temp_directory_path() / "muster-access-XXXXXX");
        folder_ = mkdtemp(pattern.data());
    }
    ~Secrets() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path key_file() const { return folder_ / "secret.key"; }

    std::filesystem::path folder_;
};

std::string code_of(const Status& status) {
    const auto detail = detail_of(status);
    return detail ? detail->reason().code() : "";
}

TEST_F(Secrets, TheKeyFileIsMadeForItsOwnerAlone) {
    ASSERT_TRUE(Vault::open(key_file()).ok());
    struct stat about {};
    ASSERT_EQ(::stat(key_file().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600u);
    EXPECT_EQ(about.st_size, 32);
}

TEST_F(Secrets, AKeyFileThatOthersMayReadIsRefused) {
    ASSERT_TRUE(Vault::open(key_file()).ok());
    ASSERT_EQ(::chmod(key_file().c_str(), 0640), 0);
    const auto vault = Vault::open(key_file());
    EXPECT_EQ(code_of(vault.status()), "key.open");
    EXPECT_EQ(detail_of(vault.status())->reason().args().at("mode"), "0640");
}

TEST_F(Secrets, AKeyFileOfAnotherSizeIsRefused) {
    ASSERT_TRUE(Vault::open(key_file()).ok());
    std::ofstream(key_file(), std::ios::app) << "x";
    EXPECT_EQ(code_of(Vault::open(key_file()).status()), "key.damaged");
    std::filesystem::resize_file(key_file(), 31);
    EXPECT_EQ(code_of(Vault::open(key_file()).status()), "key.damaged");
}

TEST_F(Secrets, AFolderThatIsNotThereIsNamed) {
    const auto vault = Vault::open(folder_ / "nowhere" / "secret.key");
    EXPECT_EQ(code_of(vault.status()), "key.unreadable");
}

TEST_F(Secrets, WhatIsSealedOpensForItsOwnerOnly) {
    const auto vault = Vault::open(key_file());
    ASSERT_TRUE(vault.ok());
    const std::string sealed = (*vault)->seal("camera-1", "s3cret");
    EXPECT_THAT(sealed, testing::Not(testing::HasSubstr("s3cret")));
    EXPECT_EQ(*(*vault)->open_sealed("camera-1", sealed), "s3cret");
    EXPECT_EQ(code_of((*vault)->open_sealed("camera-2", sealed).status()), "key.mismatch");
}

TEST_F(Secrets, ASealHoldsAcrossRestartsAndIsDifferentEachTime) {
    const auto first = Vault::open(key_file());
    const auto second = Vault::open(key_file());
    const std::string sealed = (*first)->seal("camera-1", "s3cret");
    EXPECT_EQ(*(*second)->open_sealed("camera-1", sealed), "s3cret");
    EXPECT_NE((*second)->seal("camera-1", "s3cret"), sealed);
    EXPECT_EQ((*first)->fingerprint("request"), (*second)->fingerprint("request"));
}

TEST_F(Secrets, EveryChangedByteAndEveryCutIsNoticed) {
    const auto vault = Vault::open(key_file());
    const std::string sealed = (*vault)->seal("camera-1", "s3cret");
    for (size_t i = 0; i < sealed.size(); ++i) {
        std::string damaged = sealed;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        EXPECT_FALSE((*vault)->open_sealed("camera-1", damaged).ok()) << i;
        EXPECT_FALSE((*vault)->open_sealed("camera-1", sealed.substr(0, i)).ok()) << i;
    }
}

TEST_F(Secrets, AnotherKeyOpensNothing) {
    const auto one = Vault::open(key_file());
    const auto other = Vault::open(folder_ / "other.key");
    const std::string sealed = (*one)->seal("camera-1", "s3cret");
    EXPECT_FALSE((*other)->open_sealed("camera-1", sealed).ok());
    EXPECT_NE((*one)->fingerprint("request"), (*other)->fingerprint("request"));
}

TEST(Password, OnlyTheRightOneIsVerified) {
    const std::string hash = hash_password("correct horse");
    EXPECT_TRUE(hash.starts_with("$argon2id$"));
    EXPECT_TRUE(verify_password(hash, "correct horse"));
    EXPECT_FALSE(verify_password(hash, "correct horsf"));
    EXPECT_FALSE(verify_password("not a hash", "correct horse"));
    EXPECT_FALSE(verify_password("", ""));
    EXPECT_FALSE(verify_nobody("nobody has this password"));
    EXPECT_NE(hash, hash_password("correct horse"));
}

TEST(Password, AMadeOneIsLongAndNeverTheSame) {
    const std::string one = make_password();
    EXPECT_EQ(one.size(), 23u);
    EXPECT_NE(one, make_password());
}

TEST(Token, IsLongUrlSafeAndNeverTheSame) {
    const std::string token = make_token();
    EXPECT_EQ(token.size(), 43u);
    EXPECT_EQ(
        token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        std::string::npos);
    EXPECT_NE(token, make_token());
    EXPECT_EQ(token_hash(token).size(), 32u);
    EXPECT_EQ(token_hash(token), token_hash(token));
}

TEST(Token, IsReadFromTheHeader) {
    EXPECT_EQ(bearer_token("Bearer abc"), "abc");
    EXPECT_EQ(bearer_token("bearer abc"), "abc");
    EXPECT_EQ(bearer_token("Basic abc"), std::nullopt);
    EXPECT_EQ(bearer_token("Bearer "), std::nullopt);
    EXPECT_EQ(bearer_token(""), std::nullopt);
    EXPECT_EQ(bearer_token("Bearer " + std::string(257, 'a')), std::nullopt);
    EXPECT_TRUE(same_secret("abc", "abc"));
    EXPECT_FALSE(same_secret("abc", "abd"));
    EXPECT_FALSE(same_secret("abc", "abcd"));
}

}  // namespace
}  // namespace muster
