#!/bin/sh
# Runs in a virtual machine: signed capsules that are started and supervised, on a stock kernel, as root, as a user, and
# as one to whom a control group is delegated.
#
#   Tests/VM/supervise.sh LABEL     where LABEL goes into the names of the tests
#
# What takes too much memory takes 150 MB, should the limit not hold.

cd "$(dirname "$0")/../.." || exit 1
label=$1
# shellcheck source=Tests/VM/check.sh
. Tests/VM/check.sh

work=/run/scratch/supervise
mkdir -p $work/plain $work/limited
groups=/sys/fs/cgroup
echo "+cpu +cpuset +io +memory +pids" >$groups/cgroup.subtree_control
mkdir -p $groups/mine/shell
chown 1500:1500 $groups/mine $groups/mine/cgroup.procs $groups/mine/cgroup.threads $groups/mine/cgroup.subtree_control

# Called by the name of the caller.
# shellcheck disable=SC2317
as_root() { "$@"; }
# shellcheck disable=SC2317
as_user() { setpriv --reuid 1500 --regid 1500 --clear-groups "$@"; }
# shellcheck disable=SC2317,SC2016  # the second is for the inner shell
as_delegated() {
  sh -c 'echo $$ >$0/cgroup.procs && exec setpriv --reuid 1500 --regid 1500 --clear-groups "$@"' "$groups"/mine/shell "$@"
}

manifest() {
  cat <<END
capsule: 1
name: demo
version: 1.0.0
processes:
  web:
    cmd: /bin/sh
    args: [-c, 'echo web is up; setsid sleep 4321 & exec sleep 4321']
    ready: {log: is up}
  again:
    cmd: /bin/sh
    args: [-c, 'echo x >>/tmp/starts; [ \$(wc -l </tmp/starts) -ge 3 ] && exec sleep 4321; exit 7']
    restart: {backoff: 20ms}
    depends_on: {web: ready}
  once:
    cmd: /bin/sh
    args: [-c, 'exit 3']
    restart_policy: never
    ready: {log: never written}
END
}
manifest >$work/plain/capsule.yml
{
  manifest
  cat <<'END'
  hog:
    cmd: python3
    args: [-c, 'import time; print(len(bytearray(150 << 20)))']
    restart_policy: never
    resources: {memory_max: 48M}
  modest:
    cmd: python3
    args: [-c, 'import time; data = bytearray(20 << 20); time.sleep(4321)']
    resources: {memory_max: 48M}
END
} >$work/limited/capsule.yml

# Signed by somebody whom each caller trusts.
export CAPSRUN_CONFIG=$work/config
build/capsrun keygen -o $work/author --no-password >/dev/null
for kind in plain limited; do
  build/capsrun build --quiet --sign $work/author.key --output $work/$kind.tar.gz $work/$kind
done
chmod 644 $work/*.tar.gz $work/author.pub
chmod 755 /run/scratch $work

# told KEY PROCESS: what ps tells of a process.
told() {
  ask ps demo --json | python3 -c '
import json, sys
for process in json.load(sys.stdin)["processes"]:
    if process["name"] == sys.argv[2]: print(process[sys.argv[1]])
' "$1" "$2"
}
# eventually COMMAND...: waits at most 15 seconds until it succeeds.
eventually() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -lt 75 ] || return 1
    sleep 0.2
  done
}
# shellcheck disable=SC2317
is() { [ "$(told "$1" "$2")" = "$3" ]; }
# shellcheck disable=SC2317
has_logged() { ask logs demo "$1" | grep -q "$2"; }
# What of capsrun is left: groups, processes, mounts.
left() {
  find $groups -type d \( -name capsrun -o -name '*-????????????????' -o -name 'demo*' \)
  pgrep -fx 'sleep 4321'
  grep capsrun /proc/self/mountinfo | grep -v "$PWD" | cut -d ' ' -f 5
  ls "$place/run"
}
# shellcheck disable=SC2317
nothing_left() { [ -z "$(left)" ]; }

for caller in root user delegated; do
  name="on $label as $caller:"
  place=$work/$caller
  mkdir -p "$place/run" "$place/logs"
  chmod 700 "$place/run" "$place/logs"
  [ $caller = root ] || chown -R 1500:1500 "$place"
  bundle=$work/limited.tar.gz
  [ $caller != user ] || bundle=$work/plain.tar.gz
  option=--user
  [ $caller != root ] || option=
  export CAPSRUN_CONFIG="$place/config" CAPSRUN_STORE="$place/store" CAPSRUN_RUN="$place/run" CAPSRUN_LOGS="$place/logs"
  # shellcheck disable=SC2086  # an option or none
  ask() { as_$caller build/capsrun $option "$@"; }

  ask start $bundle >"$work/out" 2>&1
  check "$name a file that nobody trusted has signed is not started" 65 "$?"
  ask trust add $work/author.pub >/dev/null
  ask start $bundle >"$work/out" 2>&1
  check "$name a signed file is verified, installed and started" 0 "$?"
  [ $caller != user ] || check "$name it is told how processes are known" mark "$(ask ps demo --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["tracking"])')"
  check "$name a process becomes ready" yes "$(eventually is state web ready && echo yes)"
  check "$name one that failed twice is started again twice" yes "$(eventually is restarts again 2 && echo yes)"
  check "$name and runs then" yes "$(eventually is state again running && echo yes)"
  check "$name one that is never to be started again has failed" yes "$(eventually is state once failed && echo yes)"
  check "$name its history tells how it ended" 1 "$(ask history demo once | grep -c 'exit 3')"
  check "$name what it wrote is in its log" yes "$(eventually has_logged web 'web is up' && echo yes)"
  check "$name a command runs beside it" "3" "$(ask exec demo/again -- wc -l /tmp/starts | cut -d ' ' -f 1)"
  if [ $caller != user ]; then
    check "$name one that takes too much memory is killed" yes "$(eventually is state hog failed && echo yes)"
    check "$name the reason is lack of memory" 1 "$(ask ps demo | grep '^hog' | grep -c oom)"
    check "$name its history tells the same" 1 "$(ask history demo hog | grep -c oom)"
    check "$name one that takes less runs" running "$(told state modest)"
  fi
  ask stop demo >"$work/out" 2>&1
  check "$name it is stopped" 0 "$?"
  check "$name of what was stopped nothing is left" "" "$(left)"

  ask start --wait demo >"$work/out" 2>&1
  check "$name a start waits for all, and one that fails takes all with it" 1 "$?"
  check "$name nothing is left of it" "" "$(left)"

  ask start demo >"$work/out" 2>&1
  check "$name it is started again by its name" 0 "$?"
  eventually is restarts again 2 && eventually is state again running
  check "$name three of its processes sleep before the supervisor is killed" 3 "$(pgrep -fxc 'sleep 4321')"
  kill -9 "$(ask ps demo --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["supervisor"])')"
  sleep 1
  check "$name a second after the supervisor was killed nothing runs" "" "$(pgrep -fx 'sleep 4321' | xargs)"
  check "$name its keeper has tidied up" yes "$(eventually nothing_left && echo yes)"
  check "$name what is left" "" "$(left)"
done

exit "$failed"
