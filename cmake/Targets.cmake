# One way to make a library, a program and a test.

# The contracts: include/cpe, and the root of the tree so that rooms name each other in full.
add_library(cpe_contracts INTERFACE)
target_include_directories(cpe_contracts INTERFACE
    ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR})
target_link_libraries(cpe_contracts INTERFACE Boost::headers)
target_compile_definitions(cpe_contracts INTERFACE CPE_VERSION="${PROJECT_VERSION}")

# cpe_library(NAME SOURCES ... [PUBLIC ...] [PRIVATE ...]): a room's static library.
function(cpe_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC cpe_contracts ${arg_PUBLIC}
                          PRIVATE cpe_warnings ${arg_PRIVATE})
    set_target_properties(${name} PROPERTIES
        UNITY_BUILD ${CPE_UNITY} UNITY_BUILD_BATCH_SIZE ${CPE_UNITY_BATCH})
endfunction()

# cpe_program(NAME SOURCES ... [LIBS ...]): an installed program.
function(cpe_program name)
    cmake_parse_arguments(arg "" "DESTINATION" "SOURCES;LIBS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE cpe_contracts cpe_warnings ${arg_LIBS})
    if(NOT arg_DESTINATION)
        set(arg_DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
    install(TARGETS ${name} RUNTIME DESTINATION ${arg_DESTINATION})
endfunction()

# For tests and benchmarks: <cpe_test_paths.hpp>.
configure_file(${CMAKE_SOURCE_DIR}/cmake/test_paths.hpp.in
               ${CMAKE_BINARY_DIR}/generated/cpe_test_paths.hpp @ONLY)
add_library(cpe_test_paths INTERFACE)
target_include_directories(cpe_test_paths INTERFACE ${CMAKE_BINARY_DIR}/generated)

# What runs under the thread sanitizer: tests with LABELS threads.
add_custom_target(threaded-tests)

# cpe_test(NAME SOURCES ... [LIBS ...] [LABELS ...] [TIMEOUT S]): a Catch2 program; each case is a
# ctest test.
function(cpe_test name)
    cmake_parse_arguments(arg "SERIAL" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE cpe_test_main cpe_test_paths cpe_contracts cpe_warnings ${arg_LIBS})
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/test)
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    set(properties TIMEOUT ${arg_TIMEOUT})
    if(arg_LABELS)
        # Catch expands its PROPERTIES five times on their way to ctest; each takes one backslash. Without
        # them a second label would be the next property's name, and what follows be lost.
        string(REPLACE ";" "\\\\\\\\\\;" labels "${arg_LABELS}")
        list(APPEND properties LABELS "${labels}")
    endif()
    if("threads" IN_LIST arg_LABELS)
        add_dependencies(threaded-tests ${name})
    endif()
    if(arg_SERIAL)
        list(APPEND properties RUN_SERIAL TRUE)
    endif()
    catch_discover_tests(${name} TEST_PREFIX "${name}:" PROPERTIES ${properties})
endfunction()
