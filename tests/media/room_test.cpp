#include "tests/media/room_test.h"

#include <algorithm>
#include <thread>

namespace muster {

Member RoomTest::member(int number) {
    const auto id = [number](char kind) {
        return std::string("02000000-0000-7000-8000-0000000000") + kind + std::to_string(number);
    };
    return {id('a'), id('b'), id('c'), id('d')};
}

void RoomTest::let_in(const std::vector<int>& numbers, const std::vector<int>& muted) {
    std::vector<media::v1::DesiredParticipant> all;
    for (const int number : numbers) {
        auto& one = all.emplace_back();
        one.set_participant_id(member(number).participant_id);
        one.set_stream_id(member(number).stream_id);
        one.set_muted(std::count(muted.begin(), muted.end(), number) != 0);
    }
    hub_->desire_participants(std::move(all));
}

city::RoomMedia RoomTest::somebody(int number, double tone_hertz, const std::string& codec) {
    city::RoomMedia media;
    media.number = static_cast<uint8_t>(number);
    media.caption = "somebody";
    media.codec = codec;
    media.tone_hertz = tone_hertz;
    return media;
}

bool RoomTest::eventually(const std::function<bool()>& holds) {
    for (int i = 0; i < 300; ++i) {
        if (holds()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
}

std::unique_ptr<city::RtcPublisher> RoomTest::make_publisher(const city::RoomMedia& media) {
    auto publisher = city::make_room_publisher(media, {"127.0.0.1"});
    if (!publisher.ok()) throw std::runtime_error(publisher.status().ToString());
    return *std::move(publisher);
}

media::v1::SignalReply RoomTest::offer_to_publish(city::RtcPublisher& publisher,
                                                  int number,
                                                  const std::string& ticket_id) {
    const auto offer = publisher.offer();
    EXPECT_TRUE(offer.ok()) << offer.status();
    media::v1::Signal signal;
    auto& open = *signal.mutable_open_publisher();
    open.set_stream_id(member(number).stream_id);
    open.set_person_id(member(number).person_id);
    open.set_participant_id(member(number).participant_id);
    open.set_ticket_id(ticket_id);
    open.set_device_id(member(number).device_id);
    if (offer.ok()) open.set_offer_sdp(*offer);
    const auto reply = hub_->signal(signal);
    EXPECT_TRUE(reply) << "no reply";
    return reply.value_or(media::v1::SignalReply());
}

std::string RoomTest::publish(city::RtcPublisher& publisher,
                              int number,
                              const std::string& ticket_id) {
    const auto reply = offer_to_publish(publisher, number, ticket_id);
    if (reply.session_id().empty()) {
        ADD_FAILURE() << reply.ShortDebugString();
        return {};
    }
    const Status taken = publisher.take_answer(reply.answer_sdp());
    EXPECT_TRUE(taken.ok()) << taken << "\n" << reply.answer_sdp();
    return reply.session_id();
}

std::string RoomTest::watch_member(TestViewer& viewer, int whom, int who) {
    media::v1::Signal signal;
    auto& open = *signal.mutable_open();
    open.set_stream_id(member(whom).stream_id);
    open.set_viewer_id(member(who).person_id);
    open.set_participant_id(member(who).participant_id);
    open.set_device_id(member(who).device_id);
    open.set_offer_sdp(viewer.offer());
    const auto reply = hub_->signal(signal);
    if (!reply || reply->code() != 0) {
        ADD_FAILURE() << (reply ? reply->ShortDebugString() : "no reply");
        return {};
    }
    EXPECT_TRUE(viewer.take_answer(reply->answer_sdp())) << reply->answer_sdp();
    return reply->session_id();
}

ViewerOffer RoomTest::picture_and_sound(const std::string& codec) {
    return {{codec}, true};
}

}  // namespace muster
