#include "test/adapters/http/server.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <sstream>

namespace cpe::test {

namespace asio = boost::asio;
using asio::ip::tcp;

struct HttpServer::State {
    State(const asio::any_io_executor& executor, Answer given)
        : acceptor(executor, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
          answer(std::move(given)) {}

    tcp::acceptor acceptor;
    Answer answer;
    unsigned connections = 0;
    std::set<std::shared_ptr<tcp::socket>> open;
    bool stopped = false;
};

namespace {

Asked parse(const std::string& head) {
    Asked asked;
    std::istringstream in(head);
    std::string line;
    std::getline(in, line);
    std::istringstream(line) >> asked.method >> asked.target;
    while (std::getline(in, line) && line.size() > 1) {
        const auto colon = line.find(": ");
        if (colon == std::string::npos) continue;
        std::string name = line.substr(0, colon);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        asked.headers[name] = line.substr(colon + 2, line.size() - colon - 3);
    }
    return asked;
}

std::string render(const Told& told) {
    if (!told.raw.empty()) return told.raw;
    std::string text = "HTTP/1.1 " + std::to_string(told.status) + " told\r\n";
    for (const auto& [name, value] : told.headers)
        text.append(name).append(": ").append(value) += "\r\n";
    if (told.status != 204) text += "Content-Length: " + std::to_string(told.body.size()) + "\r\n";
    return text + "\r\n" + told.body;
}

bool closes(const Told& told, unsigned served) {
    using Fault = Told::Fault;
    return told.fault == Fault::close || (told.fault == Fault::close_if_reused && served > 0);
}

/// None: the peer went away.
asio::awaitable<std::optional<Asked>> read_request(tcp::socket& socket, std::string& buffer) {
    boost::system::error_code error;
    const auto end =
        co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer), "\r\n\r\n",
                                        asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return std::nullopt;
    Asked asked = parse(buffer.substr(0, end));
    buffer.erase(0, end);
    const auto length = asked.headers.find("content-length");
    const auto size = length == asked.headers.end() ? 0U : std::stoul(length->second);
    if (buffer.size() < size) {
        co_await asio::async_read(socket, asio::dynamic_buffer(buffer),
                                  asio::transfer_exactly(size - buffer.size()),
                                  asio::redirect_error(asio::use_awaitable, error));
        if (error) co_return std::nullopt;
    }
    asked.body = buffer.substr(0, size);
    buffer.erase(0, size);
    co_return asked;
}

asio::awaitable<void> converse(std::shared_ptr<tcp::socket> socket, HttpServer::Answer answer,
                               unsigned number) {
    std::string buffer;
    for (unsigned served = 0;; ++served) {
        auto asked = co_await read_request(*socket, buffer);
        if (!asked) co_return;
        asked->connection = number;
        const Told told = answer(*asked);
        if (told.fault == Told::Fault::silence) continue;
        if (closes(told, served)) break;
        if (told.after.count() > 0)
            co_await asio::steady_timer(socket->get_executor(), told.after)
                .async_wait(asio::use_awaitable);
        std::string text = render(told);
        const bool cut = told.fault == Told::Fault::cut_off;
        if (cut) text.resize(text.size() - told.body.size() / 2);
        boost::system::error_code error;
        co_await asio::async_write(*socket, asio::buffer(text),
                                   asio::redirect_error(asio::use_awaitable, error));
        if (error || cut || !told.raw.empty()) break;
    }
    boost::system::error_code ignored;
    socket->close(ignored);
}

}  // namespace

HttpServer::HttpServer(const asio::any_io_executor& executor, Answer answer)
    : state_(std::make_shared<State>(executor, std::move(answer))) {
    asio::co_spawn(
        executor,
        [](std::shared_ptr<State> state) -> asio::awaitable<void> {
            while (!state->stopped) {
                boost::system::error_code error;
                auto accepted = co_await state->acceptor.async_accept(
                    asio::redirect_error(asio::use_awaitable, error));
                if (error) co_return;
                auto socket = std::make_shared<tcp::socket>(std::move(accepted));
                state->open.insert(socket);
                asio::co_spawn(socket->get_executor(),
                               converse(socket, state->answer, ++state->connections),
                               asio::detached);
            }
        }(state_),
        asio::detached);
}

HttpServer::~HttpServer() {
    stop();
}

void HttpServer::stop() {
    state_->stopped = true;
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    for (const auto& socket : state_->open) socket->close(ignored);
    state_->open.clear();
}

std::uint16_t HttpServer::port() const {
    return state_->acceptor.local_endpoint().port();
}

std::string HttpServer::url() const {
    return "http://127.0.0.1:" + std::to_string(port());
}

unsigned HttpServer::connections() const {
    return state_->connections;
}

}  // namespace cpe::test
