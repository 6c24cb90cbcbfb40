// First start, second start, and starts that must be refused: by exit code and by a sentence.
#include <fstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/integration/hub_process.h"

namespace muster {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class Start : public testing::Test {
protected:
    // With free ports, and a folder of its own unless the arguments say otherwise.
    std::unique_ptr<Process> hub(std::vector<std::string> arguments = {},
                                 const std::string& language = "C") {
        std::vector<std::string> argv{MUSTER_HUB_BINARY};
        const auto add = [&](const std::string& name, const std::string& value) {
            if (std::ranges::find(arguments, name) != arguments.end()) return;
            argv.push_back(name);
            argv.push_back(value);
        };
        add("--data", data());
        add("--grpc", "127.0.0.1:0");
        add("--http", "127.0.0.1:0");
        add("--https", "127.0.0.1:0");
        argv.insert(argv.end(), arguments.begin(), arguments.end());
        return std::make_unique<Process>(
            argv, Process::Environment{{"LANG", language}, {"LC_ALL", language}});
    }
    // Whether it says that it is ready.
    static bool ready(Process& process) {
        const bool is = process.wait_for_line("ready:", seconds(60)).has_value();
        EXPECT_TRUE(is) << process.err();
        return is;
    }
    static void expect_refusal(Process& process, int code, const std::string& words) {
        const auto ended = process.wait(seconds(60));
        ASSERT_TRUE(ended) << process.err();
        EXPECT_EQ(*ended, code);
        // The pipe may be read a moment after the end.
        EXPECT_TRUE(process.wait_for_line(words, seconds(10))) << process.err();
    }
    static std::optional<int> stop(Process& process) {
        process.send(SIGTERM);
        return process.wait(seconds(30));
    }

    std::string data() const { return folder_.path() / "data"; }
    std::string file(const std::string& name, const std::string& text) const {
        const auto path = folder_.path() / name;
        std::ofstream(path) << text;
        return path;
    }
    static unsigned mode_of(const std::filesystem::path& path) {
        struct stat about {};
        EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
        return about.st_mode & 0777;
    }

