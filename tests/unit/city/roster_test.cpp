#include "clients/city/roster.h"

#include <fstream>

#include <gmock/gmock.h>

namespace muster {
namespace {

// muster-cameras numbers its cameras by the lines of this file; the roster says where number N
// stands.
TEST(Roster, CamerasAreThoseThatTheDemoFilms) {
    std::ifstream file(std::string(MUSTER_SOURCE_DIR) + "/clients/city/cameras.txt");
    ASSERT_TRUE(file.is_open());
    std::vector<std::string> filmed;
    for (std::string line; std::getline(file, line);) filmed.push_back(line);
    std::vector<std::string> known;
    for (const auto& camera : roster_cameras()) known.push_back(camera.name);
    EXPECT_THAT(known, testing::ElementsAreArray(filmed));
}

}  // namespace
}  // namespace muster
