#include <csignal>
#include <iostream>

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>

#include "clients/cpp/cli/cli.h"
#include "hub/base/log.h"

int main(int argc, char** argv) {
    // A reader that went away (`muster watch | head`) ends the verb by a failed write, not by a
    // signal in the middle of a call.
    std::signal(SIGPIPE, SIG_IGN);
    muster::start_log("muster", "info");
    // What the libraries have to say comes back as a status, which we put into a sentence.
    google::protobuf::SetLogHandler(nullptr);
    gpr_set_log_function([](gpr_log_func_args* args) { spdlog::debug("grpc: {}", args->message); });
    muster::Cli cli(std::cout, std::cerr, muster::language_of_environment());
    return static_cast<int>(cli.run(argc, argv));
}
