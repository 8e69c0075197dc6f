// What is committed is what is found again: by load(), and by SQL.
#include "fixture.hpp"
#include "src/store/gzip.hpp"

using namespace cpe;
using namespace cpe::store::test;

namespace {

PersistBatch under_way(const DeployableKey& key) {
    auto batch = batch_of(key);
    ActionRecord action;
    action.id = {31};
    action.at = {50};
    action.transition = {7};
    action.assembly = "db";
    action.service = "mysqld";
    action.resource = "rsc_db_mysqld";
    action.operation = "start";
    action.expected_rc = 0;
    batch.actions = {action};
    batch.transitions = {{{7}, {49}, std::nullopt, "mysqld failed", "running", 3, "<cib/>"}};
    return batch;
}

bool same(const ServiceStatus& a, const ServiceStatus& b) {
    return a.name == b.name && a.resource == b.resource && a.state == b.state &&
           a.since == b.since && a.last_checked == b.last_checked && a.assemblies == b.assemblies &&
           a.failures == b.failures;
}

bool same(const AssemblyStatus& a, const AssemblyStatus& b) {
    return a.name == b.name && a.uuid == b.uuid && a.state == b.state && a.since == b.since &&
           a.address == b.address && a.provider == b.provider && a.channel == b.channel &&
           a.instance == b.instance && a.instance_state == b.instance_state &&
           a.heartbeat == b.heartbeat && a.reason == b.reason;
}

bool same(const DeployableStatus& a, const DeployableStatus& b) {
    const auto equal = [](const auto& x, const auto& y) { return same(x, y); };
    return a.key == b.key && a.uuid == b.uuid && a.state == b.state && a.since == b.since &&
           a.transition == b.transition && a.memory == b.memory &&
           std::equal(a.assemblies.begin(), a.assemblies.end(), b.assemblies.begin(),
                      b.assemblies.end(), equal) &&
           std::equal(a.services.begin(), a.services.end(), b.services.begin(), b.services.end(),
                      equal);
}

}  // namespace

TEST_CASE_METHOD(StoreFixture, "a deployable is found again after a restart") {
    open();
    auto first = numbered(shop, 1);
    first.wanted = true;
    first.status = full_status(shop);
    first.memory = {{"deployable", R"({"a":1})"}, {"assembly db", "{}"}};
    REQUIRE(create(first, "<deployable name='shop'/>"));
    REQUIRE(commit(under_way(shop)));
    close();
    open();
    const auto loaded = store->load_all();
    REQUIRE(loaded);
    REQUIRE(loaded->deployables.size() == 1);
    const auto& found = loaded->deployables.front();
    CHECK(found.key == shop);
    CHECK(found.document == "<deployable name='shop'/>");
    CHECK(found.wanted);
    CHECK_FALSE(found.deleting);
    REQUIRE(found.status);
    CHECK(same(*found.status, full_status(shop)));
    REQUIRE(found.memory.size() == 2);
    CHECK(found.memory[1].key == "deployable");
    CHECK(found.memory[1].value == R"({"a":1})");
    REQUIRE(found.pending.size() == 1);
    CHECK(found.pending[0].id == OperationId{31});
    CHECK(found.pending[0].resource == "rsc_db_mysqld");
    CHECK(found.pending[0].expected_rc == 0);
    CHECK_FALSE(found.pending[0].rc);
    REQUIRE(found.running.size() == 1);
    CHECK(found.running[0].id == TransitionId{7});
    CHECK(found.running[0].cause == "mysqld failed");
    CHECK(loaded->last_operation == OperationId{31});
    CHECK(loaded->last_transition == TransitionId{7});
    CHECK(loaded->last_event == EventId{1});
}

