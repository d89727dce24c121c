#!/usr/bin/env bash
# Installs a cross build into a scratch prefix and builds a stranger's programs against it, which then run emulated.
# usage: check_cross.sh SOURCE BUILD TOOLCHAIN
set -euo pipefail
source_dir=$1 build=$2 toolchain=$3
scratch=$build/install_test
rm -rf "$scratch"
mkdir -p "$scratch"
prefix=$scratch/prefix

cmake --install "$build" --prefix "$prefix" >"$scratch/install.log"
cmake -G Ninja -S "$source_dir/tests/install/consumer" -B "$scratch/consumer" -DCMAKE_TOOLCHAIN_FILE="$toolchain" \
    -Dslopewise_DIR="$prefix/lib/cmake/slopewise" -Dslopewise_DLPACK_INCLUDE_DIR="$build/host-headers" \
    -DEXAMPLES="$source_dir/examples" >"$scratch/consumer.log"
cmake --build "$scratch/consumer" >>"$scratch/consumer.log" || { cat "$scratch/consumer.log"; exit 1; }
ctest --test-dir "$scratch/consumer" --output-on-failure --no-tests=error
