#include "hub/gateway/connection.h"

#include <fmt/format.h>
#include <boost/asio/strand.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "hub/base/error.h"
#include "hub/gateway/link.h"
#include "hub/gateway/status_http.h"

namespace muster {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using net::ip::tcp;
using Error = boost::system::error_code;

constexpr size_t kReadBytes = 4'096;
// For the client to take the last answer before the connection goes.
constexpr std::chrono::seconds kLinger{5};

std::string text_of(beast::string_view text) {
    return std::string(text.data(), text.size());
}

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

// HTTP on one connection: reads a request, hands it on, writes the answer, reads the next. Owned by
// its pending operations and by the exchange that was handed out. Everything private runs on the
// socket's strand. At most one read and one write are under way.
template <class Stream>
class Connection final : public Link<Stream>, public Exchange {
public:
    template <class... Tls>
    Connection(const std::shared_ptr<Connections>& connections, tcp::socket socket, Tls... tls)
        : Link<Stream>(connections->limits, std::move(socket), std::move(tls)...),
          connections_(connections) {}

    ~Connection() override {
        give_body();
        connections_->remove(this);
    }

    void start() {
        this->set_socket_options();
        net::dispatch(this->executor(), [self = self()] {
            if constexpr (Link<Stream>::kIsTls) {
                self->handshake();
            } else {
                self->wait_for_request();
            }
        });
    }

    // Exchange

    void respond(HttpResponse response) override {
        run([response = std::move(response)](Connection& self) mutable {
            self.send_whole(std::move(response));
        });
    }

    void stream(HttpResponse head) override {
        run([head = std::move(head)](Connection& self) {
            const int bytes = self.connections_->limits.stream_send_buffer_bytes;
            Error ignored;
            self.socket().set_option(net::socket_base::send_buffer_size(bytes), ignored);
            self.pending_head_ = write_head(head, true, !self.keep_alive_);
        });
    }

    void write(std::vector<grpc::Slice> bytes, std::function<void(bool)> done) override {
        run([bytes = std::move(bytes), done = std::move(done)](Connection& self) mutable {
            self.send_chunk(std::move(bytes), false, std::move(done));
        });
    }

    void finish(std::vector<grpc::Slice> bytes) override {
        run([bytes = std::move(bytes)](Connection& self) mutable {
            self.send_chunk(std::move(bytes), true, [&self](bool written) {
                if (written) self.answered();
            });
        });
    }

    void on_abort(std::function<void()> abort) override {
        run([abort = std::move(abort)](Connection& self) mutable {
            if (self.is_ended()) {
                abort();
            } else if (self.phase_ == Phase::answering) {
                self.abort_ = std::move(abort);
            }
        });
    }

private:
    enum class Phase { idle, reading, answering };

    template <class Act>
    void run(Act act) {
        // Not dispatch: a caller may hold a lock of its own.
        net::post(this->executor(),
                  [self = self(), act = std::move(act)]() mutable { act(*self); });
    }

    std::shared_ptr<Connection> self() {
        return std::static_pointer_cast<Connection>(this->shared_from_this());
    }

    void ended() override {
        if (auto abort = std::exchange(abort_, nullptr)) abort();
    }

    void handshake() {
        if constexpr (Link<Stream>::kIsTls) {
            this->arm(connections_->limits.handshake);
            this->wire().async_handshake(net::ssl::stream_base::server,
                                         [self = self()](const Error& error) {
                                             if (error) return self->end();
                                             self->wait_for_request();
                                         });
        }
    }

    void wait_for_request() {
        phase_ = Phase::idle;
        if (buffer_.size() > 0) return read_header();
        this->arm(connections_->limits.idle);
        watch();
    }

