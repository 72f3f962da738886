#!/bin/sh
# Runs in a virtual machine: limits that control groups hold, on a stock kernel, as root, as a user to whom a group is
# delegated, and as one to whom nothing is. Takes two processors.
#
#   Tests/VM/limits.sh LABEL     where LABEL goes into the names of the tests
#
# What takes too much makes at most 60 processes, should a limit not hold.

cd "$(dirname "$0")/../.." || exit 1
label=$1
# shellcheck source=Tests/VM/check.sh
. Tests/VM/check.sh

# A disk for limits of disks.
data=/run/scratch/data
mkdir -p $data
truncate -s 64M /run/scratch/image
disk=$(losetup --find --show /run/scratch/image)
mkfs.ext4 -q "$disk"
mount "$disk" $data

# A group that is the user's, below which its shell stands; and one in which a process is alone.
groups=/sys/fs/cgroup
echo "+cpu +cpuset +io +memory +pids" >$groups/cgroup.subtree_control
mkdir -p $groups/mine/shell $groups/alone
for group in $groups/mine $groups/alone; do
  chown 1500:1500 "$group" "$group/cgroup.procs" "$group/cgroup.threads" "$group/cgroup.subtree_control"
done

# in_group GROUP COMMAND...: becomes the user in a group.
# shellcheck disable=SC2317
in_group() {
  group=$1
  shift
  # shellcheck disable=SC2016  # for the inner shell
  sh -c 'echo $$ >$0/cgroup.procs && exec setpriv --reuid 1500 --regid 1500 --clear-groups "$@"' "$groups/$group" "$@"
}
# Called by the name of the caller.
# shellcheck disable=SC2317
as_root() { "$@"; }
# shellcheck disable=SC2317
as_user() { in_group mine/shell "$@"; }
# shellcheck disable=SC2317
as_alone() { in_group alone "$@"; }

