// Commits numbered events to some deployables, and says on its standard output what was
// acknowledged ("NAME NUMBER ID"), until it is killed. Arguments: the database, a prefix for names.
#include "src/store/store.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <unistd.h>
#include <cstdio>
#include <string>

using namespace cpe;

namespace {

constexpr int deployables = 5;
constexpr int under_way = 8;  // batches of each deployable at a time

class Committer {
public:
    Committer(store::SqliteStore& store, std::string name)
        : store_(store), key_{"default", std::move(name)} {}

    void start() {
        PersistBatch batch;
        batch.key = key_;
        store_.create(std::move(batch), "<deployable/>", [this](auto done) {
            if (!done) std::_Exit(1);
            for (int at = 0; at < under_way; ++at) next();
        });
    }

private:
    void next() {
        const int number = ++last_;
        PersistBatch batch;
        batch.key = key_;
        auto& event = batch.events.emplace_back();
        event.kind = "test";
        event.reason = std::to_string(number);
        event.detail = std::string(500, 'x');
        store_.commit(std::move(batch), [this, number](auto done) {
            if (!done) std::_Exit(1);
            const auto line = key_.name + ' ' + std::to_string(number) + ' ' +
                              std::to_string(done->front().value) + '\n';
            if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(1);
            next();
        });
    }

    store::SqliteStore& store_;
    const DeployableKey key_;
    int last_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    boost::asio::io_context loop;
    const auto work = boost::asio::make_work_guard(loop);
    store::Settings settings;
    settings.path = argv[1];
    settings.retention = {0, 0};  // its events are of 1970
    auto opened = store::SqliteStore::open(settings, loop.get_executor());
    if (!opened) {
        std::fprintf(stderr, "%s\n", opened.error().line().c_str());
        return 1;
    }
    std::vector<std::unique_ptr<Committer>> committers;
    for (int at = 0; at < deployables; ++at)
        committers.push_back(std::make_unique<Committer>(**opened, argv[2] + std::to_string(at)));
    for (const auto& committer : committers) committer->start();
    loop.run();
}
