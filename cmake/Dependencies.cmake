# Every foreign library once, as a target; headers as system headers.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
set(Boost_NO_WARN_NEW_VERSIONS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS filesystem json program_options)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(LibXml2 REQUIRED)
find_package(LibXslt REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL 7.87 REQUIRED)

pkg_check_modules(Pacemaker REQUIRED IMPORTED_TARGET libpacemaker pacemaker-pe_status
                  pacemaker-pe_rules pacemaker libqb glib-2.0)
# libpacemaker-dev's own symlink is fine, but pcmk__schedule_actions is exported by the .so.1 only
# and without a header: name it (facts: Pacemaker 2.1.5).
add_library(cpe_dep_pacemaker INTERFACE)
target_link_libraries(cpe_dep_pacemaker INTERFACE PkgConfig::Pacemaker -l:libpacemaker.so.1)

pkg_check_modules(LibSSH2 REQUIRED IMPORTED_TARGET libssh2)
pkg_check_modules(Crypto REQUIRED IMPORTED_TARGET libcrypto)
add_library(cpe_dep_crypto INTERFACE)
target_link_libraries(cpe_dep_crypto INTERFACE PkgConfig::Crypto)
add_library(cpe_dep_libssh2 INTERFACE)
target_link_libraries(cpe_dep_libssh2 INTERFACE PkgConfig::LibSSH2 PkgConfig::Crypto)

pkg_check_modules(Systemd REQUIRED IMPORTED_TARGET libsystemd)

# Debian's libqpid-proton-cpp.pc asks for .pc files that no package has; and -lqpid-proton would be a
# second copy of the engine beside the core that the C++ binding uses.
find_path(PROTON_INCLUDE_DIR proton/messaging_handler.hpp REQUIRED)
add_library(cpe_dep_proton INTERFACE)
target_include_directories(cpe_dep_proton SYSTEM INTERFACE ${PROTON_INCLUDE_DIR})
target_link_libraries(cpe_dep_proton INTERFACE qpid-proton-cpp -l:libqpid-proton-core.so.10)

add_library(cpe_dep_asio INTERFACE)
target_link_libraries(cpe_dep_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(cpe_dep_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)
# GCC 12 takes Asio's own operator delete of coroutine frames for a mismatch once it inlines (-O1 on).
target_compile_options(cpe_dep_asio INTERFACE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-mismatched-new-delete>)
