#include "hub/journal/sqlite.h"

namespace muster::sqlite {

Statement& Statement::bind(int at, int64_t value) {
    sqlite3_bind_int64(statement_.get(), at, value);
    return *this;
}

Statement& Statement::bind_blob(int at, std::string_view bytes) {
    // A null pointer would bind NULL; an empty blob is not that.
    sqlite3_bind_blob64(
        statement_.get(), at, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}

Statement& Statement::bind_text(int at, std::string_view text) {
    sqlite3_bind_text64(statement_.get(),
                        at,
                        text.empty() ? "" : text.data(),
                        text.size(),
                        SQLITE_STATIC,
                        SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind_null(int at) {
    sqlite3_bind_null(statement_.get(), at);
    return *this;
}

int Statement::step() {
    return sqlite3_step(statement_.get());
}

int Statement::run() {
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW) code = step();
    reset();
    return code;
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
}

int64_t Statement::integer(int column) {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::bytes(int column) {
    const void* data = sqlite3_column_blob(statement_.get(), column);
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column));
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), size);
}

bool Statement::is_null(int column) {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

int Statement::columns() const {
    return sqlite3_column_count(statement_.get());
}

int Database::open(const std::string& file, int flags) {
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
    connection_.reset(connection);
    return code;
}

int Database::run(const char* sql) {
    return sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
}

int Database::prepare(const char* sql, Statement& statement) {
    sqlite3_stmt* prepared = nullptr;
    const int code = sqlite3_prepare_v3(
        connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
    statement.statement_.reset(prepared);
    return code;
}

std::string Database::message() const {
    return connection_ ? sqlite3_errmsg(connection_.get()) : "out of memory";
}

}  // namespace muster::sqlite