    TempFolder folder_;
};

TEST_F(Start, AnEmptyFolderBecomesAHubAndSaysWhatToDoOnce) {
    const auto first = hub();
    ASSERT_TRUE(ready(*first));
    EXPECT_THAT(first->out(), HasSubstr("password"));
    EXPECT_THAT(first->out(), HasSubstr("muster login --hub 127.0.0.1:"));
    EXPECT_THAT(first->out(), HasSubstr("muster person add"));
    EXPECT_THAT(first->out(), HasSubstr("muster team add"));
    EXPECT_THAT(first->out(), HasSubstr("muster camera add"));
    EXPECT_EQ(mode_of(data()), 0700u);
    EXPECT_EQ(mode_of(data() + "/secret.key"), 0600u);
    EXPECT_EQ(mode_of(data() + "/node.token"), 0600u);
    EXPECT_EQ(mode_of(data() + "/journal.db"), 0600u);
    EXPECT_EQ(stop(*first), 0);
    const auto second = hub();
    ASSERT_TRUE(ready(*second));
    EXPECT_EQ(second->out(), "");
    EXPECT_EQ(stop(*second), 0);
}

TEST_F(Start, ThePrintedPasswordLogsIn) {
    const int port = free_port();
    const std::string address = "127.0.0.1:" + std::to_string(port);
    const auto process = hub({"--grpc", address});
    ASSERT_TRUE(ready(*process));
    const std::string out = process->out();
    const size_t word = out.find("password  ");
    ASSERT_NE(word, std::string::npos) << out;
    const size_t begin = word + std::string("password  ").size();
    const std::string password = out.substr(begin, out.find('\n', begin) - begin);
    ClientOptions options;
    options.address = {address, false};
    Client client(options);
    v1::LoginRequest request;
    request.set_name("admin");
    request.set_password(password);
    EXPECT_TRUE(client.call(request).ok());
    // It is said on stdout, and nowhere else.
    EXPECT_THAT(process->err(), Not(HasSubstr(password)));
}

TEST_F(Start, APasswordThatNobodySeesIsNone) {
    for (const char* output : {">&-", ">/dev/full", ">/dev/null"}) {
        const std::string command = std::string("exec " MUSTER_HUB_BINARY " --data ") + data() +
                                    " --grpc 127.0.0.1:0 --http 127.0.0.1:0 --https off " + output;
        Process process({"/bin/sh", "-c", command}, {{"LANG", "C"}, {"LC_ALL", "C"}});
        expect_refusal(process, 1, "--admin-password-file");
    }
    // Nobody was made: the next start shows a password.
    const auto next = hub();
    ASSERT_TRUE(ready(*next));
    EXPECT_THAT(next->out(), HasSubstr("password"));
}

TEST_F(Start, SpeaksChinese) {
    const auto process = hub({}, "zh_CN.UTF-8");
    ASSERT_TRUE(ready(*process));
    EXPECT_THAT(process->out(), HasSubstr("密码"));
}

TEST_F(Start, AGivenPasswordIsNotShown) {
    const auto process = hub({"--admin-password-file", file("password", "given-password\n")});
    ASSERT_TRUE(ready(*process));
    EXPECT_THAT(process->out(), Not(HasSubstr("given-password")));
    const auto again = hub(
        {"--data", folder_.path() / "other", "--admin-password-file", file("short", "short\n")});
    expect_refusal(*again, 1, "too short");
}

TEST_F(Start, AFolderInUseIsRefused) {
    const auto first = hub();
    ASSERT_TRUE(ready(*first));
    const auto second = hub();
    expect_refusal(*second, 1, "journal");
    EXPECT_TRUE(first->running());
}

TEST_F(Start, APortInUseIsRefused) {
    const std::string address = "127.0.0.1:" + std::to_string(free_port());
    const auto first = hub({"--grpc", address});
    ASSERT_TRUE(ready(*first));
    const auto second = hub({"--data", folder_.path() / "other", "--grpc", address});
    expect_refusal(*second, 1, address);
}

TEST_F(Start, AKeyThatOthersMayReadIsRefused) {
    const auto first = hub();
    ASSERT_TRUE(ready(*first));
    EXPECT_EQ(stop(*first), 0);
    ASSERT_EQ(::chmod((data() + "/secret.key").c_str(), 0644), 0);
    const auto second = hub();
    expect_refusal(*second, 1, "0644");
    ASSERT_EQ(::chmod((data() + "/secret.key").c_str(), 0600), 0);
    ASSERT_EQ(::chmod((data() + "/node.token").c_str(), 0604), 0);
    const auto third = hub();
    expect_refusal(*third, 1, "node.token");
}

TEST_F(Start, AJournalWhoseKeyIsLostIsNotServedWithAnother) {
    const auto first = hub();
    ASSERT_TRUE(ready(*first));
    EXPECT_EQ(stop(*first), 0);
    const std::string key = data() + "/secret.key";
    ASSERT_EQ(::rename(key.c_str(), (key + ".away").c_str()), 0);
    const auto second = hub();
    expect_refusal(*second, 1, "secret.key");
    EXPECT_NE(::access(key.c_str(), F_OK), 0) << "another key was made";
    ASSERT_EQ(::rename((key + ".away").c_str(), key.c_str()), 0);
    const auto third = hub();
    EXPECT_TRUE(ready(*third));
}

TEST_F(Start, AFolderThatCannotBeMadeIsNamed) {
    const auto process = hub({"--data", file("a-file", "") + "/data"});
    expect_refusal(*process, 1, "a-file/data");
}

TEST_F(Start, PlainHttpForOthersIsRefused) {
    const auto web = hub({"--http", "0.0.0.0:0"});
    expect_refusal(*web, 2, "loopback");
}

TEST_F(Start, OthersReachGrpcByTheHubsOwnCertificate) {
    const int port = free_port();
    const auto process = hub({"--grpc",
                              "0.0.0.0:" + std::to_string(port),
                              "--admin-password-file",
                              file("password", "given-password\n")});
    ASSERT_TRUE(ready(*process));
    std::ifstream in(data() + "/ca/ca.crt");
    const std::string ca((std::istreambuf_iterator<char>(in)), {});
    const auto log_in = [&](bool tls, const std::string& trusted) {
        ClientOptions options;
        options.address = {"127.0.0.1:" + std::to_string(port), tls};
        options.ca_pem = trusted;
        options.patience = std::chrono::milliseconds(0);
        Client client(options);
        v1::LoginRequest request;
        request.set_name("admin");
        request.set_password("given-password");
        return client.call(request).ok();
    };
    EXPECT_TRUE(log_in(true, ca));
    EXPECT_FALSE(log_in(true, ""));
    EXPECT_FALSE(log_in(false, ""));
    EXPECT_EQ(mode_of(data() + "/ca/ca.key"), 0600u);
}

TEST_F(Start, ACertificateThatIsNoneIsRefused) {
    const auto process =
        hub({"--cert", file("cert.pem", "no certificate"), "--key", file("key.pem", "no key")});
    expect_refusal(*process, 2, "cert.pem is no certificate");
}

TEST_F(Start, ASignalReadsTheSettingsAgainAndAWrongFileChangesNothing) {
    const auto config = file("hub.toml",
                             "data = \"" + data() +
                                 "\"\ngrpc = \"127.0.0.1:0\"\nhttp = \"127.0.0.1:0\"\n"
                                 "https = \"127.0.0.1:0\"\nlog-level = \"info\"\n");
    Process process({MUSTER_HUB_BINARY, "--config", config}, {{"LANG", "C"}, {"LC_ALL", "C"}});
    ASSERT_TRUE(ready(process));
    std::ofstream(config, std::ios::app)
        << "names = [\"hub.example.org\"]\nhot-h = 48\ncalls-per-s = 50\n";
    process.send(SIGHUP);
    ASSERT_TRUE(process.wait_for_line("certificate-changed", seconds(30))) << process.err();
    ASSERT_TRUE(
        process.wait_for_line("config-reloaded: changed=names,calls-per-s,hot-h", seconds(30)))
        << process.err();
    std::ofstream(config, std::ios::app) << "webb = \"x\"\n";
    process.send(SIGHUP);
    ASSERT_TRUE(process.wait_for_line("is web meant?", seconds(30))) << process.err();
    EXPECT_TRUE(process.running());
    EXPECT_EQ(stop(process), 0);
}

TEST_F(Start, MisuseIsTwo) {
    const auto unknown = hub({"--nonsense"});
    EXPECT_EQ(unknown->wait(seconds(60)), 2);
    const auto none = std::make_unique<Process>(std::vector<std::string>{MUSTER_HUB_BINARY});
    expect_refusal(*none, 2, "--data");
    const auto address = hub({"--grpc", "7700"});
    expect_refusal(*address, 2, "ADDRESS:PORT");
    const auto half = hub({"--cert", file("cert.pem", "")});
    expect_refusal(*half, 2, "both cert and key");
    const auto level = hub({"--log-level", "loud"});
    expect_refusal(*level, 2, "loud");
}

TEST_F(Start, AFileSaysWhatFlagsSay) {
    const auto config = file("hub.toml", "data = \"" + data() + "\"\nlog-level = \"debug\"\n");
    const std::string address = "127.0.0.1:" + std::to_string(free_port());
    Process process({MUSTER_HUB_BINARY,
                     "--config",
                     config,
                     "--grpc",
                     address,
                     "--http",
                     "127.0.0.1:0",
                     "--https",
                     "off"});
    ASSERT_TRUE(ready(process));
    EXPECT_TRUE(std::filesystem::exists(data() + "/journal.db"));
    EXPECT_THAT(process.err(), HasSubstr("grpc=" + address));
}

TEST_F(Start, AnUnknownKeyOfTheFileIsNamed) {
    const auto config = file("hub.toml", "dataa = \"x\"\n");
    Process unknown({MUSTER_HUB_BINARY, "--config", config});
    expect_refusal(unknown, 2, "dataa");
    const auto number = file("number.toml", "grpc = true\n");
    Process no_text({MUSTER_HUB_BINARY, "--config", number});
    expect_refusal(no_text, 2, "grpc");
    const auto broken = file("broken.toml", "data = \n");
    Process no_toml({MUSTER_HUB_BINARY, "--config", broken});
    expect_refusal(no_toml, 2, "line 1");
}

TEST_F(Start, CheckLooksAndStops) {
    const auto good = hub({"--check"});
    EXPECT_EQ(good->wait(seconds(60)), 0);
    EXPECT_FALSE(std::filesystem::exists(data()));
    const auto bad = hub({"--check", "--http", "192.0.2.1:7781"});
    expect_refusal(*bad, 2, "192.0.2.1");
}

}  // namespace
}  // namespace muster
