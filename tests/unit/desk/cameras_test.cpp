#include "hub/desk/cameras.h"

#include <gmock/gmock.h>

#include "hub/desk/camera_url.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

using Sealed = std::optional<std::string>;

class Cameras : public testing::Test {
protected:
    v1::AddCameraRequest good() const {
        v1::AddCameraRequest request;
        request.set_name("港口一号");
        request.set_url("rtsp://10.0.0.7:554/main");
        *request.mutable_at() = point(38.9, 121.6);
        return request;
    }
    EntityPtr find(v1::EntityKind kind, const std::string& id) {
        return world_.desk().read([&](const Memory& memory) { return memory.find(kind, id); });
    }

    DeskWorld world_;
};

TEST_F(Cameras, ACameraComesWithItsMainStreamAndCredential) {
    auto request = good();
    request.set_user("viewer");
    request.set_pinned(true);
    const auto added = world_.act(request, world_.admin(), Sealed("SEALED")).value();
    const auto& camera = added.camera();
    EXPECT_EQ(added.warnings_size(), 0);
    EXPECT_EQ(camera.user(), "viewer");
    const auto stream = find(v1::ENTITY_KIND_STREAM, camera.main_stream_id());
    ASSERT_TRUE(stream);
    EXPECT_EQ(stream->message.stream().camera_id(), camera.id());
    EXPECT_EQ(stream->message.stream().rendition(), "main");
    EXPECT_EQ(stream->message.stream().url(), camera.url());
    EXPECT_TRUE(stream->message.stream().pinned());
    const auto credential = find(v1::ENTITY_KIND_CREDENTIAL, camera.id());
    ASSERT_TRUE(credential);
    EXPECT_EQ(credential->message.credential().sealed(), "SEALED");
    EXPECT_EQ(credential->message.credential().owner_kind(), v1::ENTITY_KIND_CAMERA);
}

TEST_F(Cameras, ALoginInTheUrlIsTakenOutAndHandedBack) {
    auto request = good();
    request.set_url("RTSP://admin:p%40ss@cam.example:8554/h264?x=1");
    const auto login = login_of(request).value();
    EXPECT_EQ(login.user, "admin");
    EXPECT_EQ(login.password, "p@ss");
    const auto added = world_.act(request, world_.admin(), Sealed("SEALED")).value();
    EXPECT_EQ(added.camera().url(), "rtsp://cam.example:8554/h264?x=1");
    EXPECT_EQ(added.camera().user(), "admin");
    ASSERT_EQ(added.warnings_size(), 1);
    EXPECT_EQ(added.warnings(0).code(), "camera.password_in_url");
    for (const auto& change : world_.journal().changes()) {
        EXPECT_EQ(change.payload.find("p@ss"), std::string::npos);
        EXPECT_EQ(change.payload.find("p%40ss"), std::string::npos);
    }
}

TEST_F(Cameras, TheFieldsWinOverTheUrl) {
    auto request = good();
    request.set_url("rtsp://a:b@host/x");
    request.set_user("c");
    request.set_password("d");
    const auto login = login_of(request).value();
    EXPECT_EQ(login.user, "c");
    EXPECT_EQ(login.password, "d");
    EXPECT_TRUE(login.in_url);
}

