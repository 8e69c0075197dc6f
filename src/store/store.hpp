// cpe::Store on SQLite: the writer thread, the reader thread, and the runner of people's queries.
//
// Thread: everything here on the loop thread; callbacks are posted to the loop, which must outlive
// this. Order of life: StateLock, open(), load_all(), the loop runs, shutdown().
#pragma once

#include "src/store/load.hpp"
#include "src/store/reader.hpp"
#include "src/store/settings.hpp"
#include "src/store/sql_runner.hpp"
#include "src/store/writer.hpp"

#include <cpe/store.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace cpe::store {

class SqliteStore final : public Store {
public:
    /// Makes or migrates the database (schema.hpp names the errors) and starts the threads.
    static Result<std::unique_ptr<SqliteStore>> open(const Settings&,
                                                     boost::asio::any_io_executor loop);
    ~SqliteStore() override;
    SqliteStore(const SqliteStore&) = delete;
    SqliteStore& operator=(const SqliteStore&) = delete;

    /// What was stored last; at start-up, before the loop runs. Blocks.
    Result<Loaded> load_all();

    void commit(PersistBatch, Committed) override;
    void create(PersistBatch, std::string document, Committed) override;
    void load(DeployableKey, std::function<void(Result<StoredDeployable>)>) override;
    void events(EventFilter, std::function<void(Result<std::vector<StoredEvent>>)>) override;
    void sql(std::string tenant, std::string query, std::function<void(Result<SqlTable>)>) override;

    void set_retention(const Retention& retention) { writer_->set_retention(retention); }
    [[nodiscard]] WriterStats stats() const { return writer_->stats(); }

    /// Stores what is queued (Limits::shutdown_patience), answers what was asked, checkpoints, and
    /// ends the threads. Blocks. Callbacks are still posted; later calls get Errc::unavailable. The
    /// database is closed when this object goes: keep the StateLock longer.
    void shutdown();

private:
    SqliteStore(std::unique_ptr<Writer>, std::unique_ptr<Database> reading, const Settings&,
                const boost::asio::any_io_executor&);

    const std::filesystem::path path_;
    std::unique_ptr<Writer> writer_;
    std::shared_ptr<Reader> reader_;  // a load() that waits for the writer may outlive this
    SqlRunner sql_;
};

}  // namespace cpe::store
