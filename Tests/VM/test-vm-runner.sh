#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# Tests scripts/vm. Needs what it needs; takes about a minute.

vm=$(dirname "$0")/../../scripts/vm
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# check NAME EXPECTED ACTUAL
check() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'failed: %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"
    fi
}

"$vm" -c 'echo to stdout; echo to stderr >&2; exit 7' \
    > "$work/stdout" 2> "$work/stderr"
check "the exit status is the command's" 7 "$?"
check "stdout holds only stdout" "to stdout" "$(cat "$work/stdout")"
check "stderr holds only stderr" "to stderr" "$(tail -n 1 "$work/stderr")"

# shellcheck disable=SC2016  # the guest's shell expands it
check "a user is made in the guest" "1500 1500 /run/user/1500" \
    "$("$vm" --user tester -c 'echo $(id -u) $(id -G) $XDG_RUNTIME_DIR')"

"$vm" --timeout 8 -- sleep 60 2> "$work/stderr"
check "a timeout has its own status" 124 "$?"

"$vm" --no-such-option -- true 2> "$work/stderr"
check "a wrong option has its own status" 64 "$?"

"$vm" -- echo first > "$work/first" &
first=$!
"$vm" --kernel 6.1 -- uname -r > "$work/second" &
second=$!
wait "$first"
check "the first of two runs at once succeeds" 0 "$?"
wait "$second"
check "the second of two runs at once succeeds" 0 "$?"
check "the first writes its output" first "$(cat "$work/first")"
check "the second has the kernel it asked for" 6.1. \
    "$(cut -c 1-4 "$work/second")"

"$vm" --share "$work" -- cp /proc/sys/kernel/hostname "$work/hostname"
check "a share is writable" capsrun-vm "$(cat "$work/hostname")"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
