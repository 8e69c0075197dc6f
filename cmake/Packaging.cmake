# What `cmake --install` puts where (GNUInstallDirs), and the .deb that CPack makes of it.
install(FILES schemas/deployable.rng schemas/deployable-to-cib.xsl schemas/event-log.sql
        DESTINATION ${CMAKE_INSTALL_DATADIR}/cpe)
install(DIRECTORY conf/examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN man EXCLUDE)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES conf/cped.yaml DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/cpe)
install(FILES conf/cped.service DESTINATION lib/systemd/system)
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
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
