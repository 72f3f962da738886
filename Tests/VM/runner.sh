#!/bin/sh
# Tests scripts/vm itself, from the host. Takes about half a minute.

here=$(dirname "$0")
vm=$here/../../scripts/vm
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
# shellcheck source=Tests/VM/check.sh
. "$here/check.sh"

"$vm" -c 'echo to stdout; echo to stderr >&2; exit 7' \
    > "$work/stdout" 2> "$work/stderr"
check "scripts/vm: the exit status is the command's" 7 "$?"
check "scripts/vm: stdout holds only stdout" "to stdout" "$(cat "$work/stdout")"
check "scripts/vm: stderr holds only stderr" "to stderr" "$(tail -n 1 "$work/stderr")"

# shellcheck disable=SC2016  # the guest's shell expands it
check "scripts/vm: a user is made in the guest" "1500 1500 /run/user/1500" \
    "$("$vm" --user tester -c 'echo $(id -u) $(id -G) $XDG_RUNTIME_DIR')"

"$vm" --timeout 8 -- sleep 60 2> "$work/stderr"
check "scripts/vm: a timeout has its own status" 124 "$?"

"$vm" --no-such-option -- true 2> "$work/stderr"
check "scripts/vm: a wrong option has its own status" 64 "$?"

"$vm" -- echo first > "$work/first" &
first=$!
"$vm" --kernel 6.1 -- uname -r > "$work/second" &
second=$!
wait "$first"
check "scripts/vm: the first of two runs at once succeeds" 0 "$?"
wait "$second"
check "scripts/vm: the second of two runs at once succeeds" 0 "$?"
check "scripts/vm: the first writes its output" first "$(cat "$work/first")"
check "scripts/vm: the second has the kernel it asked for" 6.1. \
    "$(cut -c 1-4 "$work/second")"

"$vm" --share "$work" -- cp /proc/sys/kernel/hostname "$work/hostname"
check "scripts/vm: a share is writable" capsrun-vm "$(cat "$work/hostname")"

exit "$failed"
