# Run at installation: puts cped.yaml where GNUInstallDirs means it (under the prefix /usr: in /etc), and
# the systemd unit with the paths of this prefix. Packaging.cmake sets the variables cpe_*.
if(IS_ABSOLUTE "${cpe_sysconfdir}")
    set(etc "${cpe_sysconfdir}")
elseif(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(etc "/${cpe_sysconfdir}")
else()
    set(etc "${CMAKE_INSTALL_PREFIX}/${cpe_sysconfdir}")
endif()
file(INSTALL DESTINATION "${etc}/cpe" TYPE FILE FILES "${cpe_conf}/cped.yaml")

file(READ "${cpe_conf}/cped.service" unit)
string(REPLACE "/usr/sbin/cped" "${CMAKE_INSTALL_PREFIX}/${cpe_sbindir}/cped" unit "${unit}")
string(REPLACE "/etc/cpe/" "${etc}/cpe/" unit "${unit}")
file(WRITE "${cpe_scratch}/installed/cped.service" "${unit}")
file(INSTALL DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system" TYPE FILE
     FILES "${cpe_scratch}/installed/cped.service")
