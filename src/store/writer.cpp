#include "src/store/writer.hpp"

#include "src/store/gzip.hpp"
#include "src/store/retention.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <set>

namespace cpe::store {
namespace {

void compress(std::vector<Commit>& group) {
    for (auto& commit : group)
        for (auto& transition : commit.batch.transitions) {
            commit.inputs.push_back(transition.input.empty() ? std::vector<char>{}
                                                             : gzip(transition.input));
            transition.input = {};
        }
}

std::optional<WallTime> time_of(const PersistBatch& batch) {
    return batch.events.empty() ? std::nullopt : std::optional(batch.events.back().at);
}

}  // namespace

Result<std::unique_ptr<Writer>> Writer::start(std::unique_ptr<Database> db,
                                              const Settings& settings,
                                              boost::asio::any_io_executor loop) {
    auto log_rows = LogRows::open(*db, settings.scheduler);
    if (!log_rows) return log_rows.error();
    auto now_rows = NowRows::open(*db);
    if (!now_rows) return now_rows.error();
    std::unique_ptr<Writer> writer(new Writer(std::move(db), std::move(*log_rows),
                                              std::move(*now_rows), settings, std::move(loop)));
    writer->thread_ = std::thread([raw = writer.get()] { raw->run(); });
    return writer;
}

Writer::Writer(std::unique_ptr<Database> db, LogRows log_rows, NowRows now_rows,
               const Settings& settings, boost::asio::any_io_executor loop)
    : queue_(std::make_shared<CommitQueue>(settings.limits)),
      db_(std::move(db)),
      log_rows_(std::move(log_rows)),
      now_rows_(std::move(now_rows)),
      settings_(settings),
      loop_(std::move(loop)),
      retention_(settings.retention) {
    db_->checkpoint_by_hand();
}

Writer::~Writer() {
    stop();
}

void Writer::commit(PersistBatch batch, Store::Committed done) {
    submit({std::move(batch), std::move(done), Commit::Kind::batch});
}

void Writer::create(PersistBatch batch, std::string document, Store::Committed done) {
    submit({std::move(batch), std::move(done), Commit::Kind::create, std::move(document)});
}

void Writer::barrier(const DeployableKey& key, Store::Committed done) {
    Commit commit{{}, std::move(done), Commit::Kind::barrier};
    commit.batch.key = key;
    submit(std::move(commit));
}

void Writer::submit(Commit commit) {
    commit.bytes = bytes_of(commit.batch) + commit.document.size();
    const auto pushed = queue_->push(commit);
    if (!pushed) refuse(commit, pushed.error());
}

void Writer::refuse(Commit& commit, const Error& error) {
    ++refused_;
    const bool holds = commit.kind == Commit::Kind::batch && error.code == Errc::unavailable;
    boost::asio::post(loop_, [queue = queue_, holds, key = commit.batch.key,
                              done = std::move(commit.done), error]() {
        if (holds) queue->told_refused(key);
        done(error);
    });
}

void Writer::set_retention(const Retention& retention) {
    {
        const std::lock_guard lock(retention_mutex_);
        retention_ = retention;
        retention_changed_ = true;
    }
    queue_->wake();
}

void Writer::stop() {
    queue_->close();
    if (thread_.joinable()) thread_.join();
}

WriterStats Writer::stats() const {
    const auto level = queue_->level();
    return {batches_, transactions_, failures_,     refused_,
            retries_, removed_,      level.batches, level.most_batches};
}

void Writer::run() {
    for (;;) {
        auto group = queue_->take(look_at_retention());
        if (!group.empty()) {
            write(std::move(group));
            checkpoint();
        } else if (queue_->closed()) {
            break;
        }
    }
    if (auto done = db_->execute("PRAGMA wal_checkpoint(TRUNCATE)"); !done)
        log(LogLevel::warning, "cannot checkpoint: " + done.error().line());
}

// After its batches were told: nobody waits for it but those that come meanwhile.
void Writer::checkpoint() {
    if (db_->wal_pages() < settings_.limits.wal_pages) return;
    if (auto done = db_->checkpoint(); !done)
        log(LogLevel::warning, "cannot checkpoint: " + done.error().line());
}

void Writer::write(std::vector<Commit> group) {
    compress(group);
    auto answers = write_until_stored(group);
    for (std::size_t at = 0; at < group.size(); ++at) tell(group[at], std::move(answers[at]));
}

Writer::Answers Writer::write_until_stored(std::vector<Commit>& group) {
    auto pause = settings_.limits.retry_first;
    for (bool first = true;; first = false) {
        auto answers = try_group(group);
        if (answers) {
            ++transactions_;
            if (!first) log(LogLevel::info, "the database takes changes again");
            return std::move(*answers);
        }
        ++retries_;
        const auto& error = answers.error();
        if (first || pause >= settings_.limits.retry_most)
            log(LogLevel::error,
                "cannot store changes, and no deployable goes on before they"
                " are stored; tried again: " +
                    error.line());
        if (queue_->closed() && std::chrono::steady_clock::now() >=
                                    queue_->closed_at() + settings_.limits.shutdown_patience)
            return Answers(group.size(), error);
        // Once closed, a pause ends at once: the last tries must not spin either.
        if (queue_->closed())
            std::this_thread::sleep_for(settings_.limits.retry_first);
        else
            queue_->pause(pause);
        pause = std::min(pause * 2, settings_.limits.retry_most);
    }
}

Result<Writer::Answers> Writer::try_group(std::vector<Commit>& group) {
    if (auto begun = db_->execute("BEGIN IMMEDIATE"); !begun) return begun.error();
    auto answers = apply_group(group);
    if (answers)
        if (auto done = db_->execute("COMMIT"); !done) answers = done.error();
    if (!answers && db_->in_transaction()) (void)db_->execute("ROLLBACK");
    return answers;
}

/// An error of the whole: the disk's. Errors of single batches stand in their answers.
Result<Writer::Answers> Writer::apply_group(std::vector<Commit>& group) {
    Answers answers;
    std::set<DeployableKey> failed;  // in this group; nobody was told of it yet
    for (auto& commit : group) {
        const auto& key = commit.batch.key;
        if (commit.kind == Commit::Kind::barrier) {
            answers.emplace_back();
            continue;
        }
        if (failed.contains(key)) commit.stale = true;
        if (commit.stale) {
            answers.emplace_back(stale_error(key));
            continue;
        }
        auto answer = apply_one(commit);
        if (!answer) {
            if (answer.error().code == Errc::unavailable) return answer.error();
            if (commit.kind == Commit::Kind::batch) failed.insert(key);
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

Writer::Answer Writer::apply_one(const Commit& commit) {
    if (auto begun = db_->execute("SAVEPOINT batch"); !begun) return begun.error();
    auto answer = apply_rows(commit);
    if (!answer && !db_->in_transaction()) return answer;  // SQLite has rolled back everything
    const auto ended = db_->execute(answer ? "RELEASE batch" : "ROLLBACK TO batch; RELEASE batch");
    if (!ended) return ended.error();
    return answer;
}

Writer::Answer Writer::apply_rows(const Commit& commit) {
    const auto& batch = commit.batch;
    if (commit.kind == Commit::Kind::create)
        if (auto done = now_rows_.create(batch.key, commit.document); !done) return done.error();
    std::vector<EventId> ids;
    for (const auto& event : batch.events) {
        const auto id = log_rows_.add(batch.key, event);
        if (!id) return id.error();
        ids.push_back(*id);
    }
    for (const auto& action : batch.actions)
        if (auto done = log_rows_.put(batch.key, action); !done) return done.error();
    for (std::size_t at = 0; at < batch.transitions.size(); ++at)
        if (auto done = log_rows_.put(batch.key, batch.transitions[at], commit.inputs[at]); !done)
            return done.error();
    if (auto done = apply_now(batch); !done) return done.error();
    return ids;
}

Result<> Writer::apply_now(const PersistBatch& batch) {
    if (batch.loaded_file)
        if (auto done = now_rows_.remember(*batch.loaded_file); !done) return done;
    if (batch.gone) {
        auto done = now_rows_.remove(batch.key);
        return done ? log_rows_.close_all(batch.key, time_of(batch)) : done;
    }
    Result<> done;
    for (const auto& memory : batch.memory)
        if (done) done = now_rows_.remember(batch.key, memory);
    if (done && batch.status) done = now_rows_.put(*batch.status);
    if (done && batch.wanted) done = now_rows_.set_wanted(batch.key, *batch.wanted);
    if (done && batch.deleting) done = now_rows_.set_deleting(batch.key, *batch.deleting);
    if (done && batch.document) done = now_rows_.set_document(batch.key, *batch.document);
    if (!done && done.error().code == Errc::not_found)
        return Error{Errc::not_found, "not stored: there is no such deployable (any more)",
                     "deployable '" + batch.key.name + "'", ""};
    return done;
}

void Writer::tell(Commit& commit, Answer answer) {
    const auto& key = commit.batch.key;
    if (answer) {
        if (commit.kind != Commit::Kind::barrier) ++batches_;
        boost::asio::post(
            loop_, [done = std::move(commit.done), answer = std::move(answer)]() { done(answer); });
        return;
    }
    ++failures_;
    const auto& error = answer.error();
    if (error.code != Errc::exists && !commit.stale)
        log(LogLevel::error, "a change could not be stored: " + error.line());
    const bool holds = commit.kind == Commit::Kind::batch && !commit.stale;
    if (holds) queue_->failed(key);
    boost::asio::post(loop_, [queue = queue_, holds, key, done = std::move(commit.done), error]() {
        if (holds) queue->told_failed(key);
        done(error);
    });
}

Writer::Instant Writer::look_at_retention() {
    const auto now = std::chrono::steady_clock::now();
    Retention retention;
    {
        const std::lock_guard lock(retention_mutex_);
        if (retention_changed_) next_look_ = now;
        retention_changed_ = false;
        retention = retention_;
    }
    if (now < next_look_ || queue_->closed()) return next_look_;
    const auto step = retain(*db_, retention, settings_.now());
    if (!step) log(LogLevel::warning, "cannot remove old rows: " + step.error().line());
    if (step) removed_ += static_cast<std::uint64_t>(step->rows);
    next_look_ = step && step->more ? now : now + retention.pause;
    return next_look_;
}

void Writer::log(LogLevel level, const std::string& message) const {
    if (settings_.log) settings_.log(level, "store", message);
}

}  // namespace cpe::store