TEST(CameraUrls, AreTakenApart) {
    const auto clean = [](std::string_view url) {
        const auto parsed = parse_camera_url(url, "url");
        return parsed.ok() ? parsed->url + " " + parsed->user + " " + parsed->password
                           : code_of(parsed);
    };
    EXPECT_EQ(clean("rtsp://host"), "rtsp://host  ");
    EXPECT_EQ(clean("rtsps://[fe80::1]:322/x"), "rtsps://[fe80::1]:322/x  ");
    EXPECT_EQ(clean("rtsp://u@host/x"), "rtsp://host/x u ");
    EXPECT_EQ(clean("rtsp://u:@host/x"), "rtsp://host/x u ");
    // Pasted as it is, with an '@' and a lone '%' in the password.
    EXPECT_EQ(clean("rtsp://u:a@b%c@host/x"), "rtsp://host/x u a@b%c");
    // An '@' behind the path is no log-in.
    EXPECT_EQ(clean("rtsp://host/x@y"), "rtsp://host/x@y  ");
    EXPECT_EQ(clean("http://host/x"), "camera.url_scheme");
    EXPECT_EQ(clean("file:///etc/passwd"), "camera.url_scheme");
    EXPECT_EQ(clean("host/x"), "camera.url_scheme");
    EXPECT_EQ(clean("rtsp://"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp:///x"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://host:0/x"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://host:65536/x"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://host:8x/x"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://host:/x"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://[fe80::1/x"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://[x y]/x"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://ho st/x"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://host/\n"), "camera.url_bad");
    // Decoded, these would be no text, or a line of an RTSP header.
    EXPECT_EQ(clean("rtsp://u%ff@host/"), "camera.url_bad");
    EXPECT_EQ(clean("rtsp://u:p%0d%0aX@host/"), "camera.url_bad");
    EXPECT_EQ(clean(""), "field.missing");
    EXPECT_EQ(clean("rtsp://host/" + std::string(990, 'x')), "field.too_long");
    EXPECT_EQ(clean("rtsp://" + std::string(101, 'u') + "@host/"), "camera.url_bad");
}

TEST_F(Cameras, EveryWrongFieldIsNamed) {
    const auto refused = [this](auto change) {
        auto request = good();
        change(request);
        const auto result = world_.act(request, world_.admin(), Sealed());
        EXPECT_FALSE(result.ok());
        return field_of(result) + " " + code_of(result);
    };
    using Request = v1::AddCameraRequest;
    EXPECT_EQ(refused([](Request& r) { r.clear_name(); }), "name field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_name(std::string(101, 'x')); }),
              "name field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_url("udp://x"); }), "url camera.url_scheme");
    EXPECT_EQ(refused([](Request& r) { r.clear_at(); }), "at field.missing");
    EXPECT_EQ(refused([](Request& r) { r.set_user(std::string(101, 'x')); }),
              "user field.too_long");
    EXPECT_EQ(refused([](Request& r) { r.set_password(std::string(201, 'x')); }),
              "password field.too_long");
    ASSERT_TRUE(world_.act(good(), world_.admin(), Sealed()).ok());
    EXPECT_EQ(refused([](Request&) {}), "name name.taken");
}

TEST_F(Cameras, AnEditMovesTheStreamAlong) {
    const auto camera = world_.act(good(), world_.admin(), Sealed("A"))->camera();
    v1::UpdateCameraRequest request;
    request.set_id(camera.name());
    request.set_expected_version(1);
    request.set_url("rtsp://u:p@10.0.0.8/sub");
    const auto edited = world_.act(request, world_.admin(), Sealed("B")).value();
    EXPECT_EQ(edited.warnings_size(), 1);
    EXPECT_EQ(edited.camera().url(), "rtsp://10.0.0.8/sub");
    EXPECT_EQ(edited.camera().user(), "u");
    EXPECT_EQ(find(v1::ENTITY_KIND_STREAM, camera.main_stream_id())->message.stream().url(),
              "rtsp://10.0.0.8/sub");
    const auto sealed = [&] { return find(v1::ENTITY_KIND_CREDENTIAL, camera.id()); };
    EXPECT_EQ(sealed()->message.credential().sealed(), "B");
    EXPECT_EQ(code_of(world_.act(request, world_.admin(), Sealed("C"))), "edit.stale");
    // Unset leaves the credential, empty takes it away.
    v1::UpdateCameraRequest rename;
    rename.set_id(camera.id());
    rename.set_name("港口二号");
    *rename.mutable_at() = point(1, 1);
    ASSERT_TRUE(world_.act(rename, world_.admin(), Sealed()).ok());
    EXPECT_EQ(sealed()->message.credential().sealed(), "B");
    rename.set_password("");
    EXPECT_EQ(login_of(rename)->password, "");
    ASSERT_TRUE(world_.act(rename, world_.admin(), Sealed("")).ok());
    EXPECT_FALSE(sealed());
    rename.set_name("");
    EXPECT_EQ(field_of(world_.act(rename, world_.admin(), Sealed())), "name");
    rename.set_id("无");
    rename.set_name("x");
    EXPECT_EQ(code_of(world_.act(rename, world_.admin(), Sealed())), "camera.unknown");
}

TEST_F(Cameras, RemovingTakesStreamAndCredentialAlong) {
    const auto camera = world_.act(good(), world_.admin(), Sealed("A"))->camera();
    const auto removed =
        world_.act(with_id<v1::RemoveCameraRequest>(camera.name()), world_.admin());
    EXPECT_EQ(removed->id(), camera.id());
    EXPECT_EQ(world_.desk().read([](const Memory& memory) { return memory.size(); }), 0u);
    EXPECT_EQ(world_.heard().back().removals.size(), 3u);
    EXPECT_EQ(code_of(world_.act(with_id<v1::RemoveCameraRequest>(camera.id()), world_.admin())),
              "camera.unknown");
    // Its name is free again.
    EXPECT_TRUE(world_.act(good(), world_.admin(), Sealed()).ok());
}

}  // namespace
}  // namespace muster
