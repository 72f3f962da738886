#!/bin/sh
# Runs in a virtual machine with systemd, as a user with a session: limits in a scope that capsrun asks systemd for.
#
#   Tests/VM/scope.sh LABEL     where LABEL goes into the names of the tests

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=Tests/VM/check.sh
. Tests/VM/check.sh
name="on $1 with systemd as user:"
box() { build/capsrun box "$@"; }
folder=$(mktemp -d)

# The tail keeps all of it in memory.
box --memory 64M --result "$folder/result" -- tail -c 200M /dev/zero >"$folder/out" 2>"$folder/err" </dev/null &
hog=$!
wait $hog
check "$name too much memory is killed in a scope of its own" "137 1" \
  "$? $(grep -c '"cause": "oom"' "$folder/result")"
check "$name the exit code is the program's own" 7 "$(box --pids 9 -- sh -c 'exit 7'; echo $?)"
# shellcheck disable=SC2016  # for the inner shell
check "$name its input and its arguments reach it" "a  b c" \
  "$(echo c | box --pids 9 -- sh -c 'read line; echo "$1" "$line"' x 'a  b')"
check "$name a forged word of a scope is not believed" ran "$(CAPSRUN_IN_SCOPE=1 box --pids 9 -- echo ran)"
check "$name in a scope that is there no other is asked for" ran \
  "$(systemd-run --user --scope -q -p Delegate=yes build/capsrun box --pids 9 -- echo ran)"

mkdir "$folder/bin"
printf 'capsule: 1\nentrypoint: bin/x\nresources: {io_weight: 5, pids_max: 9}\n' >"$folder/capsule.yml"
printf '#!/bin/sh\necho ran\n' >"$folder/bin/x"
chmod 755 "$folder/bin/x"
refused=$(build/capsrun run "$folder" 2>&1)
check "$name a controller that systemd has not been given is refused" 69 "$?"
check "$name the error names it, and the file that gives it" "1 1" \
  "$(echo "$refused" | grep -c 'cannot hold io_weight: .*has not been given io$') $(echo "$refused" | grep -c 'delegate.conf')"
check "$name nothing is left of scopes and groups" "" \
  "$(find /sys/fs/cgroup -name 'capsrun' -o -name 'capsrun.launcher' -o -name 'run-*.scope')"

exit "$failed"
