#include "clients/city/data_folder.h"

#include <sys/stat.h>
#include <unistd.h>
#include <fstream>

#include <gtest/gtest.h>

#include "clients/city/geo.h"

namespace muster {
namespace {

class DataFolderTest : public testing::Test {
protected:
    DataFolderTest() {
        std::string path = testing::TempDir() + "/city-XXXXXX";
        folder_ = ::mkdtemp(path.data());
    }
    ~DataFolderTest() override { std::filesystem::remove_all(folder_); }

    std::filesystem::path folder_;
};

TEST_F(DataFolderTest, LoginsComeBackAndAreTheOwnersAlone) {
    const DataFolder folder(folder_ / "made");
    EXPECT_FALSE(folder.has_logins());
    ASSERT_TRUE(folder.save_logins({{"seat-02", {"password", "token", 42}}}).ok());
    struct stat info {};
    ASSERT_EQ(::stat((folder_ / "made" / "logins.json").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    const auto logins = folder.load_logins();
    ASSERT_TRUE(logins.ok());
    EXPECT_EQ(logins->at("seat-02").password, "password");
    EXPECT_EQ(logins->at("seat-02").token, "token");
    EXPECT_EQ(logins->at("seat-02").token_ends_s, 42);
}

TEST_F(DataFolderTest, DamagedLoginsAreRefusedAndDamagedPlacesForgotten) {
    std::ofstream(folder_ / "logins.json") << R"({"seat-02":{"password":7}})";
    std::ofstream(folder_ / "places.json") << R"({"fire-1":[30]})";
    const DataFolder folder(folder_);
    EXPECT_FALSE(folder.load_logins().ok());
    EXPECT_TRUE(folder.load_places().empty());
    std::ofstream(folder_ / "logins.json") << std::string(2 << 20, ' ');
    EXPECT_FALSE(folder.load_logins().ok());
}

TEST_F(DataFolderTest, PlacesComeBack) {
    const DataFolder folder(folder_);
    ASSERT_TRUE(folder.save_places({{"fire-1", point_at(30.1, 123.9)}}).ok());
    EXPECT_DOUBLE_EQ(folder.load_places().at("fire-1").lon_deg(), 123.9);
}

}  // namespace
}  // namespace muster
