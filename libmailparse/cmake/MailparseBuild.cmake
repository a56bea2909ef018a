# How everything in this project is compiled: language level, warnings, sanitizers, ccache.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()

find_program(MAILPARSE_CCACHE ccache)
if(MAILPARSE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${MAILPARSE_CCACHE}")
endif()

add_library(mailparse_build INTERFACE)
target_compile_options(mailparse_build INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough
  -Wno-missing-field-initializers  # members have default initializers; designated ones name what differs
  $<$<BOOL:${MAILPARSE_WERROR}>:-Werror>)
if(MAILPARSE_SANITIZE)
  # libFuzzer drivers and ordinary tests alike: a finding ends the program, so that it cannot pass unseen.
  target_compile_options(mailparse_build INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(mailparse_build INTERFACE -fsanitize=address,undefined)
endif()
# An index out of bounds ends the program in every build, so that tests and fuzz drivers meet what users would.
target_compile_definitions(mailparse_build INTERFACE _GLIBCXX_ASSERTIONS)
if(NOT MAILPARSE_SANITIZE)
  # What is read is written by others: a fault of ours must end the program, not give it away. Sanitizers do the same
  # with more words and do not go together with _FORTIFY_SOURCE.
  target_compile_options(mailparse_build INTERFACE -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3>)
  target_link_options(mailparse_build INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
# Two builds of one commit are the same octets, wherever they are made.
# The second form is what ccache makes of the first where it is told a base folder.
file(RELATIVE_PATH mailparse_source_from_build "${CMAKE_BINARY_DIR}" "${PROJECT_SOURCE_DIR}")
string(REGEX REPLACE "/$" "" mailparse_source_from_build "${mailparse_source_from_build}")
target_compile_options(mailparse_build INTERFACE
  "-ffile-prefix-map=${PROJECT_SOURCE_DIR}=." "-ffile-prefix-map=${mailparse_source_from_build}=.")
if(MAILPARSE_FUZZ AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(mailparse_build INTERFACE -fsanitize=fuzzer-no-link)
endif()
