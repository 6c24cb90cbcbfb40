#include "hub/routing/road_reader.h"

#include <boost/json/basic_parser_impl.hpp>

#include "hub/base/error.h"
#include "hub/routing/road_feature.h"

namespace muster {
namespace {

namespace json = boost::json;

// What a container of the document is.
enum class In { root, features, feature, properties, geometry, coordinates, ignored };

// Gets the document's events from the parser. Returning false ends the reading; why is in
// `status`.
struct Handler {
    static constexpr size_t max_object_size = static_cast<size_t>(-1);
    static constexpr size_t max_array_size = static_cast<size_t>(-1);
    static constexpr size_t max_key_size = static_cast<size_t>(-1);
    static constexpr size_t max_string_size = static_cast<size_t>(-1);
    // No key and no value that matters is longer.
    static constexpr size_t kWord = 64;

    RoadReader::Take take;
    Status status;
    std::vector<In> stack = {};
    std::string word = {};
    std::string key = {};
    RoadFeature feature = {};
    uint64_t features = 0;
    bool is_collection = false;

    bool fail(Status why, json::error_code& ec) {
        if (why.ok()) return true;
        status = std::move(why);
        ec = json::error::syntax;
        return false;
    }
    In where() const { return stack.empty() ? In::ignored : stack.back(); }
    bool at(In container, std::string_view name) const {
        return where() == container && key == name;
    }

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }

    bool on_object_begin(json::error_code&) {
        In in = In::ignored;
        if (stack.empty()) {
            in = In::root;
        } else if (where() == In::features) {
            in = In::feature;
            feature.begin(++features);
        } else if (at(In::feature, "properties")) {
            in = In::properties;
        } else if (at(In::feature, "geometry")) {
            in = In::geometry;
        } else if (where() == In::coordinates) {
            feature.not_a_number();
        }
        stack.push_back(in);
        return true;
    }
    bool on_object_end(size_t, json::error_code& ec) {
        const In in = stack.back();
        stack.pop_back();
        return in != In::feature || fail(feature.end(take), ec);
    }
    bool on_array_begin(json::error_code& ec) {
        In in = In::ignored;
        if (at(In::root, "features")) {
            in = In::features;
        } else if (where() == In::coordinates || at(In::geometry, "coordinates")) {
            in = In::coordinates;
            if (!fail(feature.open(), ec)) return false;
        }
        stack.push_back(in);
        return true;
    }
    bool on_array_end(size_t, json::error_code& ec) {
        const In in = stack.back();
        stack.pop_back();
        return in != In::coordinates || fail(feature.close(), ec);
    }

    bool add(std::string& to, json::string_view part) const {
        to.append(part.data(), std::min(part.size(), kWord - std::min(kWord, to.size())));
        return true;
    }
    bool on_key_part(json::string_view part, size_t, json::error_code&) { return add(word, part); }
    bool on_key(json::string_view part, size_t, json::error_code&) {
        add(word, part);
        key = std::exchange(word, {});
        return true;
    }
    bool on_string_part(json::string_view part, size_t, json::error_code&) {
        return add(word, part);
    }
    bool on_string(json::string_view part, size_t, json::error_code& ec) {
        add(word, part);
        const std::string text = std::exchange(word, {});
        if (at(In::root, "type")) is_collection = text == "FeatureCollection";
        if (at(In::geometry, "type")) feature.set_type(text);
        if (where() == In::coordinates) feature.not_a_number();
        return where() != In::properties || fail(feature.property(key, text), ec);
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(int64_t number, json::string_view, json::error_code& ec) {
        return on_number(static_cast<double>(number), ec);
    }
    bool on_uint64(uint64_t number, json::string_view, json::error_code& ec) {
        return on_number(static_cast<double>(number), ec);
    }
    bool on_double(double number, json::string_view, json::error_code& ec) {
        return on_number(number, ec);
    }
    bool on_number(double number, json::error_code& ec) {
        if (where() == In::coordinates) feature.number(number);
        return where() != In::properties || fail(feature.property(key, number), ec);
    }
    bool on_bool(bool value, json::error_code& ec) {
        if (where() == In::coordinates) feature.not_a_number();
        return where() != In::properties || fail(feature.property(key, value), ec);
    }
    bool on_null(json::error_code&) {
        if (where() == In::coordinates) feature.not_a_number();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }
};

json::parse_options options() {
    json::parse_options chosen;
    chosen.max_depth = RoadReader::kMaxDepth;
    return chosen;
}

}  // namespace

struct RoadReader::Parser {
    explicit Parser(Take take)
        : parser(options(), Handler{.take = std::move(take), .status = {}}) {}

    // `more`: the document goes on after these bytes.
    Status write(std::string_view bytes, bool more) {
        json::error_code ec;
        // Once it is done the parser would begin another document.
        const size_t used =
            parser.done() ? 0 : parser.write_some(more, bytes.data(), bytes.size(), ec);
        read += used;
        if (!parser.handler().status.ok()) return parser.handler().status;
        // What follows the document may be blank.
        if (!ec && bytes.find_first_not_of(" \t\r\n", used) != std::string_view::npos) {
            ec = json::error::extra_data;
        }
        if (!ec) return absl::OkStatus();
        return refuse(absl::StatusCode::kInvalidArgument,
                      "road.not_json",
                      {{"what", ec.message()}, {"offset", std::to_string(read)}},
                      "data");
    }

    json::basic_parser<Handler> parser;
    uint64_t read = 0;
};

RoadReader::RoadReader(Take take) : parser_(std::make_unique<Parser>(std::move(take))) {}

RoadReader::~RoadReader() = default;

Status RoadReader::write(std::string_view bytes) {
    if (bytes.empty()) return absl::OkStatus();
    return parser_->write(bytes, true);
}

Status RoadReader::finish() {
    if (!parser_->parser.done()) MUSTER_TRY(parser_->write({}, false));
    if (parser_->parser.handler().is_collection) return absl::OkStatus();
    return refuse(absl::StatusCode::kInvalidArgument, "road.not_collection", {}, "data");
}

}  // namespace muster