TEST_CASE_METHOD(StoreFixture, "what ended is under way no more, and keeps its input") {
    open();
    REQUIRE(create(under_way(shop)));
    auto ended = batch_of(shop);
    auto action = under_way(shop).actions.front();
    action.status = ActionStatus::failed;
    action.rc = 1;
    action.finished_at = WallTime{60};
    ended.actions = {action};
    ended.transitions = {{{7}, {49}, WallTime{61}, "mysqld failed", "aborted", 3, ""}};
    REQUIRE(commit(ended));
    const auto loaded = store->load_all();
    REQUIRE(loaded);
    CHECK(loaded->deployables[0].pending.empty());
    CHECK(loaded->deployables[0].running.empty());
    CHECK(number("SELECT finished_at FROM actions WHERE id=31 AND rc=1 AND status='failed'") == 60);
    const auto table = sql("", "SELECT status, input, library FROM transitions WHERE id=7");
    REQUIRE(table);
    CHECK(std::get<std::string>(table->rows[0][0]) == "aborted");
    const auto input = store::gunzip(std::get<std::vector<char>>(table->rows[0][1]), 100);
    REQUIRE(input);
    CHECK(*input == "<cib/>");
    CHECK(std::get<std::string>(table->rows[0][2]) == "pacemaker 2.1.5");
}

TEST_CASE_METHOD(StoreFixture, "what is empty is NULL") {
    open();
    REQUIRE(create(numbered(shop, 1)));
    CHECK(number("SELECT count(*) FROM events WHERE assembly IS NULL AND service IS NULL"
                 " AND state IS NULL AND transition IS NULL AND detail IS NULL") == 1);
}

TEST_CASE_METHOD(StoreFixture, "what is now follows the last status, the rest goes") {
    open();
    auto batch = batch_of(shop);
    batch.status = full_status(shop);
    REQUIRE(create(batch));
    batch.status->assemblies.erase(batch.status->assemblies.begin());
    batch.status->services[0].state = ServiceState::failed;
    batch.status->services[0].last_checked = std::nullopt;
    REQUIRE(commit(batch));
    const auto loaded = store->load_all();
    REQUIRE(loaded);
    CHECK(same(*loaded->deployables[0].status, *batch.status));
    CHECK(number("SELECT count(*) FROM assemblies") == 1);
    CHECK(number("SELECT count(*) FROM services WHERE last_checked IS NULL") == 2);
}

TEST_CASE_METHOD(StoreFixture, "wishes and memory are replaced and forgotten") {
    open();
    auto batch = batch_of(shop);
    batch.wanted = true;
    batch.memory = {{"a", "1"}, {"b", "2"}};
    REQUIRE(create(batch));
    auto later = batch_of(shop);
    later.wanted = false;
    later.deleting = true;
    later.memory = {{"a", ""}, {"b", "3"}};
    REQUIRE(commit(later));
    const auto loaded = store->load_all();
    REQUIRE(loaded);
    const auto& found = loaded->deployables.front();
    CHECK_FALSE(found.wanted);
    CHECK(found.deleting);
    REQUIRE(found.memory.size() == 1);
    CHECK(found.memory[0].key == "b");
    CHECK(found.memory[0].value == "3");
}

TEST_CASE_METHOD(StoreFixture, "a name is taken once, and its events do not appear twice") {
    open();
    REQUIRE(create(numbered(shop, 1)));
    const auto again = create(numbered(shop, 2));
    REQUIRE_FALSE(again);
    CHECK(again.error().code == Errc::exists);
    CHECK(again.error().line().find("shop") != std::string::npos);
    CHECK(number("SELECT count(*) FROM events") == 1);
    CHECK(create(numbered({"other", "shop"}, 3)));
    CHECK(create(numbered({"default", "blog"}, 4)));
    CHECK(number("SELECT max(id) FROM events") == 3);
}

