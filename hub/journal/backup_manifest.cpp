#include "hub/journal/backup_manifest.h"

#include <algorithm>

#include <boost/json.hpp>

namespace muster {
namespace {

namespace json = boost::json;

const json::object* parse_object(std::string_view text, json::value& value) {
    if (text.size() > kMaxManifestBytes) return nullptr;
    boost::system::error_code error;
    value = json::parse(boost::json::string_view(text.data(), text.size()), error);
    return error ? nullptr : value.if_object();
}

std::optional<std::string> text_of(const json::object& object, const char* key) {
    const auto* found = object.if_contains(key);
    const auto* text = found == nullptr ? nullptr : found->if_string();
    if (text == nullptr) return std::nullopt;
    return std::string(text->data(), text->size());
}

std::optional<int64_t> number_of(const json::object& object, const char* key) {
    const auto* found = object.if_contains(key);
    if (found == nullptr || !found->is_int64()) return std::nullopt;
    return found->get_int64();
}

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

}  // namespace

std::string head_json(const BackupHead& head) {
    return json::serialize(
        json::object{{"format", head.format}, {"build", head.build}, {"made_at", head.made_at}});
}

std::string manifest_json(const Manifest& manifest) {
    json::array files;
    for (const auto& file : manifest) {
        files.push_back(
            json::object{{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
    }
    return json::serialize(json::object{{"files", files}});
}

std::optional<BackupHead> read_head_json(std::string_view text) {
    json::value value;
    const auto* object = parse_object(text, value);
    if (object == nullptr) return std::nullopt;
    const auto format = number_of(*object, "format");
    if (!format || *format < 1 || *format > 1'000'000) return std::nullopt;
    return BackupHead{static_cast<int>(*format),
                      text_of(*object, "build").value_or(""),
                      text_of(*object, "made_at").value_or("")};
}

std::optional<Manifest> read_manifest_json(std::string_view text) {
    json::value value;
    const auto* object = parse_object(text, value);
    const auto* found = object == nullptr ? nullptr : object->if_contains("files");
    const auto* files = found == nullptr ? nullptr : found->if_array();
    if (files == nullptr) return std::nullopt;
    Manifest manifest;
    for (const auto& each : *files) {
        const auto* file = each.if_object();
        if (file == nullptr) return std::nullopt;
        const auto name = text_of(*file, "name");
        const auto size = number_of(*file, "size");
        const auto sha256 = text_of(*file, "sha256");
        if (!name || !size || *size < 0 || !sha256) return std::nullopt;
        manifest.push_back({*name, static_cast<uint64_t>(*size), *sha256});
    }
    return manifest;
}

bool is_backup_name(std::string_view name) {
    if (name.empty() || name.size() > 200) return false;
    const auto slash = name.find('/');
    if (slash != std::string_view::npos) {
        const auto folder = name.substr(0, slash);
        if (folder != "ca" && folder != "tls") return false;
        name.remove_prefix(slash + 1);
    }
    return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), is_plain);
}

}  // namespace muster
