#pragma once

#include "clients/cpp/client.h"

namespace muster {

// Every page of a list, merged into one answer.
template <class Request>
Result<ResponseOf<Request>> all_of(Client& hub) {
    Request request;
    ResponseOf<Request> all;
    do {
        MUSTER_ASSIGN(const auto page, hub.call(request));
        all.MergeFrom(page);
        request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
}

}  // namespace muster