TEST_CASE_METHOD(StoreFixture, "a deployable that is gone leaves its log and nothing else") {
    open();
    auto first = under_way(shop);
    first.status = full_status(shop);
    first.memory = {{"a", "1"}};
    REQUIRE(create(first));
    auto gone = numbered(shop, 70);
    gone.gone = true;
    REQUIRE(commit(gone));
    for (const auto* table :
         {"documents", "desired", "memory", "deployables", "assemblies", "services"})
        CHECK(number(std::string("SELECT count(*) FROM ") + table) == 0);
    CHECK(number("SELECT count(*) FROM events") == 1);
    CHECK(number("SELECT finished_at FROM actions WHERE status='lost'") == 70);
    CHECK(number("SELECT finished_at FROM transitions WHERE status='aborted'") == 70);

    REQUIRE(create(numbered(shop, 80)));  // anew: inherits nothing
    const auto loaded = store->load_all();
    REQUIRE(loaded);
    CHECK(loaded->deployables[0].pending.empty());
    CHECK(loaded->deployables[0].running.empty());
    CHECK(loaded->deployables[0].memory.empty());
    CHECK_FALSE(loaded->deployables[0].status);
}

TEST_CASE_METHOD(StoreFixture, "nothing of a deployable that is not there can be stored") {
    open();
    auto batch = numbered(shop, 1);
    batch.status = full_status(shop);
    const auto status = commit(batch);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == Errc::not_found);
    auto wish = numbered(shop, 1);
    wish.wanted = true;
    const auto wanted = commit(wish);
    REQUIRE_FALSE(wanted);
    CHECK(wanted.error().code == Errc::not_found);
    CHECK(number("SELECT count(*) FROM events") == 0);
}

TEST_CASE_METHOD(StoreFixture, "an id that another deployable has used is refused") {
    open();
    const DeployableKey blog{"default", "blog"};
    REQUIRE(create(under_way(shop)));
    REQUIRE(create(numbered(blog, 1)));
    auto stolen = under_way(blog);
    auto only_action = stolen;
    only_action.transitions.clear();
    for (const auto& batch : {stolen, only_action}) {
        const auto refused = commit(batch);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Errc::internal);
    }
    CHECK(number("SELECT count(*) FROM actions WHERE deployable='shop'") == 1);
}

TEST_CASE_METHOD(StoreFixture,
                 "one deployable is loaded as it was last stored, or as being stored") {
    open();
    auto first = under_way(shop);
    first.status = full_status(shop);
    first.memory = {{"a", "1"}};
    REQUIRE(create(first, "<deployable name='shop'/>"));
    REQUIRE(create(numbered({"default", "blog"}, 1)));
    auto queued = batch_of(shop);
    queued.memory = {{"a", "2"}};
    queued.wanted = true;
    bool stored = false;
    store->commit(queued, [&](auto done) { stored = static_cast<bool>(done); });
    const auto load = [&](const DeployableKey& key) {
        return answer_of<StoredDeployable>(loop,
                                           [&](auto done) { store->load(key, std::move(done)); });
    };
    const auto found = load(shop);
    CHECK(stored);
    REQUIRE(found);
    CHECK(found->key == shop);
    CHECK(found->document == "<deployable name='shop'/>");
    CHECK(found->wanted);
    REQUIRE(found->memory.size() == 1);
    CHECK(found->memory[0].value == "2");
    REQUIRE(found->status);
    CHECK(same(*found->status, full_status(shop)));
    CHECK(found->pending.size() == 1);
    CHECK(found->running.size() == 1);
    const auto missing = load({"other", "shop"});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Errc::not_found);
    store->shutdown();
    CHECK(load(shop).error().code == Errc::unavailable);
}

TEST_CASE_METHOD(StoreFixture, "files that were loaded are remembered, also when theirs is gone") {
    open();
    auto first = batch_of(shop);
    first.loaded_file = LoadedFile{"/etc/cpe/shop.xml", "abc"};
    REQUIRE(create(first));
    auto gone = batch_of(shop);
    gone.gone = true;
    REQUIRE(commit(gone));
    CHECK(store->load_all().value().loaded_files.at("/etc/cpe/shop.xml") == "abc");
    first.loaded_file->hash = "def";
    REQUIRE(create(first));
    CHECK(store->load_all().value().loaded_files.at("/etc/cpe/shop.xml") == "def");
}
