#!/bin/busybox sh
# shellcheck shell=dash
#
# First program of the guest, in the initramfs: makes the root, which is the
# host's folder with a tmpfs over it, and goes there.
#
# Here and in setup.sh and agent.sh the shell is busybox and runs its own
# commands without looking for them in PATH.

die() {
    echo "vm: $1"
    poweroff -f
}

mount_kernel_file_systems() {
    # busybox finds its own commands by way of /proc.
    /bin/busybox mount -t proc proc /proc
    mount -t sysfs sysfs /sys
    mount -t devtmpfs devtmpfs /dev
}

load_early_modules() {
    for module in /modules/*.ko; do
        [ -e "$module" ] || continue
        insmod "$module" || die "cannot load $module"
    done
}

mount_root() {
    mount -t virtiofs -o ro root /lower || die "cannot mount the root"
    mount -t tmpfs -o mode=755,size=75% root-changes /writable
    mkdir /writable/upper /writable/work
    layers="lowerdir=/lower,upperdir=/writable/upper,workdir=/writable/work"
    mount -t overlay -o "$layers" root /new || die "cannot mount the overlay"
    for folder in dev proc run sys tmp; do
        [ -d "/new/$folder" ] || mkdir "/new/$folder"
    done
}

# An overlay can be on one other overlay at most, and the root is one: tests
# of overlays take lower folders from /run/host, upper ones from /run/scratch.
fill_run() {
    mount -t tmpfs -o mode=755,nosuid,nodev run /new/run
    mkdir /new/run/host /new/run/scratch
    mount --move /lower /new/run/host
    mount -t tmpfs -o mode=1777,size=75% scratch /new/run/scratch
    cp -r /vm /new/run/capsrun-vm
}

mount_kernel_file_systems
load_early_modules
mount_root
fill_run
mount --move /dev /new/dev
mount --move /sys /new/sys
mount --move /proc /new/proc
exec /bin/busybox switch_root /new /run/capsrun-vm/setup.sh
