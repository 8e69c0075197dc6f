// A password or token: it does not print, is not copied by chance, and is wiped.
//
// Thread: any. reveal() is for the one place that puts it into a request.
#pragma once

#include <string>
#include <string_view>

namespace cpe::openstack {

class Secret {
public:
    Secret() = default;
    /// Takes the text over and wipes where it came from.
    explicit Secret(std::string&& text);
    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    [[nodiscard]] Secret copy() const;
    [[nodiscard]] bool empty() const { return text_.empty(); }
    [[nodiscard]] std::string_view reveal() const { return text_; }
    friend bool operator==(const Secret&, const Secret&) = default;

private:
    void swap(Secret& other) noexcept;
    std::string text_;
};

}  // namespace cpe::openstack
