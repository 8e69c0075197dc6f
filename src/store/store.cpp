#include "src/store/store.hpp"

#include "src/store/schema.hpp"

namespace cpe::store {

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const Settings& settings,
                                                       boost::asio::any_io_executor loop) {
    auto writing = open_database(settings.path, {settings.mode, settings.group});
    if (!writing) return writing.error();
    auto reading = Database::open(settings.path, Database::Mode::read_only);
    if (!reading) return reading.error();
    auto writer = Writer::start(std::make_unique<Database>(std::move(*writing)), settings, loop);
    if (!writer) return writer.error();
    return std::unique_ptr<SqliteStore>(new SqliteStore(
        std::move(*writer), std::make_unique<Database>(std::move(*reading)), settings, loop));
}

SqliteStore::SqliteStore(std::unique_ptr<Writer> writer, std::unique_ptr<Database> reading,
                         const Settings& settings, const boost::asio::any_io_executor& loop)
    : path_(settings.path),
      writer_(std::move(writer)),
      reader_(std::make_shared<Reader>(std::move(reading), settings.limits, loop)),
      sql_(settings, loop) {}

SqliteStore::~SqliteStore() {
    shutdown();
}

Result<Loaded> SqliteStore::load_all() {
    auto db = Database::open(path_, Database::Mode::read_only);
    if (!db) return db.error();
    return store::load_all(*db);
}

void SqliteStore::commit(PersistBatch batch, Committed done) {
    writer_->commit(std::move(batch), std::move(done));
}

void SqliteStore::create(PersistBatch batch, std::string document, Committed done) {
    writer_->create(std::move(batch), std::move(document), std::move(done));
}

// Behind all that was given before: else the reader could find an older state.
void SqliteStore::load(DeployableKey key, std::function<void(Result<StoredDeployable>)> done) {
    writer_->barrier(key, [reader = std::weak_ptr(reader_), key, done = std::move(done)](auto up) {
        const auto still = reader.lock();
        if (!up || !still) return done(up ? shutting_down() : up.error());
        still->load(key, done);
    });
}

void SqliteStore::events(EventFilter filter,
                         std::function<void(Result<std::vector<StoredEvent>>)> done) {
    reader_->events(std::move(filter), std::move(done));
}

void SqliteStore::sql(std::string tenant, std::string query,
                      std::function<void(Result<SqlTable>)> done) {
    sql_.run(std::move(tenant), std::move(query), std::move(done));
}

// Reads first: a reader that is still at work would keep the checkpoint from being whole.
void SqliteStore::shutdown() {
    sql_.stop();
    reader_->stop();
    writer_->stop();
}

}  // namespace cpe::store
