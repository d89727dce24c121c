# The compiled part of the Python package: library, program and JAX's handler, in the folder of the package (pyproject.toml).
add_custom_target(slopewise_wheel DEPENDS slopewise slopewise_cli)
set_target_properties(slopewise_cli PROPERTIES INSTALL_RPATH "$ORIGIN/..")
install(TARGETS slopewise LIBRARY DESTINATION . COMPONENT wheel)
install(TARGETS slopewise_cli RUNTIME DESTINATION bin COMPONENT wheel)
add_subdirectory(${PROJECT_SOURCE_DIR}/python/ffi ${PROJECT_BINARY_DIR}/python/ffi)
