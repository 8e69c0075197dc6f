#include "adapters/http/engine.hpp"

#include <fcntl.h>

#include <chrono>
#include <new>
#include <utility>

namespace cpe::http {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

Engine::Engine(const asio::any_io_executor& executor, ClientOptions options)
    : executor_(executor), options_(std::move(options)), timer_(executor) {}

void Engine::open() {
    ready_curl();
    multi_.reset(curl_multi_init());
    if (!multi_) throw std::bad_alloc();
    CURLM* multi = multi_.get();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Engine::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Engine::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      static_cast<long>(options_.connections));
}

void Engine::close() {
    if (!multi_) return;
    while (!transfers_.empty()) {
        Transfer& transfer = **transfers_.begin();
        remove(transfer);
        transfer.finish(FailureKind::cancelled, "the client is closed");
    }
    multi_.reset();
    watches_.clear();
    timer_.cancel();
}

void Engine::add(Transfer& transfer) {
    transfers_.insert(&transfer);
    if (curl_multi_add_handle(multi_.get(), transfer.easy()) == CURLM_OK) return;
    transfers_.erase(&transfer);
    transfer.finish(FailureKind::broken, "libcurl does not take the request");
}

void Engine::remove(Transfer& transfer) {
    if (transfers_.erase(&transfer) > 0) curl_multi_remove_handle(multi_.get(), transfer.easy());
}

int Engine::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* /*watch*/) {
    static_cast<Engine*>(self)->watch(socket, what);
    return 0;
}

int Engine::on_timer(CURLM* /*multi*/, long wait_ms, void* self) {
    static_cast<Engine*>(self)->set_timer(wait_ms);
    return 0;
}

void Engine::watch(curl_socket_t socket, int what) {
    if (what == CURL_POLL_REMOVE) {
        watches_.erase(socket);
        return;
    }
    auto& watch = watches_[socket];
    if (!watch) {
        const int copy = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {  // no descriptors left: the transfer's deadline ends it
            watches_.erase(socket);
            return;
        }
        watch = std::make_shared<Watch>(Descriptor(executor_, copy));
    }
    watch->wanted = what;
    wait(socket, watch);
}

void Engine::wait(curl_socket_t socket, const std::shared_ptr<Watch>& watch) {
    if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->waits_to_read) wait_to_read(socket, watch);
    if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->waits_to_write)
        wait_to_write(socket, watch);
}

void Engine::wait_to_read(curl_socket_t socket, const std::shared_ptr<Watch>& watch) {
    watch->waits_to_read = true;
    watch->descriptor.async_wait(Descriptor::wait_read, [self = shared_from_this(), socket,
                                                         watch](boost::system::error_code error) {
        watch->waits_to_read = false;
        if (!error) self->ready(socket, watch, CURL_POLL_IN, CURL_CSELECT_IN);
    });
}

void Engine::wait_to_write(curl_socket_t socket, const std::shared_ptr<Watch>& watch) {
    watch->waits_to_write = true;
    watch->descriptor.async_wait(Descriptor::wait_write, [self = shared_from_this(), socket,
                                                          watch](boost::system::error_code error) {
        watch->waits_to_write = false;
        if (!error) self->ready(socket, watch, CURL_POLL_OUT, CURL_CSELECT_OUT);
    });
}

void Engine::ready(curl_socket_t socket, const std::shared_ptr<Watch>& watch, int wanted,
                   int event) {
    const auto is_watched = [&] {
        const auto now = watches_.find(socket);
        return now != watches_.end() && now->second == watch;
    };
    if (!is_watched()) return;  // the number is another's by now
    if ((watch->wanted & wanted) != 0) act(socket, event);
    if (is_watched()) wait(socket, watch);
}

void Engine::set_timer(long wait_ms) {
    if (wait_ms < 0) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(std::chrono::milliseconds(wait_ms));
    timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (!error) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
}

void Engine::act(curl_socket_t socket, int event) {
    if (!multi_) return;
    int running = 0;
    curl_multi_socket_action(multi_.get(), socket, event, &running);
    collect();
}

void Engine::collect() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        Transfer& transfer = Transfer::of(message->easy_handle);
        remove(transfer);
        transfer.finish(code);
    }
}

}  // namespace cpe::http
