# What `cmake --install` puts where (GNUInstallDirs), and the .deb that CPack makes of it.
install(FILES schemas/deployable.rng schemas/deployable-to-cib.xsl schemas/event-log.sql
        DESTINATION ${CMAKE_INSTALL_DATADIR}/cpe)
install(DIRECTORY conf/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN man EXCLUDE)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
# The configuration's place and the unit that names it depend on the prefix, which may be given when
# it is installed (CPack does).
install(CODE "
    set(cpe_conf \"${CMAKE_SOURCE_DIR}/conf\")
    set(cpe_scratch \"${CMAKE_BINARY_DIR}\")
    set(cpe_sbindir \"${CMAKE_INSTALL_SBINDIR}\")
    set(cpe_sysconfdir \"${CMAKE_INSTALL_SYSCONFDIR}\")")
install(SCRIPT cmake/InstallConfiguration.cmake)
install(FILES conf/completion/cpe-ctl
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
file(GLOB pages CONFIGURE_DEPENDS docs/man/*.[1-8])
foreach(page IN LISTS pages)
    string(REGEX REPLACE ".*\\." "" section ${page})
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cloud-policy-engine)
set(CPACK_PACKAGE_VENDOR "Cloud Policy Engine")
set(CPACK_PACKAGE_CONTACT "the Cloud Policy Engine developers <cpe@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What no library package pulls in: Pacemaker's grammars, the agents, the tools of the local provider
# and of script_runner.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "pacemaker-common, resource-agents, iproute2, util-linux, curl")
# dpkg keeps what an administrator changed in it.
file(WRITE ${CMAKE_BINARY_DIR}/debian/conffiles "/etc/cpe/cped.yaml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_BINARY_DIR}/debian/conffiles)
# With DESTDIR what is installed knows its real prefix, and /etc may be named.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
include(CPack)
