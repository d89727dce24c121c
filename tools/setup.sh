# Sourced by ./run: what a fresh Debian 12 lacks. Compilers, libraries and an OpenCL that runs on the CPU come from Debian;
# Halide, CMake, Ninja, CUDA's assembler and the Python side go into a private environment inside the checkout.
venv=$root/.venv
apt_packages=(g++ git python3-venv python3-dev libdlpack-dev nlohmann-json3-dev libcli11-dev libgtest-dev
    qemu-user pkg-config clang-format clang-tidy llvm-22-dev g++-aarch64-linux-gnu g++-arm-linux-gnueabihf
    pocl-opencl-icd ocl-icd-libopencl1)

# What emulates AVX-512 where this machine has none.
grep -q '^flags.* avx512f ' /proc/cpuinfo ||
    apt_packages+=(bochs bochs-term bochsbios vgabios busybox-static isolinux syslinux-common xorriso cpio bsdutils)

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

# Up to date when it runs and was made from this very list, in this very place.
environment_is_ready() {
    [ -x "$venv/bin/cmake" ] && "$venv/bin/python" -c '' 2>/dev/null &&
        [ "$(cat "$venv/made_from" 2>/dev/null)" = "$root $(cat tools/requirements.txt)" ]
}

make_environment() {
    environment_is_ready && return
    echo "making the private environment .venv"
    rm -rf "$venv"
    # Debian's own interpreter has the venv module that was just installed; another python3 on PATH may not.
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check -r tools/requirements.txt
    echo "$root $(cat tools/requirements.txt)" >"$venv/made_from"
}

halide_prefix() { echo "$venv"/lib/python3*/site-packages/halide; }

setup() {
    install_packages "${apt_packages[@]}"
    make_environment
    # CMake finds ninja beside itself.
    export PATH=$venv/bin:$PATH
}