# value KEY: of the last result.
value() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$result" "$1"; }
# share: what of the time on the clock was time of the processor, in percent.
share() {
  python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(100 * r["cpu_us"] // r["wall_us"])' "$result"
}
# within LOW HIGH NUMBER: yes, or the number.
within() { if [ "$3" -ge "$1" ] && [ "$3" -le "$2" ]; then echo yes; else echo "$3"; fi; }

hog='print(len(bytearray(150 << 20)) >> 20)'
forks='
import os, sys
reading, writing = os.pipe()
made = 0
try:
    while made < 40:
        if os.fork() == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
        made += 1
except BlockingIOError:
    pass
print(made)
sys.exit(0 if made == 40 else 1)
'
busy='
import time
end = time.monotonic() + 5
while time.monotonic() < end: pass
'
# What of capsrun is in the groups: nothing, when all is well.
left() { find $groups -type d \( -name capsrun -o -name capsrun.launcher -o -name '*-????????????????' \); }

for caller in root user alone; do
  folder=$data/$caller
  result=$folder/result
  mkdir -p "$folder/app/bin"
  cat >"$folder/app/capsule.yml" <<END
capsule: 1
name: demo
entrypoint: bin/main
capabilities: {fs_write: [$folder]}
resources: {cpus: "0", io_max: {$disk: {wbps: 1M}}, cpu_weight: 50, io_weight: 50, memory_high: 512M, oom_group: true, memory_max: 600M}
END
  cat >"$folder/app/bin/main" <<END
#!/bin/sh
nproc
dd if=/dev/zero of=$folder/zeros bs=64k count=64 oflag=direct 2>/dev/null && echo written
END
  chmod 755 "$folder/app/bin/main"
  [ $caller = root ] || chown -R 1500:1500 "$folder"
  box="as_$caller build/capsrun box --result $result"
  name="on $label as $caller:"

  as_$caller build/capsrun box --result "$result" --memory 64M -- python3 -c "$hog" >"$folder/out" 2>"$folder/err"
  check "$name too much memory is killed" 137 "$?"
  check "$name the cause is oom" "oom 1" "$(value cause) $(value oom_kills)"
  check "$name the peak is the limit" yes "$(within 50000000 67108864 "$(value peak_memory)")"
  check "$name the limit is told" 1 "$(grep -c 'killed for lack of memory: its memory_max is 64M' "$folder/err")"
  check "$name enough memory is enough" "150 exit" "$($box --memory 400M -- python3 -c "$hog" 2>&1) $(value cause)"
  check "$name no process is made beyond the limit" 19 "$($box --pids 20 -- python3 -c "$forks" 2>/dev/null)"
  check "$name the cause is pids" pids "$(value cause)"
  check "$name enough processes are enough" "40 exit" "$($box --pids 60 -- python3 -c "$forks" 2>&1) $(value cause)"
  $box --cpu 20% -- python3 -c "$busy"
  check "$name a busy program is slowed down" yes "$(within 10 1000 "$(value throttled_periods)")"
  check "$name it has its share of the processor, within 15 %" yes "$(within 17 23 "$(share)")"
  if [ $caller = root ]; then
    $box --cpu 80% -- python3 -c "$busy"
    check "$name 80 % of one processor are 80 %" yes "$(within 75 85 "$(share)")"
  fi
  check "$name it sees its limits where programs look for them" "0::/0-main 67108864 67108864 20 100000 0" \
    "$($box --memory 64M --cpu 20% --pids 20 -- sh -c 'cat /proc/self/cgroup; cd /sys/fs/cgroup
      cat memory.max 0-main/memory.max; cut -d " " -f 1 0-main/cpu.max | sed s/20000/20/
      cut -d " " -f 2 0-main/cpu.max; cat 0-main/memory.swap.max' 2>&1 | xargs)"
  check "$name it cannot raise them" 2 \
    "$($box --pids 20 -- sh -c 'echo max >/sys/fs/cgroup/0-main/pids.max' 2>/dev/null; echo $?)"

  before=$(date +%s%N)
  run="as_$caller env CAPSRUN_STORE=$folder/store build/capsrun run --result $result"
  check "$name a program sees the processors that it may use" "1 written" "$($run "$folder/app" 2>&1 | xargs)"
  check "$name four megabytes at one a second take their time" yes \
    "$(within 3000 60000 $((($(date +%s%N) - before) / 1000000)))"
  check "$name nothing is left of the groups" "" "$(left)"

  # Killed where nobody can tidy up; then the next start does. Whoever has to be alone has no shell beside it.
  [ $caller != alone ] || continue
  as_$caller sh -c 'build/capsrun box --pids 20 -- sh -c "setsid sleep 100 & setsid sleep 100 & echo here >&2; wait" & echo $! >'"$folder/pid"'
    wait' 2>"$folder/err" &
  tries=0
  until grep -q here "$folder/err" || [ $tries = 200 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -9 "$(cat "$folder/pid")"
  wait
  sleep 1
  check "$name a killed capsrun takes all its processes along" "" "$(pgrep -x sleep | xargs)"
  $box --pids 20 -- true
  check "$name what it leaves is removed by the next start" "" "$(left)"
done

# The heap of Java is a quarter of the memory that it finds, from 512 megabytes on.
heap() { "$@" -- java -XX:+PrintFlagsFinal -version 2>/dev/null | awk '$2 == "MaxHeapSize" {print $4 / 1048576}'; }
if command -v java >/dev/null; then
  check "on $label as root: the heap of Java follows the limit" "128 192" \
    "$(for size in 512M 768M; do heap build/capsrun box --read /etc/java-17-openjdk --memory $size; done | xargs)"
  # settings OPTION...: what it finds.
  settings() { build/capsrun box --read /etc/java-17-openjdk "$@" -- java -XshowSettings:system -version 2>&1 | sed -n "s/^ *\($key\): //p"; }
  key='Effective CPU Count'
  check "on $label as root: Java counts processors by the limit" "1 2" "$(settings --cpu 100%) $(settings --pids 100)"
else
  echo "ok - on $label as root: Java counts processors by the limit # SKIP there is no java"
  echo "ok - on $label as root: the heap of Java follows the limit # SKIP there is no java"
fi

# Nobody has given anything to this one.
rmdir $groups/mine/shell $groups/mine $groups/alone
refused=$(setpriv --reuid 1500 --regid 1500 --clear-groups build/capsrun box --memory 64M -- echo ran 2>&1)
check "on $label as a user without a group: a limit is refused" 69 "$?"
check "on $label as a user without a group: the error says what would help" 1 \
  "$(echo "$refused" | grep -c 'hint: as root: make a control group')"

exit "$failed"
