#!/run/capsrun-vm/busybox sh
# shellcheck shell=dash disable=SC1091
#
# Second step of PID 1, in the real root: the rest of the file systems, then
# systemd or the agent.

. /run/capsrun-vm/settings

die() {
    echo "vm: $1"
    poweroff -f
}

# Here and not in init.sh: only now do absolute links lead to their targets.
mount_shares() {
    while read -r tag mode path; do
        mkdir -p "$path"
        mount -t virtiofs -o "$mode" "$tag" "$path" || die "no share $path"
    done < /run/capsrun-vm/shares
}

start_systemd() {
    mkdir -p /run/systemd/system
    cp /run/capsrun-vm/capsrun-vm.target /run/capsrun-vm/capsrun-vm.service \
        /run/systemd/system/
    exec /lib/systemd/systemd --unit=capsrun-vm.target systemd.show_status=0
}

# What systemd would do.
mount_file_systems() {
    mkdir -p /dev/pts /dev/shm
    mount -t devpts -o gid=5,mode=620,ptmxmode=666 devpts /dev/pts
    mount -t tmpfs -o mode=1777 shm /dev/shm
    mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
    mount -t securityfs securityfs /sys/kernel/security
    mount -t bpf bpf /sys/fs/bpf
}

make_standard_links() {
    ln -s /proc/self/fd /dev/fd
    ln -s /proc/self/fd/0 /dev/stdin
    ln -s /proc/self/fd/1 /dev/stdout
    ln -s /proc/self/fd/2 /dev/stderr
}

mount_shares
hostname capsrun-vm
[ -z "$SYSTEMD" ] || start_systemd
mount_file_systems
make_standard_links
ip link set lo up
exec /run/capsrun-vm/agent.sh
