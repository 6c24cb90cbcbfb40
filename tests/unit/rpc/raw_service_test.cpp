// Raw methods on a real server in this process.
#include "hub/rpc/raw_service.h"

#include <future>

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>

#include "hub/rpc/access_service.h"
#include "hub/rpc/server.h"
#include "tests/support/desk_world.h"

namespace muster {
namespace {

constexpr char kLogin[] = "/muster.v1.AccessService/Login";

const google::protobuf::ServiceDescriptor& access_type() {
    return *v1::LoginRequest::descriptor()->file()->FindServiceByName("AccessService");
}

// A table with a handler for every method; Login's is the test's.
MethodTable table_with(const UnaryHandler& login) {
    MethodTable table;
    for (int i = 0; i < access_type().method_count(); ++i) {
        table.unary[access_type().method(i)->name()] = login;
    }
    return table;
}

class RawServiceTest : public testing::Test {
protected:
    void serve(const UnaryHandler& login) {
        service_ = std::make_unique<RawService>(access_type(), table_with(login), guard_, metrics_);
        ASSERT_TRUE(server_.start({"127.0.0.1:0", "", ""}, {service_.get()}).ok());
    }
    // One call of Login; the response's bytes or the status.
    Result<std::string> call(const std::string& body) { return call(body, server_.in_process()); }
    Result<std::string> call(const std::string& body,
                             const std::shared_ptr<grpc::Channel>& channel) {
        grpc::GenericStub stub(channel);
        grpc::ClientContext context;
        context.AddMetadata("x-muster-peer", "192.0.2.9");
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
        const grpc::ByteBuffer request = to_buffer(body);
        grpc::ByteBuffer response;
        std::promise<grpc::Status> done;
        stub.UnaryCall(&context, kLogin, {}, &request, &response, [&done](grpc::Status status) {
            done.set_value(std::move(status));
        });
        const grpc::Status status = done.get_future().get();
        if (status.ok()) return to_string(response);
        return status_from_wire(
            static_cast<int>(status.error_code()), status.error_message(), status.error_details());
    }

    DeskWorld world_;
    TicketOffice tickets_;
    Guard guard_{world_.desk(), world_.clock(), "node-token", tickets_};
    Metrics metrics_;
    std::unique_ptr<RawService> service_;
    Server server_;
};

TEST_F(RawServiceTest, TheBytesGoInAndOutAsTheyAre) {
    serve([](const auto& call) { call->finish(call->method() + ":" + call->body()); });
    EXPECT_EQ(*call("\x01\x02"), "muster.v1.AccessService/Login:\x01\x02");
    EXPECT_EQ(*call(""), "muster.v1.AccessService/Login:");
    EXPECT_THAT(
        metrics_.text(),
        testing::HasSubstr(
            R"(muster_requests_total{method="muster.v1.AccessService/Login",code="OK"} 2)"));
}

TEST_F(RawServiceTest, AHandlerMayFinishLaterOnAnotherThread) {
    Pool pool("test", 1, 10);
    serve([&pool](const auto& call) {
        EXPECT_TRUE(pool.run([call] { call->finish(std::string("later")); }));
    });
    EXPECT_EQ(*call(""), "later");
}

TEST_F(RawServiceTest, ACallThatIsDroppedIsAnswered) {
    serve([](const auto&) {});
    EXPECT_EQ(code_of(call("").status()), "hub.stopping");
}

TEST_F(RawServiceTest, ATaskThatThrowsIsAnsweredAndTheNextOneRuns) {
    Pool pool("test", 1, 10);
    serve([&pool](const auto& call) {
        run_for(pool, call, [call] {
            if (call->body() == "memory") throw std::bad_alloc();
            if (call->body() == "other") throw std::runtime_error("what it was");
            call->finish(call->body());
        });
    });
    EXPECT_EQ(code_of(call("memory").status()), "hub.busy");
    EXPECT_EQ(call("memory").status().code(), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(code_of(call("other").status()), "hub.internal");
    EXPECT_EQ(*call("fine"), "fine");
}

TEST_F(RawServiceTest, KnowsWhereACallComesFrom) {
    serve([](const auto& call) { call->finish("from " + call->peer()); });
    // Within the process it is the gateway's word, from outside it is nobody's.
    EXPECT_EQ(*call(""), "from 192.0.2.9");
    EXPECT_EQ(*call("",
                    grpc::CreateChannel("127.0.0.1:" + std::to_string(server_.port()),
                                        grpc::InsecureChannelCredentials())),
              "from 127.0.0.1");
}

TEST_F(RawServiceTest, OnlyTheFirstAnswerCounts) {
    serve([](const auto& call) {
        call->finish(std::string("first"));
        call->finish(refuse(absl::StatusCode::kUnavailable, "hub.busy"));
    });
    EXPECT_EQ(*call(""), "first");
}

TEST_F(RawServiceTest, ATableThatDoesNotFitIsAMistake) {
    MethodTable missing = table_with([](const auto&) {});
    missing.unary.erase("Login");
    EXPECT_THROW(RawService(access_type(), missing, guard_, metrics_), std::logic_error);
    MethodTable other = missing;
    other.unary["Logon"] = [](const auto&) {};
    EXPECT_ANY_THROW(RawService(access_type(), other, guard_, metrics_));
}

TEST(ServerStart, AddressesThatAreNotLoopbackNeedACertificate) {
    Server server;
    EXPECT_EQ(code_of(server.start({"0.0.0.0:0", "", ""}, {})), "listen.not_loopback");
}

}  // namespace
}  // namespace muster
