# One static library a folder, one test program a folder, and the check that no file is forgotten.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(HUYING_WARNINGS_AS_ERRORS "Warnings stop the build" OFF)
set(HUYING_SANITIZE "" CACHE STRING "address,undefined or thread, or what the preset fuzz says; empty: none")

add_library(huying_warnings INTERFACE)
target_compile_options(huying_warnings INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                       -Woverloaded-virtual -Wno-missing-field-initializers)
if(HUYING_WARNINGS_AS_ERRORS)
  target_compile_options(huying_warnings INTERFACE -Werror)
endif()

if(HUYING_SANITIZE)
  add_compile_options(-fsanitize=${HUYING_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HUYING_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-maybe-uninitialized)  # which sees what is not so in instrumented code: GCC's own page of -fsanitize
  endif()
  if(HUYING_SANITIZE STREQUAL thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan)  # Asio's fences, which ThreadSanitizer does not follow; Asio's mutexes it does
  endif()
endif()

# A cold build on two cores has minutes, so heavy headers that change seldom are parsed once, by an owner, and not for each of
# two hundred files, and a folder's files are compiled eight at a time, since most of a small file's cost is the templates that
# all of them use. Each file alone is how to prove that it includes what it uses.
option(HUYING_EACH_FILE_ALONE "Neither precompiled headers nor files compiled together" OFF)
if(CMAKE_CXX_COMPILER_LAUNCHER AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  add_compile_options(-fpch-preprocess)  # or ccache keeps nothing that was compiled with precompiled headers: its manual
endif()

# APART names files whose own names (in unnamed namespaces) another file of the folder has too. CMake's own UNITY_BUILD would
# write whole paths, by which ccache could not know a file again in another folder.
function(_huying_compile_together name sources apart)
  if(HUYING_EACH_FILE_ALONE)
    return()
  endif()
  list(FILTER sources INCLUDE REGEX "\\.cc$")
  list(FILTER sources EXCLUDE REGEX "^/")  # made in the build folder
  if(apart)
    list(REMOVE_ITEM sources ${apart})
  endif()
  set_source_files_properties(${sources} PROPERTIES HEADER_FILE_ONLY ON)  # so that CMake compiles none of them by itself
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE folder)
  set(number 0)
  while(sources)
    list(SUBLIST sources 0 8 some)
    list(REMOVE_ITEM sources ${some})
    list(TRANSFORM some REPLACE "(.+)" "#include \"${folder}/\\1\"\n")
    list(JOIN some "" text)
    set(file ${CMAKE_CURRENT_BINARY_DIR}/${name}_${number}.cc)
    file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
    target_sources(${name} PRIVATE ${file})
    math(EXPR number "${number} + 1")
  endwhile()
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(${name} PRIVATE -Wno-subobject-linkage)  # of a file's own type in its own class, once included
  endif()
endfunction()

function(_huying_precompile name owner)
  if(HUYING_EACH_FILE_ALONE OR name STREQUAL huying_base)  # which stands below every owner
    return()
  endif()
  if(CMAKE_CXX_COMPILER_LAUNCHER AND NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)  # Clang's know their headers by their times
    return()
  endif()
  # GCC 12 warns of std::string's own copying when inlined (its bug 105651) and no longer sees that it stands in a system header.
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(${name} PRIVATE -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow -Wno-stringop-overread)
  endif()
  if(name STREQUAL owner)
    target_precompile_headers(${name} PRIVATE <absl/container/flat_hash_map.h> <algorithm> <fmt/format.h> <functional> <map>
                              <memory> <optional> <string> <tl/expected.hpp> <vector> <huying/v1/record.pb.h>
                              <huying/v1/session.pb.h> ${ARGN})
  else()
    target_precompile_headers(${name} REUSE_FROM ${owner})
  endif()
endfunction()

set_property(GLOBAL PROPERTY HUYING_LISTED_SOURCES "")

function(_huying_list_sources)
  foreach(file ${ARGN})
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    set_property(GLOBAL APPEND PROPERTY HUYING_LISTED_SOURCES ${file})
  endforeach()
endfunction()

# huying_library(NAME SOURCES a.cc a.h … LINK targets … APART files …)
function(huying_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;APART" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE huying_warnings)
  _huying_precompile(${name} huying_proto)
  _huying_compile_together(${name} "${ARG_SOURCES}" "${ARG_APART}")
  _huying_list_sources(${ARG_SOURCES})
endfunction()

# huying_program(NAME SOURCES … LINK … APART …)
function(huying_program name)
  _huying_executable(${name} ${ARGN})
  _huying_precompile(${name} huying_proto)
endfunction()

function(_huying_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;APART" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} huying_warnings)
  _huying_compile_together(${name} "${ARG_SOURCES}" "${ARG_APART}")
  _huying_list_sources(${ARG_SOURCES})
endfunction()

# huying_tests(NAME SOURCES … LINK … APART … LABEL unit|threaded|e2e|slow TIMEOUT seconds): a GoogleTest program, one ctest entry a
# test. What starts threads or processes is threaded or e2e: ThreadSanitizer is run on these.
function(huying_tests name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;LINK;APART;PROPERTIES" ${ARGN})
  if(NOT ARG_LABEL)
    set(ARG_LABEL unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(HUYING_SANITIZE AND ARG_TIMEOUT LESS 900)
    set(ARG_TIMEOUT 900)  # instrumented code on a crowded machine: some take 75 s of one processor, or wait for 4,000 syncs
  endif()
  _huying_executable(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} GTest::gmock_main APART ${ARG_APART})
  _huying_precompile(${name} proto_tests <gmock/gmock.h> <gtest/gtest.h>)
  if(HUYING_SANITIZE)
    list(APPEND ARG_PROPERTIES FIXTURES_REQUIRED sanitizer)
  endif()
  if(ARG_LABEL MATCHES "threaded|e2e")
    add_dependencies(huying_threaded_tests ${name})
  endif()
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60
                       PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT} ${ARG_PROPERTIES})
endfunction()

function(huying_check_every_source_is_listed)
  get_property(listed GLOBAL PROPERTY HUYING_LISTED_SOURCES)
  foreach(folder proto base broker workers client words programs gateway tests)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS
         ${CMAKE_SOURCE_DIR}/${folder}/*.cc ${CMAKE_SOURCE_DIR}/${folder}/*.h ${CMAKE_SOURCE_DIR}/${folder}/*.proto)
    foreach(file ${found})
      if(NOT file IN_LIST listed)
        list(APPEND forgotten ${file})
      endif()
    endforeach()
  endforeach()
  if(forgotten)
    list(JOIN forgotten "\n  " text)
    message(FATAL_ERROR "No target lists these files; name them in the CMakeLists.txt of their folder:\n  ${text}")
  endif()
endfunction()