    // Reads whatever comes: the next request's first bytes, or the news that the client is gone.
    void watch() {
        if (watching_ || this->is_ended()) return;
        watching_ = true;
        this->wire().async_read_some(buffer_.prepare(kReadBytes),
                                     [self = self()](const Error& error, size_t count) {
                                         self->watching_ = false;
                                         if (error) return self->end();
                                         self->buffer_.commit(count);
                                         if (self->phase_ == Phase::idle) self->read_header();
                                     });
    }

    void read_header() {
        if (this->is_ended()) return;
        phase_ = Phase::reading;
        parser_.emplace();
        parser_->header_limit(static_cast<uint32_t>(connections_->limits.header_bytes));
        // Decided when the header is known.
        parser_->body_limit(boost::none);
        this->arm(connections_->limits.header);
        http::async_read_header(
            this->wire(), buffer_, *parser_, [self = self()](const Error& error, size_t) {
                self->got_header(error);
            });
    }

    void got_header(const Error& error) {
        if (error == http::error::header_limit) return refuse_request(431, "gateway.bad_header");
        if (error.category() == http::make_error_code(http::error::bad_method).category() &&
            error != http::error::end_of_stream && error != http::error::partial_message) {
            return refuse_request(400, "gateway.bad_header");
        }
        if (error || this->is_ended()) return this->end();
        const auto& request = parser_->get();
        // An old client gets files and health, but no answer in chunks.
        const bool reads =
            request.method() == http::verb::get || request.method() == http::verb::head;
        if (request.version() != 11 && !(request.version() == 10 && reads)) {
            return refuse_request(505, "gateway.bad_header");
        }
        const bool with_token = request.count(http::field::authorization) > 0;
        const size_t limit = connections_->body_limit(text_of(request.target()), with_token);
        if (parser_->content_length() && *parser_->content_length() > limit) {
            return too_large(limit);
        }
        parser_->body_limit(limit);
        parser_->eager(true);
        this->arm(connections_->limits.body);
        if (beast::iequals(request[http::field::expect], "100-continue")) {
            static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
            auto self = this->self();
            net::async_write(this->wire(),
                             net::buffer(kContinue.data(), kContinue.size()),
                             [self, limit](const Error& failed, size_t) {
                                 if (failed) return self->end();
                                 self->read_body(limit);
                             });
            return;
        }
        read_body(limit);
    }

    void read_body(size_t limit) {
        if (this->is_ended()) return;
        if (!room_for_body()) return no_room();
        if (parser_->is_done()) return got_request();
        http::async_read_some(
            this->wire(), buffer_, *parser_, [self = self(), limit](const Error& error, size_t) {
                if (error == http::error::body_limit) return self->too_large(limit);
                if (error || self->is_ended()) return self->end();
                self->read_body(limit);
            });
    }

    // Counts what came of the body; announced bytes cost nothing.
    bool room_for_body() {
        const size_t bytes = parser_->get().body().size();
        if (bytes == body_bytes_) return true;
        if (!connections_->take_body(this->peer(), bytes - body_bytes_)) return false;
        body_bytes_ = bytes;
        return true;
    }

    void give_body() { connections_->give_body(this->peer(), std::exchange(body_bytes_, 0)); }

    void no_room() {
        refuse_request(503, refuse(absl::StatusCode::kResourceExhausted, "hub.busy"));
    }

    void got_request() {
        this->disarm();
        keep_alive_ = parser_->keep_alive();
        auto message = parser_->release();
        HttpRequest request;
        request.method = text_of(message.method_string());
        request.target = text_of(message.target());
        request.body = std::move(message.body());
        request.peer = this->peer();
        for (const auto& field : message) {
            request.headers.emplace_back(lower(text_of(field.name_string())),
                                         text_of(field.value()));
        }
        begin_answer(request.method == "HEAD");
        // A client that sends its next request already is there for sure.
        if (buffer_.size() == 0) watch();
        connections_->handler(std::move(request), self());
        // Whoever goes on with it has a copy, with bounds of its own.
        give_body();
    }

    void begin_answer(bool head_only) {
        phase_ = Phase::answering;
        head_only_ = head_only;
        pending_head_.clear();
    }

