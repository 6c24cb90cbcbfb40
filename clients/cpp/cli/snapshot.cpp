#include "clients/cpp/cli/snapshot.h"

#include "hub/base/error.h"
#include "muster/v1/picture.grpc.pb.h"

namespace muster {

Result<PictureMirror> fetch_picture(Client& client,
                                    const std::vector<v1::EntityKind>& kinds,
                                    const std::function<void(const v1::Frame&)>& look) {
    grpc::ClientContext context;
    client.authorize(context);
    // A heartbeat is due every 2 s.
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    v1::SubscribeRequest request;
    for (const auto kind : kinds) request.add_kinds(kind);
    request.set_client_class(v1::CLIENT_CLASS_CONSOLE);
    const auto stub = v1::PictureService::NewStub(client.channel());
    const auto reader = stub->Subscribe(&context, request);
    PictureMirror mirror;
    v1::Frame frame;
    while (reader->Read(&frame)) {
        const auto applied = mirror.apply(frame);
        if (look) look(frame);
        if (applied.proof == PictureMirror::Proof::none) continue;
        context.TryCancel();
        (void)reader->Finish();
        if (applied.proof == PictureMirror::Proof::holds) return mirror;
        return refuse(absl::StatusCode::kDataLoss, "client.disproved");
    }
    Status status = client.status_of(reader->Finish());
    if (!status.ok()) return status;
    return refuse(absl::StatusCode::kUnavailable,
                  "client.unreachable",
                  {{"address", client.address().target}, {"what", "the stream ended"}});
}

}  // namespace muster
