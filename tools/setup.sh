# Sourced by ./run: what a fresh Debian 12 lacks for the task at hand. Compilers, libraries, emulators and an OpenCL that runs
# on the CPU come from Debian; Halide, CMake, Ninja, CUDA's assembler and the Python side go into a private environment, .venv.
venv=$root/.venv

# For each part, Debian's packages; tools/requirements/PART.txt has the Python ones, where there are some.
packages_build=(g++ python3-venv libdlpack-dev nlohmann-json3-dev libcli11-dev)
packages_test=(libgtest-dev pkg-config llvm-22-dev pocl-opencl-icd ocl-icd-libopencl1)
packages_arm=(libgtest-dev qemu-user g++-aarch64-linux-gnu g++-arm-linux-gnueabihf)
packages_bench=(libbenchmark-dev valgrind)
packages_package=(dpkg-dev file)
packages_all=("${packages_arm[@]}" "${packages_bench[@]}" clang "${packages_package[@]}")
packages_lint=(git clang-format clang-tidy)
packages_llvm=(llvm-22-dev)
packages_demo=() packages_report=()

# What emulates AVX-512 where this machine has none.
grep -q '^flags.* avx512f ' /proc/cpuinfo ||
    packages_all+=(bochs bochs-term bochsbios vgabios busybox-static isolinux syslinux-common xorriso cpio bsdutils)

missing_packages() { # PACKAGES
    local package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
    done
}

install_packages() { # PACKAGES
    local missing sudo=()
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} = 0 ] && return
    if [ "$(id -u)" != 0 ]; then
        if sudo -n true 2>/dev/null; then
            sudo=(sudo)
        else
            echo "packages are missing; run this once:" >&2
            echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
            exit 1
        fi
    fi
    echo "installing: ${missing[*]}"
    "${sudo[@]}" apt-get update -q
    DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# It knows its own place, and moved elsewhere it is made again.
make_environment() {
    [ "$(cat "$venv/made_in" 2>/dev/null)" = "$root" ] && "$venv/bin/python" -c '' 2>/dev/null && return
    echo "making the private environment .venv"
    rm -rf "$venv"
    # Debian's own interpreter has the venv module that was just installed; another python3 on PATH may not.
    /usr/bin/python3 -m venv "$venv"
    echo "$root" >"$venv/made_in"
}

install_requirements() { # PART
    local list=tools/requirements/$1.txt
    [ -f "$list" ] || return 0
    cmp -s "$list" "$venv/has_$1.txt" && return
    echo "installing Python packages: $(grep -v '^#' "$list" | tr '\n' ' ')"
    "$venv/bin/pip" install -q --no-compile --disable-pip-version-check -r "$list"
    cp "$list" "$venv/has_$1.txt"
}

# .venv-LIST, kept as long as it is here and tools/requirements/LIST.txt is as it was.
keep_environment() { # LIST [PIP OPTIONS]
    local list=tools/requirements/$1.txt environment=$root/.venv-$1
    cmp -s "$list" "$environment/made_from" && [ "$(cat "$environment/made_in" 2>/dev/null)" = "$root" ] && return
    echo "installing into .venv-$1: $(grep -v '^#' "$list" | tr '\n' ' ')"
    rm -rf "$environment"
    /usr/bin/python3 -m venv "$environment"
    "$environment/bin/pip" install -q --disable-pip-version-check "${@:2}" -r "$list"
    echo "$root" >"$environment/made_in"
    cp "$list" "$environment/made_from"
}

setup() { # [PART...]: what a build needs, and what these parts need
    local part packages=()
    for part in build "$@"; do
        local -n of_part=packages_$part 2>/dev/null
        packages+=("${of_part[@]}")
    done
    install_packages "${packages[@]}"
    make_environment
    for part in build "$@"; do install_requirements "$part"; done
    export PATH=$venv/bin:$PATH  # CMake finds ninja beside itself
    Halide_DIR=$(echo "$venv"/lib/python3*/site-packages/halide/lib64/cmake/Halide)
}