    void too_large(size_t limit) {
        refuse_request(413, "gateway.body_too_large", {{"limit", std::to_string(limit)}});
    }

    // The rest of the request is not read: the connection ends after the answer.
    void refuse_request(int status, const char* code, const Args& args = {}) {
        refuse_request(status, refuse(absl::StatusCode::kInvalidArgument, code, args));
    }

    void refuse_request(int status, const Status& reason) {
        if (this->is_ended()) return;
        keep_alive_ = false;
        // What was read of it goes now, however long the client takes for the answer.
        parser_.reset();
        give_body();
        begin_answer(false);
        send_whole(problem(status, reason, std::string_view{}));
    }

    void send_whole(HttpResponse response) {
        auto head = std::make_shared<const std::string>(write_head(response, false, !keep_alive_));
        auto body = head_only_ || response.status == 204 || response.status == 304 ? nullptr
                                                                                   : response.body;
        std::vector<net::const_buffer> buffers{net::buffer(*head)};
        if (body) buffers.push_back(net::buffer(*body));
        this->send(std::move(buffers), [self = this, head, body](bool written) {
            if (written) self->answered();
        });
    }

    void send_chunk(std::vector<grpc::Slice> slices, bool last, std::function<void(bool)> done) {
        struct Chunk {
            std::string head;
            std::vector<grpc::Slice> slices;
            std::string tail;
        };
        auto chunk = std::make_shared<Chunk>();
        chunk->slices = std::move(slices);
        size_t size = 0;
        for (const auto& slice : chunk->slices) size += slice.size();
        chunk->head = std::exchange(pending_head_, {});
        if (size > 0) chunk->head += fmt::format("{:x}\r\n", size);
        chunk->tail = std::string(size > 0 ? "\r\n" : "") + (last ? "0\r\n\r\n" : "");
        std::vector<net::const_buffer> buffers{net::buffer(chunk->head)};
        for (const auto& slice : chunk->slices) {
            buffers.emplace_back(slice.begin(), slice.size());
        }
        buffers.push_back(net::buffer(chunk->tail));
        this->send(std::move(buffers),
                   [chunk, done = std::move(done)](bool written) { done(written); });
    }

    void answered() {
        abort_ = nullptr;
        if (!keep_alive_) return shut_down();
        wait_for_request();
    }

    // The client reads the answer to its end before it sees the connection close.
    void shut_down() {
        Error ignored;
        this->socket().shutdown(tcp::socket::shutdown_send, ignored);
        this->arm(kLinger);
        discard();
    }

    // What the client still sends: closing with unread bytes would reset the connection and might
    // lose the answer.
    void discard() {
        if (watching_ || this->is_ended()) return;
        buffer_.clear();
        watching_ = true;
        this->wire().async_read_some(buffer_.prepare(kReadBytes),
                                     [self = self()](const Error& error, size_t) {
                                         self->watching_ = false;
                                         if (error) return self->end();
                                         self->discard();
                                     });
    }

    const std::shared_ptr<Connections> connections_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    Phase phase_ = Phase::idle;
    // Of the request that is being read, as counted by take_body().
    size_t body_bytes_ = 0;
    bool keep_alive_ = true;
    bool head_only_ = false;
    bool watching_ = false;
    std::string pending_head_;
    std::function<void()> abort_;
};

}  // namespace

void serve_plain(std::shared_ptr<Connections> connections, tcp::socket socket) {
    auto connection = std::make_shared<Connection<tcp::socket>>(connections, std::move(socket));
    if (connections->add(connection)) connection->start();
}

void serve_tls(std::shared_ptr<Connections> connections,
               tcp::socket socket,
               std::shared_ptr<net::ssl::context> tls) {
    auto connection = std::make_shared<Connection<beast::ssl_stream<tcp::socket>>>(
        connections, std::move(socket), std::move(tls));
    if (connections->add(connection)) connection->start();
}

}  // namespace muster
