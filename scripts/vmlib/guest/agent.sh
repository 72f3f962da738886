#!/run/capsrun-vm/busybox sh
# shellcheck shell=dash disable=SC1091
#
# Runs the command and reports. It is PID 1, or a service of systemd.
#
# It writes lines to the port "control": "started", then "exit STATUS" of the
# command, or "fail REASON" if it could not be run as asked.

. /run/capsrun-vm/settings
. /run/capsrun-vm/user.sh

SYSTEM_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Print the device of a port of the host.
port() {
    for folder in /sys/class/virtio-ports/*; do
        read -r name < "$folder/name"
        [ "$name" != "$1" ] || echo "/dev/${folder##*/}"
    done
}

report() {
    echo "$1" >&9
}

# PID 1 must not end. The host ends the machine once it has our report.
rest() {
    while :; do
        sleep 1000
    done
}

fail() {
    report "fail $1"
    rest
}

# Whoever opens one of these nodes makes the kernel load its module.
make_nodes() {
    mkdir -p /dev/net
    for node in net/tun:10:200 loop-control:10:237 fuse:10:229; do
        path=/dev/${node%%:*}
        numbers=${node#*:}
        [ -e "$path" ] || mknod "$path" c "${numbers%:*}" "${numbers#*:}"
    done
    chmod 666 /dev/net/tun /dev/fuse
}

# The kernel runs this helper. The root may have none, so it is busybox, which
# goes by the name under which it is called.
load_modules() {
    ln -s busybox /run/capsrun-vm/modprobe
    echo /run/capsrun-vm/modprobe > /proc/sys/kernel/modprobe
    for module in $MODULES; do
        modprobe "$module" || fail "cannot load the module $module"
    done
}

# A port can be opened only once, but commands may open /dev/stdout: they get
# pipes, which are copied to the ports.
connect_output() {
    mkfifo -m 666 /run/capsrun-vm/stdout /run/capsrun-vm/stderr
    cat /run/capsrun-vm/stdout > "$(port stdout)" &
    stdout_copier=$!
    cat /run/capsrun-vm/stderr > "$(port stderr)" &
    stderr_copier=$!
}

# Children that the command left behind may hold the pipes: wait a second.
drain_output() {
    tries=0
    while [ "$tries" -lt 20 ]; do
        kill -0 "$stdout_copier" || kill -0 "$stderr_copier" || return
        usleep 50000
        tries=$((tries + 1))
    done 2>/dev/null
}

# Run the program "$@", which may be preceded by assignments, and report.
run() {
    report started
    setsid env -i "PATH=$SYSTEM_PATH" TERM=dumb "$@" < /dev/null \
        > /run/capsrun-vm/stdout 2> /run/capsrun-vm/stderr 9>&- &
    wait $!
    status=$?
    drain_output
    report "exit $status"
}

exec 9> "$(port control)"
make_nodes
load_modules
connect_output
# As root: the user need not be allowed into every folder above.
cd "$WORKING_FOLDER" || fail "the guest has no folder $WORKING_FOLDER"
if [ -n "$AS_USER" ]; then
    run_as_user /run/capsrun-vm/command
else
    run HOME=/root USER=root /run/capsrun-vm/command
fi
rest
