# Debian 12's packages; deploy/packages.txt lists them.
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
find_package(absl REQUIRED)
find_package(date REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(isal REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(zmq REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(geos REQUIRED IMPORTED_TARGET geos)
pkg_check_modules(xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter)
find_package(Boost 1.81 REQUIRED COMPONENTS url)  # and Beast's parser: headers only
find_package(SQLiteCpp REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
include(GoogleTest)

# Asio, standalone: headers only.
find_path(ASIO_INCLUDE_DIR asio.hpp REQUIRED)
add_library(asio INTERFACE IMPORTED)
target_include_directories(asio SYSTEM INTERFACE ${ASIO_INCLUDE_DIR})
# Asio asks libstdc++'s macros before it includes libstdc++: a file that includes it first would free with operator delete what
# another file allocated with aligned_alloc. Said here, it is the same everywhere.
target_compile_definitions(asio INTERFACE ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_HAS_STD_ALIGNED_ALLOC=1)
target_link_libraries(asio INTERFACE Threads::Threads)

# cppzmq: headers only, beside libzmq.
find_path(CPPZMQ_INCLUDE_DIR zmq.hpp REQUIRED)
add_library(cppzmq INTERFACE IMPORTED)
target_include_directories(cppzmq SYSTEM INTERFACE ${CPPZMQ_INCLUDE_DIR})
target_link_libraries(cppzmq INTERFACE PkgConfig::zmq)

# libcsv has no package file.
find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)
add_library(csv INTERFACE IMPORTED)
target_include_directories(csv SYSTEM INTERFACE ${CSV_INCLUDE_DIR})
target_link_libraries(csv INTERFACE ${CSV_LIBRARY})
