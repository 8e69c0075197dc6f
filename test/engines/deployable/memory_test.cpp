// The model lives in the deployable's arena, all of it.
#include "engines/deployable/merge.hpp"
#include "engines/deployable/parse.hpp"
#include "test/golden/golden.hpp"

#include <memory_resource>

using namespace cpe;

namespace {

class Counting : public std::pmr::memory_resource {
public:
    std::size_t allocations = 0;
    std::size_t bytes = 0;

private:
    void* do_allocate(std::size_t size, std::size_t alignment) override {
        ++allocations;
        bytes += size;
        return std::pmr::new_delete_resource()->allocate(size, alignment);
    }
    void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
        bytes -= size;
        std::pmr::new_delete_resource()->deallocate(memory, size, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }
};

/// The default resource, exchanged while it lives.
class DefaultResource {
public:
    explicit DefaultResource(std::pmr::memory_resource& resource)
        : before_(std::pmr::set_default_resource(&resource)) {}
    DefaultResource(const DefaultResource&) = delete;
    DefaultResource& operator=(const DefaultResource&) = delete;
    ~DefaultResource() { std::pmr::set_default_resource(before_); }

private:
    std::pmr::memory_resource* before_;
};

/// Names that fit into no small string.
std::string long_document() {
    return test::read_file(test::source_path("test/golden/deployable/good/long-names.xml"));
}

}  // namespace

TEST_CASE("parsing puts the whole model into the given resource and nothing into the default") {
    Counting arena, elsewhere;
    const DefaultResource guard(elsewhere);
    {
        auto parsed = deployable::parse(long_document(), {}, arena);
        REQUIRE(parsed.has_value());
        const Deployable model = std::move(parsed->deployable);
        CHECK(arena.allocations > 20);
        CHECK(model.assemblies.get_allocator().resource() == &arena);
        const auto& service = model.assemblies.at(1).services.at(0);
        CHECK(service.name.get_allocator().resource() == &arena);
        const auto& reference = std::get<Reference>(service.parameters.at(1).value);
        CHECK(reference.assembly.get_allocator().resource() == &arena);
        CHECK(model.dependencies.at(0).then.get_allocator().resource() == &arena);
    }
    CHECK(elsewhere.allocations == 0);
    CHECK(arena.bytes == 0);
}

TEST_CASE("a document that is refused leaves nothing in the resource") {
    Counting arena;
    for (const char* folder : {"bad-grammar", "bad-meaning"})
        for (const auto& file :
             test::files("test/golden/deployable/" + std::string(folder), ".xml")) {
            INFO(file);
            CHECK(deployable::parse(test::read_file(file), {}, arena).has_error());
            CHECK(arena.bytes == 0);
        }
}

TEST_CASE("a merged model is in the given resource, all of it, and leaves nothing of the old one") {
    Counting arena, elsewhere;
    const deployable::Running running{
        [](const Service&) { return false; }, [](const Assembly&) { return false; },
        [](const Reference&) { return "an-address-that-is-too-long-for-a-small-string"; },
        [](const Assembly&) {
            return std::string("a-provider-that-is-too-long-for-a-small-string");
        },
        "local"};
    const std::string bare =
        "<deployable name='a-name-that-is-too-long-for-a-small-string' uuid='a'><assemblies>"
        "<assembly name='the-only-one' uuid='1'/></assemblies></deployable>";
    {
        const DefaultResource guard(elsewhere);
        auto old = deployable::parse(long_document(), {}, arena);
        REQUIRE(old.has_value());
        auto fresh = deployable::parse(bare, {}, arena);
        REQUIRE(fresh.has_value());
        fresh->deployable.name = old->deployable.name;
        fresh->deployable.uuid = old->deployable.uuid;
        auto model =
            deployable::merge(old->deployable, std::move(fresh->deployable), running, {}, arena);
        REQUIRE(model.has_value());
        old = deployable::parse(bare, {}, arena);
        const auto rest = deployable::without_finished(*model, running, arena);
        CHECK(rest.assemblies.size() > 2);
        CHECK(rest.assemblies.at(2).services.at(0).name.get_allocator().resource() == &arena);
    }
    CHECK(elsewhere.allocations == 0);
    CHECK(arena.bytes == 0);
}
