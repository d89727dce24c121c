#!/usr/bin/env bash
# Installs the build into a scratch prefix and uses it as a stranger would: CMake package, pkg-config, kernels alone,
# algorithms in a Halide pipeline. usage: check.sh SOURCE BUILD
set -euo pipefail
source_dir=$1 build=$2
scratch=$build/install_test
rm -rf "$scratch"
mkdir -p "$scratch"
prefix=$scratch/prefix
examples=$source_dir/examples

cmake --install "$build" --prefix "$prefix" >"$scratch/install.log"

echo "-- CMake package: C and C++, shared and static, kernels alone"
cmake -G Ninja -S "$source_dir/tests/install" -B "$scratch/consumer" -DCMAKE_PREFIX_PATH="$prefix" -DEXAMPLES="$examples" >"$scratch/consumer.log"
cmake --build "$scratch/consumer" >>"$scratch/consumer.log"
ctest --test-dir "$scratch/consumer" --output-on-failure --no-tests=error

echo "-- pkg-config"
export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
[ "$(pkg-config --modversion slopewise)" = "$("$prefix/bin/slopewise" --version)" ]
cc -std=c99 "$examples/relu.c" -o "$scratch/relu" $(pkg-config --cflags --libs slopewise) -Wl,-rpath,"$prefix/lib"
"$scratch/relu"
cc -std=c99 "$examples/relu.c" -o "$scratch/relu_static" $(pkg-config --cflags slopewise) "$prefix/lib/libslopewise.a" \
    $(pkg-config --static --libs-only-l --libs-only-other slopewise | sed 's/-lslopewise//')
"$scratch/relu_static"

echo "-- an output of const elements does not compile"
c++ -std=c++17 $(pkg-config --cflags slopewise) -DWRITE_TO_CONST -fsyntax-only "$source_dir/tests/install/header.cpp" \
    2>"$scratch/const.log" && { echo "it compiled"; exit 1; }
grep -q "an output's elements must not be const" "$scratch/const.log" || { cat "$scratch/const.log"; exit 1; }

echo "-- installed program"
"$prefix/bin/slopewise" info

echo "-- tensors of others through DLPack"
python "$examples/dlpack.py" "$prefix/lib/libslopewise.so"

echo "-- a Halide pipeline with the installed algorithms"
cmake -G Ninja -S "$examples/halide_fused" -B "$scratch/fused" -DCMAKE_PREFIX_PATH="$prefix;$CMAKE_PREFIX_PATH" >"$scratch/fused.log"
cmake --build "$scratch/fused" >>"$scratch/fused.log"
"$scratch/fused/halide_fused"

echo "-- kernels that a project generates for itself"
cmake -G Ninja -S "$examples/own_kernels" -B "$scratch/own" -DCMAKE_PREFIX_PATH="$prefix;$CMAKE_PREFIX_PATH" >"$scratch/own.log" 2>&1 ||
    { cat "$scratch/own.log"; exit 1; }
cmake --build "$scratch/own" >>"$scratch/own.log" || { cat "$scratch/own.log"; exit 1; }
"$scratch/own/own_kernels"
sed 's/KERNELS relu/KERNELS gelu/' "$examples/own_kernels/CMakeLists.txt" >"$scratch/CMakeLists.txt"
cp "$examples/own_kernels"/{main.c,schedule.json} "$scratch/"
cmake -G Ninja -S "$scratch" -B "$scratch/wrong" -DCMAKE_PREFIX_PATH="$prefix;$CMAKE_PREFIX_PATH" >"$scratch/wrong.log" 2>&1 &&
    { echo "an unknown kernel was taken"; exit 1; }
tr -s ' \n' ' ' <"$scratch/wrong.log" | grep -q 'kernel "gelu" is not known; known are relu' || { cat "$scratch/wrong.log"; exit 1; }
