#pragma once

#include <functional>

#include "clients/city/people/room_media.h"
#include "tests/media/media_test.h"

namespace muster {

inline constexpr double kTone = 1'000;
inline constexpr double kOtherTone = 1'700;
// What of a tone of level 0.25 is surely left, and what surely is not one.
inline constexpr double kLoud = 0.1;
inline constexpr double kQuiet = 0.01;

inline bool is_loud(double level) {
    return level > kLoud;
}
inline bool is_quiet(double level) {
    return level < kQuiet;
}

// Somebody who is in a room of the hub's double.
struct Member {
    std::string person_id;
    std::string participant_id;
    std::string stream_id;
    std::string device_id;
};

// A city with rooms: publishers and viewers through the real node.
class RoomTest : public MediaTest {
protected:
    // Person number 1 to 9.
    static Member member(int number);
    // Has the node let these in; `muted` are the numbers of those who are.
    void let_in(const std::vector<int>& numbers, const std::vector<int>& muted = {});

    static city::RoomMedia somebody(int number,
                                    double tone_hertz = kTone,
                                    const std::string& codec = "VP8");
    static std::unique_ptr<city::RtcPublisher> make_publisher(const city::RoomMedia& media);
    // The node's reply to an offer under this person's stream.
    media::v1::SignalReply offer_to_publish(city::RtcPublisher& publisher,
                                            int number,
                                            const std::string& ticket_id);
    // Publishes as person `number`, whose picture has that number too; the session's id, empty when
    // it was refused.
    std::string publish(city::RtcPublisher& publisher,
                        int number,
                        const std::string& ticket_id = "ticket-1");
    // Watches what person `whom` publishes, as person `who`.
    std::string watch_member(TestViewer& viewer, int whom, int who);
    // Asks again and again, for half a minute.
    static bool eventually(const std::function<bool()>& holds);
    static ViewerOffer picture_and_sound(const std::string& codec = "VP8");
    std::optional<v1::StreamHealth> wait_member_state(v1::StreamState state, int number) {
        return wait_state(state, member(number).stream_id.c_str());
    }
};

}  // namespace muster
