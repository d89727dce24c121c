#!/usr/bin/env bash
# Runs static test programs, of the variant avx512 alone, on a CPU with AVX-512 that Bochs emulates: one boot of Debian's kernel, an initial ramdisk with the
# programs, the serial console as their output. usage: run.sh FOLDER 'PROGRAM ARGUMENTS'...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
shift
rm -rf "$folder"
mkdir -p "$folder"/{root/bin,root/proc,root/tests,iso/isolinux}
cd "$folder"

kernel() {
    local package
    package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p')
    apt-get download "$package" >/dev/null 2>&1
    dpkg -x linux-image-*.deb kernel
    cp kernel/boot/vmlinuz-* iso/isolinux/vmlinuz
}

ramdisk() { # 'PROGRAM ARGUMENTS'...
    local line
    cp /bin/busybox root/bin/
    {
        echo '#!/bin/busybox sh'
        echo '/bin/busybox mount -t proc proc /proc'
        echo '/bin/busybox grep -q avx512f /proc/cpuinfo && echo "avx512f: yes"'
        echo 'export SLOPEWISE_TEST_VARIANT=avx512'
        for line in "$@"; do
            cp "${line%% *}" root/tests/
            echo "/tests/$(basename "${line%% *}") ${line#"${line%% *}"}; echo \"status \$? of $(basename "${line%% *}")\""
        done
        # The log drains before the power goes.
        echo '/bin/busybox sleep 1; /bin/busybox poweroff -f'
    } >root/init
    chmod +x root/init
    (cd root && find . | cpio -o -H newc 2>/dev/null | gzip -1) >iso/isolinux/initrd.gz
}

image() {
    cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$here/isolinux.cfg" iso/isolinux/
    xorriso -as mkisofs -quiet -o boot.iso -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot -boot-load-size 4 \
        -boot-info-table iso 2>/dev/null
}

# Debian's Bochs has a debugger, which waits to be told to continue, and a display that needs a terminal. Its own exit
# status is 1 even when all is well.
boot() {
    echo c >continue
    TERM=vt100 timeout "${BOCHS_TIMEOUT:-900}" script -qec "bochs-bin -q -f '$here/bochsrc' -rc continue" /dev/null >bochs.out 2>&1 </dev/null || true
}

kernel
ramdisk "$@"
image
boot
tr -d '\r' <serial.txt
grep -q 'avx512f: yes' serial.txt || { echo "the emulated CPU has no AVX-512" >&2; exit 1; }
[ "$(grep -c 'status 0 of ' serial.txt)" = $# ] || { echo "not every program ended with status 0" >&2; exit 1; }
