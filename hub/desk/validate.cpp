#include "hub/desk/validate.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <google/protobuf/util/message_differencer.h>

namespace muster {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

Status missing(std::string_view field) {
    return refuse(kInvalid, "field.missing", {{"field", std::string(field)}}, field);
}

const google::protobuf::Message* inner(const v1::Entity& entity) {
    const auto* field = entity.GetReflection()->GetOneofFieldDescriptor(
        entity, entity.GetDescriptor()->oneof_decl(0));
    return field == nullptr ? nullptr : &entity.GetReflection()->GetMessage(entity, field);
}

// Marks of UTF-8 text that turn its direction (UAX #9) or take no place: a name with them is read
// as another one.
bool steers_text(std::string_view text) {
    constexpr std::string_view kMarks[] = {"\u200b",
                                           "\u200e",
                                           "\u200f",
                                           "\u202a",
                                           "\u202b",
                                           "\u202c",
                                           "\u202d",
                                           "\u202e",
                                           "\u2060",
                                           "\u2066",
                                           "\u2067",
                                           "\u2068",
                                           "\u2069",
                                           "\ufeff",
                                           "\u2028",
                                           "\u2029"};
    return std::any_of(std::begin(kMarks), std::end(kMarks), [&](std::string_view mark) {
        return text.find(mark) != std::string_view::npos;
    });
}

// Nothing but spaces, the ideographic and the unbreakable one among them.
bool is_blank(std::string_view text) {
    constexpr std::string_view kSpaces[] = {" ", "\u3000", "\u00a0"};
    while (!text.empty()) {
        const auto* const space =
            std::find_if(std::begin(kSpaces), std::end(kSpaces), [&](std::string_view one) {
                return text.substr(0, one.size()) == one;
            });
        if (space == std::end(kSpaces)) return false;
        text.remove_prefix(space->size());
    }
    return true;
}

}  // namespace

Status check_length(std::string_view text, size_t low, size_t high, std::string_view field) {
    if (text.empty() && low > 0) return missing(field);
    if (text.size() >= low && text.size() <= high) return absl::OkStatus();
    const bool over = text.size() > high;
    return refuse(kInvalid,
                  over ? "field.too_long" : "field.too_short",
                  {{"field", std::string(field)},
                   {"size", std::to_string(text.size())},
                   {"limit", std::to_string(over ? high : low)}},
                  field);
}

Status check_name(std::string_view name, size_t high, std::string_view field) {
    MUSTER_TRY(check_length(name, 1, high, field));
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::any_of(name.begin(), name.end(), control) || steers_text(name)) {
        return refuse(kInvalid, "field.control_characters", {{"field", std::string(field)}}, field);
    }
    if (is_blank(name)) {
        return refuse(kInvalid, "field.missing", {{"field", std::string(field)}}, field);
    }
    if (Uuid::parse(name)) {
        return refuse(kInvalid, "name.is_uuid", {{"field", std::string(field)}}, field);
    }
    return absl::OkStatus();
}

Status check_point(bool present, const v1::Point& point, std::string_view field) {
    if (!present) return missing(field);
    MUSTER_TRY(check_range(point.lat_deg(), -90, 90, std::string(field) + ".lat_deg"));
    return check_range(point.lon_deg(), -180, 180, std::string(field) + ".lon_deg");
}

Status check_range(double value, double low, double high, std::string_view field) {
    if (std::isfinite(value) && value >= low && value <= high) return absl::OkStatus();
    return refuse(kInvalid,
                  "field.out_of_range",
                  {{"field", std::string(field)},
                   {"value", fmt::format("{}", value)},
                   {"low", fmt::format("{}", low)},
                   {"high", fmt::format("{}", high)}},
                  field);
}

Status check_time(const google::protobuf::Timestamp& time, std::string_view field) {
    // 1970 to 9999: within what protobuf's JSON can say, and no device lived before.
    MUSTER_TRY(check_range(
        static_cast<double>(time.seconds()), 0, 253'402'300'799, std::string(field) + ".seconds"));
    return check_range(time.nanos(), 0, 999'999'999, std::string(field) + ".nanos");
}

Status check_password(std::string_view password, std::string_view field) {
    return check_length(password, 10, 200, field);
}

Status check_enum_value(int value,
                        const google::protobuf::EnumDescriptor& type,
                        bool zero_allowed,
                        std::string_view field) {
    if (value == 0 && !zero_allowed) return missing(field);
    if (type.FindValueByNumber(value) != nullptr) return absl::OkStatus();
    return refuse(kInvalid,
                  "field.unknown_value",
                  {{"field", std::string(field)}, {"value", std::to_string(value)}},
                  field);
}

Result<std::string> id_for_new(const Draft& draft,
                               v1::EntityKind kind,
                               std::string_view given,
                               const Context& context) {
    if (given.empty()) return context.new_id().text();
    const auto id = Uuid::parse(given);
    if (!id) return refuse(kInvalid, "field.not_uuid", {{"field", "id"}}, "id");
    if (draft.find({kind, *id})) {
        return refuse(absl::StatusCode::kAlreadyExists, "id.taken", {{"id", id->text()}}, "id");
    }
    return id->text();
}

Status check_name_free(const Draft& draft,
                       v1::EntityKind kind,
                       std::string_view name,
                       std::string_view own_id) {
    const auto holder = draft.find_named(kind, name);
    if (!holder || holder->key.id.text() == own_id) return absl::OkStatus();
    return refuse(
        absl::StatusCode::kAlreadyExists, "name.taken", {{"name", std::string(name)}}, "name");
}

Status check_version(const Draft& draft, const StoredEntity& present, uint32_t expected) {
    if (expected == 0 || expected == present.version) return absl::OkStatus();
    const auto edited = draft.find_version(present.key, expected);
    // Without the old version nobody knows what changed since: nothing is named then.
    auto changed =
        edited ? changed_fields(edited->message, present.message) : std::vector<std::string>{};
    if (present.message.has_incident()) {
        if (const auto line = last_edit(draft, present.message.incident().id())) {
            const auto& last = line->message.log_line();
            return refuse_stale("expected_version",
                                expected,
                                present.version,
                                std::move(changed),
                                last.actor_name(),
                                rfc3339(from_proto(last.at())));
        }
    }
    return refuse_stale("expected_version", expected, present.version, std::move(changed));
}

std::vector<std::string> changed_fields(const v1::Entity& before, const v1::Entity& after) {
    std::vector<std::string> names;
    const auto* a = inner(before);
    const auto* b = inner(after);
    if (a == nullptr || b == nullptr || a->GetDescriptor() != b->GetDescriptor()) return names;
    for (int i = 0; i < a->GetDescriptor()->field_count(); ++i) {
        const auto* field = a->GetDescriptor()->field(i);
        if (field->name() == "version") continue;
        google::protobuf::util::MessageDifferencer differencer;
        if (!differencer.CompareWithFields(*a, *b, {field}, {field})) {
            names.push_back(field->name());
        }
    }
    return names;
}

}  // namespace muster
