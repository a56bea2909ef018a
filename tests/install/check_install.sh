#!/bin/sh
# check_install.sh BUILD_DIR COMPILER: installs the build into a scratch prefix and builds consumer.cpp against it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$1
compiler=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cmake --install "$build" --prefix "$scratch/prefix" > "$scratch/install.log"

# The library may have been built with sanitizers; its users then need them too.
sanitize=$(sed -n 's/^MAILPARSE_SANITIZE:BOOL=ON$/-fsanitize=address,undefined/p' "$build/CMakeCache.txt")

cmake -S "$here" -B "$scratch/cmake" -G Ninja -DCMAKE_CXX_COMPILER="$compiler" -DCMAKE_CXX_FLAGS="$sanitize" \
  -DCMAKE_PREFIX_PATH="$scratch/prefix" > "$scratch/configure.log"
cmake --build "$scratch/cmake" > "$scratch/build.log"
"$scratch/cmake/consumer"

PKG_CONFIG_PATH=$(dirname "$(find "$scratch/prefix" -name mailparse.pc)")
export PKG_CONFIG_PATH
# The file names the prefix chosen at configuration; here it lies elsewhere.
# shellcheck disable=SC2046
"$compiler" -std=c++23 $sanitize "$here/consumer.cpp" -o "$scratch/consumer" \
  $(pkg-config --define-variable=prefix="$scratch/prefix" --cflags --libs mailparse)
"$scratch/consumer"
