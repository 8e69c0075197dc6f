# The language, warnings and sanitizers, as targets that others link.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

find_program(CPE_CCACHE ccache)
if(CPE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CPE_CCACHE})
endif()

# A room's sources in a few large units instead of many small ones: a build from nothing takes a third
# of the time. Off where one works: there each file compiles alone, and only what changed is compiled.
option(CPE_UNITY "Compile the sources of a room together" OFF)
set(CPE_UNITY_BATCH 8 CACHE STRING "How many sources make a unit; 0: all of a room")

add_library(cpe_warnings INTERFACE)
target_compile_options(cpe_warnings INTERFACE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
    # GCC 12 sees overlaps in inlined std::string that are not there (its bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(CPE_UNITY)
    # GCC takes an included .cpp for a header, whose anonymous namespace would reach others.
    target_compile_options(cpe_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()

set(CPE_SANITIZE "" CACHE STRING "Value of -fsanitize=, or empty")
if(CPE_SANITIZE)
    add_compile_options(-fsanitize=${CPE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${CPE_SANITIZE})
    # GCC 12 takes the sanitizers' own checks for uses of what is not initialised.
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    # GCC warns of Asio's fences, which TSan does not model. Asio hands handlers over under its
    # mutexes, which it does.
    if(CPE_SANITIZE MATCHES "thread")
        add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
    endif()
endif()

# Assertions stay on in release: a broken invariant quarantines one deployment (style.md).
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_CXX_FLAGS_RELWITHDEBINFO "${CMAKE_CXX_FLAGS_RELWITHDEBINFO}")
