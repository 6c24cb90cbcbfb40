#include "hub/first_start.h"

#include <fstream>
#include <future>
#include <iostream>

#include <sys/stat.h>
#include <unistd.h>

#include "hub/access/password.h"
#include "hub/base/catalogue.h"
#include "hub/desk/persons.h"
#include "hub/desk/validate.h"

namespace muster {
namespace {

constexpr char kAdmin[] = "admin";

// The given one, or a fresh one.
Result<std::string> first_password(const HubConfig& config) {
    if (config.admin_password_file.empty()) return make_password();
    std::string password;
    std::ifstream file(config.admin_password_file);
    std::getline(file, password);
    MUSTER_TRY(check_password(password, "admin-password-file"));
    return password;
}

Status add_admin(Desk& desk, const Vault& vault, const std::string& password) {
    const Uuid id = Uuid::make();
    const std::string sealed = vault.seal(id.text(), hash_password(password));
    std::promise<Status> done;
    desk.submit(
        {.method = "first-start",
         .request_id = {},
         .body = {},
         .actor = {.person_id = {},
                   .name = {},
                   .post = {},
                   .role = v1::ROLE_ADMIN,
                   .team_id = {},
                   .agency_id = {}},
         .keep_answer = false,
         .decide = [id, sealed](Draft& draft, const Context& context) -> Result<std::string> {
             MUSTER_TRY(bootstrap_admin(draft, context, id, kAdmin, sealed).status());
             return std::string();
         }},
        [&done](const Result<std::string>& answer) { done.set_value(answer.status()); });
    return done.get_future().get();
}

// Whether somebody may have read what was said: neither an error nor a sink.
bool was_shown() {
    struct stat about {};
    struct stat sink {};
    if (!std::cout || ::fstat(STDOUT_FILENO, &about) != 0) return false;
    return ::stat("/dev/null", &sink) != 0 || !S_ISCHR(about.st_mode) ||
           about.st_rdev != sink.st_rdev;
}

}  // namespace

Status make_first_admin(Desk& desk,
                        const Vault& vault,
                        const HubConfig& config,
                        const HubAddresses& addresses) {
    const bool empty =
        desk.read([](const Memory& memory) { return memory.all(v1::ENTITY_KIND_PERSON).empty(); });
    if (!empty) return {};
    MUSTER_ASSIGN(const std::string password, first_password(config));
    const Language language = language_of_environment();
    const bool made = config.admin_password_file.empty();
    std::cout << say(make_reason(made ? "first_start.made" : "first_start.given",
                                 {{"name", kAdmin},
                                  {"password", password},
                                  {"file", config.admin_password_file.string()}}),
                     language)
              << std::endl;
    // Shown before it is durable: a hub with an admin whose password nobody saw could never be
    // entered, while the next start of one without people shows another.
    if (made && !was_shown()) {
        return refuse(absl::StatusCode::kFailedPrecondition, "first_start.no_output");
    }
    MUSTER_TRY(add_admin(desk, vault, password));
    std::cout << say(make_reason("first_start.next",
                                 {{"name", kAdmin},
                                  {"hub", addresses.grpc},
                                  {"console", addresses.console}}),
                     language)
              << std::endl;
    if (!addresses.trust.empty()) {
        std::cout << say(make_reason("first_start.trust",
                                     {{"trust", addresses.trust},
                                      {"fingerprint", addresses.fingerprint},
                                      {"ca", (config.data / "ca" / "ca.crt").string()}}),
                         language)
                  << std::endl;
    }
    return {};
}

}  // namespace muster
