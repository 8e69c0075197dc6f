// The real thing: nginx with TLS and HTTP/2.
#include "adapters/http/client.hpp"

#include "test/adapters/http/loop.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <catch2/catch.hpp>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

using namespace cpe;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using boost::asio::ip::tcp;

namespace {

class Nginx {
public:
    Nginx() {
        port_ = tcp::acceptor(loop, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0))
                    .local_endpoint()
                    .port();
        std::string name = (fs::temp_directory_path() / "cpe-nginx-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
        make_certificate();
        configure();
        start();
        wait_until_it_listens();
    }
    ~Nginx() {
        ::kill(pid_, SIGQUIT);
        ::waitpid(pid_, nullptr, 0);
        fs::remove_all(folder_);
    }
    Nginx(const Nginx&) = delete;
    Nginx& operator=(const Nginx&) = delete;

    [[nodiscard]] fs::path certificate() const { return folder_ / "cert.pem"; }
    [[nodiscard]] http::Request request(const std::string& host = "localhost") const {
        http::Request made;
        made.url = "https://" + host + ":" + std::to_string(port_) + "/";
        made.deadline = std::chrono::steady_clock::now() + 60s;
        return made;
    }

    boost::asio::io_context loop;

private:
    void make_certificate() const {
        const auto command =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1"
            " -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
            (folder_ / "key.pem").string() + " -out " + certificate().string() + " 2>/dev/null";
        REQUIRE(std::system(command.c_str()) == 0);
    }
    void configure() const {
        std::ofstream conf(folder_ / "nginx.conf");
        conf << "daemon off; master_process off; pid " << (folder_ / "pid").string()
             << ";\nerror_log stderr crit;\nevents { worker_connections 200; }\n"
             << "http {\n  access_log off;\n";
        for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
            conf << "  " << kind << "_temp_path " << (folder_ / kind).string() << ";\n";
        conf << "  server {\n    listen 127.0.0.1:" << port_ << " ssl http2;\n    ssl_certificate "
             << certificate().string() << ";\n    ssl_certificate_key "
             << (folder_ / "key.pem").string()
             << ";\n    location / { return 200 \"$server_protocol $connection\"; }\n  }\n}\n";
    }
    void start() {
        const auto conf = (folder_ / "nginx.conf").string();
        pid_ = ::fork();
        REQUIRE(pid_ >= 0);
        if (pid_ > 0) return;
        ::execlp("nginx", "nginx", "-p", folder_.c_str(), "-c", conf.c_str(), nullptr);
        ::execl("/usr/sbin/nginx", "nginx", "-p", folder_.c_str(), "-c", conf.c_str(), nullptr);
        ::_exit(127);
    }

    void wait_until_it_listens() {
        for (int tries = 0; tries < 1'000; ++tries) {
            boost::system::error_code error;
            tcp::socket probe(loop);
            probe.connect({boost::asio::ip::address_v4::loopback(), port_}, error);
            if (!error) return;
            REQUIRE(::waitpid(pid_, nullptr, WNOHANG) == 0);
            boost::asio::steady_timer(loop, 10ms).wait();
        }
        FAIL("nginx does not listen");
    }

    fs::path folder_;
    std::uint16_t port_ = 0;
    pid_t pid_ = -1;
};

http::ClientOptions trusting(const Nginx& nginx) {
    http::ClientOptions options;
    options.ca_file = nginx.certificate();
    return options;
}

}  // namespace

TEST_CASE("HTTP/2 is spoken where it is offered, and requests share a connection") {
    Nginx nginx;
    http::Client client(nginx.loop.get_executor(), trusting(nginx));
    std::set<std::string> connections;
    int done = 0;
    const auto first = test::run(nginx.loop, client.send(nginx.request()));
    REQUIRE(first.has_value());
    for (int i = 0; i < 20; ++i)
        boost::asio::co_spawn(nginx.loop, client.send(nginx.request()),
                              [&](std::exception_ptr, http::Reply<http::Response> reply) {
                                  REQUIRE(reply.has_value());
                                  CHECK(reply->status == 200);
                                  connections.insert(reply->body);
                                  ++done;
                              });
    test::run_until(nginx.loop, [&] { return done >= 20; });
    CHECK(connections == std::set<std::string>{first->body});
    CHECK(first->body.rfind("HTTP/2.0 ", 0) == 0);
}

TEST_CASE("a certificate that nobody vouches for, or of another name, ends the request unsent") {
    Nginx nginx;
    const bool other_name = GENERATE(false, true);
    http::ClientOptions options;
    if (other_name) options = trusting(nginx);
    http::Client client(nginx.loop.get_executor(), options);
    auto request = nginx.request(other_name ? "127.0.0.1" : "localhost");
    const auto failed = test::run(nginx.loop, client.send(std::move(request)));
    REQUIRE_FALSE(failed.has_value());
    INFO(failed.error().message);
    CHECK(failed.error().kind == http::FailureKind::tls);
    CHECK_FALSE(failed.error().sent);
}

TEST_CASE("a CA file that is not there is told, not passed over") {
    Nginx nginx;
    http::ClientOptions options;
    options.ca_file = "/nonexistent/ca.pem";
    http::Client client(nginx.loop.get_executor(), options);
    const auto failed = test::run(nginx.loop, client.send(nginx.request()));
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().kind == http::FailureKind::tls);
    CHECK(failed.error().message.find("/nonexistent/ca.pem") != std::string::npos);
}
