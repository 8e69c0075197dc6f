# What is installed finds itself: the unit starts the cped that is there with the configuration that is
# there, and that configuration is valid. Usage: cmake -D BUILD=... -D SCRATCH=... -P install_test.cmake
function(check_prefix prefix etc)
    file(REMOVE_RECURSE "${SCRATCH}")
    execute_process(COMMAND "${CMAKE_COMMAND}" -E env "DESTDIR=${SCRATCH}"
                            "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${prefix}"
                    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
    file(READ "${SCRATCH}${prefix}/lib/systemd/system/cped.service" unit)
    set(start "ExecStart=${prefix}/sbin/cped --config ${etc}/cpe/cped.yaml\n")
    string(FIND "${unit}" "${start}" at)
    if(at EQUAL -1)
        message(FATAL_ERROR "the unit of prefix ${prefix} does not say ${start}")
    endif()
    execute_process(COMMAND "${SCRATCH}${prefix}/sbin/cped" --check-config
                            --config "${SCRATCH}${etc}/cpe/cped.yaml"
                    COMMAND_ERROR_IS_FATAL ANY)
    foreach(program cpe-sandbox cpe-sql-helper cpe-policy-helper)
        if(NOT EXISTS "${SCRATCH}${prefix}/libexec/cpe/${program}")
            message(FATAL_ERROR "${program} is missing under ${prefix}")
        endif()
    endforeach()
endfunction()

check_prefix(/usr /etc)
check_prefix(/usr/local /usr/local/etc)
check_prefix(/opt/cpe /opt/cpe/etc)
file(REMOVE_RECURSE "${SCRATCH}")
