#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "hub/base/result.h"

namespace muster::sqlite {

// A prepared statement. A value bound to one Database; used by one thread at a time. After reset()
// it can be run again.
class Statement {
public:
    Statement() = default;

    // Parameters count from 1. Blobs and texts stay valid until the next reset().
    Statement& bind(int at, int64_t value);
    Statement& bind_blob(int at, std::string_view bytes);
    Statement& bind_text(int at, std::string_view text);
    Statement& bind_null(int at);

    // SQLITE_ROW, SQLITE_DONE or an error's code.
    int step();
    // Runs it to its end and resets it.
    int run();
    void reset();

    // Columns count from 0.
    int64_t integer(int column);
    // Bytes of a blob or text.
    std::string bytes(int column);
    bool is_null(int column);
    int columns() const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

// A connection. Used by one thread at a time; its statements go before it.
class Database {
public:
    Database() = default;

    // `flags` are SQLite's. An SQLite code; on failure message() says why.
    int open(const std::string& file, int flags);
    int run(const char* sql);
    // A statement that does not compile leaves an empty one: check the code.
    int prepare(const char* sql, Statement& statement);
    std::string message() const;
    sqlite3* handle() const { return connection_.get(); }

private:
    struct Close {
        void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
    };
    std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace muster::sqlite
