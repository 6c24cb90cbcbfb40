#include "hub/base/log.h"

#include <chrono>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "build_name.h"
#include "hub/base/redact.h"

namespace muster {
namespace {

// Between the parts of a payload with fields; in no text of ours.
constexpr char kSeparator = '\x1f';
constexpr size_t kMaxLineBytes = 8'192;

struct Record {
    std::string_view event;
    std::vector<std::pair<std::string_view, std::string_view>> fields;
};

std::string_view take_part(std::string_view& rest) {
    const auto end = rest.find(kSeparator);
    const auto part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return part;
}

Record read_payload(std::string_view payload) {
    if (payload.find(kSeparator) == std::string_view::npos) {
        return {"message", {{"msg", payload}}};
    }
    Record record{take_part(payload), {}};
    while (!payload.empty()) {
        const auto key = take_part(payload);
        record.fields.emplace_back(key, take_part(payload));
    }
    return record;
}

// As JSON has it; control characters would make two lines of one.
std::string in_quotes(std::string_view text) {
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            result += '\\';
            result += c;
        } else if (c == '\n') {
            result += "\\n";
        } else if (byte < 0x20 || byte == 0x7f) {
            result += fmt::format("\\u{:04x}", byte);
        } else {
            result += c;
        }
    }
    return result + "\"";
}

bool is_bare(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7f || c == '"' || c == '=' || c == '\\') return false;
    }
    return true;
}

std::string logfmt_value(std::string_view text) {
    return is_bare(text) ? std::string(text) : in_quotes(text);
}

std::string on_one_line(std::string text) {
    for (char& c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 && c != '\t') c = ' ';
    }
    return text;
}

// What a value shows: by its name too, since the two are apart here.
std::string shown(std::string_view key, std::string_view value) {
    const std::string whole = redact(fmt::format("{}={}", key, value));
    return whole.substr(key.size() + 1);
}

class LineFormatter final : public spdlog::formatter {
public:
    explicit LineFormatter(LogFormat format) : format_(format) {}

    void format(const spdlog::details::log_msg& record, spdlog::memory_buf_t& out) override {
        const auto ms =
            std::chrono::duration_cast<std::chrono::milliseconds>(record.time.time_since_epoch())
                .count();
        const std::string time = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                                             fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                                             ms % 1000);
        const auto level = spdlog::level::to_string_view(record.level);
        const std::string line = log_line(format_,
                                          time,
                                          {level.data(), level.size()},
                                          {record.logger_name.data(), record.logger_name.size()},
                                          {record.payload.data(), record.payload.size()});
        out.append(line.data(), line.data() + line.size());
        out.push_back('\n');
    }
    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<LineFormatter>(format_);
    }

private:
    const LogFormat format_;
};

}  // namespace

std::string log_payload(std::string_view event, const LogFields& fields) {
    std::string payload(event);
    payload += kSeparator;
    for (const auto& [key, value] : fields) {
        payload += key;
        payload += kSeparator;
        for (const char c : value) payload += c == kSeparator ? ' ' : c;
        payload += kSeparator;
    }
    return payload;
}

void log_event(spdlog::level::level_enum level, std::string_view event, const LogFields& fields) {
    if (spdlog::should_log(level)) spdlog::log(level, "{}", log_payload(event, fields));
}

std::string log_line(LogFormat format,
                     std::string_view time,
                     std::string_view level,
                     std::string_view program,
                     std::string_view payload) {
    const Record record = read_payload(payload.substr(0, kMaxLineBytes));
    std::string line;
    if (format == LogFormat::text) {
        line = fmt::format("{} {} {}: ", time, level, program);
        if (record.event == "message" && record.fields.size() == 1) {
            return line + on_one_line(redact(record.fields.front().second));
        }
        line += record.event;
        line += ':';
        for (const auto& [key, value] : record.fields) {
            line += fmt::format(" {}={}", key, logfmt_value(shown(key, value)));
        }
        return line;
    }
    if (format == LogFormat::logfmt) {
        line =
            fmt::format("time={} level={} program={} event={}", time, level, program, record.event);
        for (const auto& [key, value] : record.fields) {
            line += fmt::format(" {}={}", key, logfmt_value(shown(key, value)));
        }
        return line;
    }
    line = fmt::format(R"({{"time":{},"level":{},"program":{},"event":{})",
                       in_quotes(time),
                       in_quotes(level),
                       in_quotes(program),
                       in_quotes(record.event));
    for (const auto& [key, value] : record.fields) {
        line += fmt::format(",{}:{}", in_quotes(key), in_quotes(shown(key, value)));
    }
    return line + "}";
}

void start_log(const std::string& program, const std::string& level, LogFormat format) {
    auto logger = std::make_shared<spdlog::logger>(
        program, std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_formatter(std::make_unique<LineFormatter>(format));
    logger->set_level(spdlog::level::from_str(level));
    spdlog::set_default_logger(std::move(logger));
}

void set_log_level(const std::string& level) {
    spdlog::default_logger()->set_level(spdlog::level::from_str(level));
}

std::string build_name() {
    return MUSTER_BUILD;
}

}  // namespace muster
