#!/bin/sh
# Runs in a virtual machine: the main promises of `capsrun box` on a stock kernel, as root and as an ordinary user.
#
#   Tests/VM/box.sh LABEL     where LABEL goes into the names of the tests

cd "$(dirname "$0")/../.." || exit 1
label=$1
# shellcheck source=Tests/VM/check.sh
. Tests/VM/check.sh

# A file system that can map owners on every kernel, for what is granted.
data=/run/scratch/data
mkdir -p $data
truncate -s 32M /run/scratch/image
mkfs.ext4 -q /run/scratch/image
mount -o loop /run/scratch/image $data

# Called by the name of the caller.
# shellcheck disable=SC2317
as_root() { "$@"; }
# shellcheck disable=SC2317
as_user() { setpriv --reuid 1500 --regid 1500 --clear-groups "$@"; }

# Attaches to a child of its own, and lets it go.
tracer='
import ctypes, os, signal
child = os.fork()
if child == 0:
    signal.pause()
print("traced" if ctypes.CDLL(None).ptrace(16, child, 0, 0) == 0 else "refused")
os.kill(child, signal.SIGKILL)
'

# Is refused something many times, by two threads, and fails.
refused='
import ctypes, sys, threading
libc = ctypes.CDLL(None, use_errno=True)
errors = set()
def work():
    for _ in range(500):
        libc.chroot(b"/mnt")
        errors.add(ctypes.get_errno())
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(errors)
sys.exit(3)
'

for caller in root user; do
  box="as_$caller build/capsrun box"
  folder=$data/$caller
  mkdir -p "$folder"
  echo secret >"$folder/file"
  [ $caller = root ] || chown -R 1500:1500 "$folder"
  chmod 700 "$folder"
  echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]}' \
    >"$folder/p.json"
  name="on $label as $caller:"

  check "$name the workload is user 1000" 1000 "$($box -- id -u 2>&1)"
  check "$name the workload sees PID 1 and itself" 2 "$($box -- sh -c 'set -- /proc/[0-9]*; echo $#' 2>&1)"
  check "$name an ungranted file is not there" 1 "$($box -- test -e "$folder/file"; echo $?)"
  check "$name a granted file can be read" secret "$($box --read "$folder" -- cat "$folder/file" 2>&1)"
  check "$name a read grant cannot be written" 2 "$($box --read "$folder" -- sh -c "echo x >$folder/new" 2>&-; echo $?)"
  check "$name a write grant can be written" 0 "$($box --write "$folder" -- sh -c "echo x >$folder/new"; echo $?)"
  check "$name what was written belongs to the caller" "$(stat -c %u "$folder")" "$(stat -c %u "$folder/new")"
  check "$name there are no capabilities" "0000000000000000" \
    "$($box -- sed -n 's/^Cap[A-Z][a-z]*:\t//p' /proc/self/status | sort -u)"
  check "$name a seccomp filter is installed" 2 "$($box -- sed -n 's/^Seccomp:\t//p' /proc/self/status)"
  check "$name a program runs under each profile" "1000 1000 1000 1000 1000" \
    "$(for p in strict service default build debug; do $box --seccomp $p -- id -u; done 2>&1 | xargs)"
  check "$name tracing works under the profile debug alone" "traced refused" \
    "$(for p in debug default; do $box --seccomp $p -- python3 -c "$tracer"; done 2>&1 | xargs)"
  check "$name a profile of one's own is kept to" "made no" \
    "$(for p in default "$folder/p.json"; do
      $box --seccomp "$p" -- sh -c 'mkdir /tmp/x 2>&- && echo made || echo no'
    done 2>&1 | xargs)"
  check "$name refused calls have the same error when they are traced, and are told" \
    "{1} {1} capsrun: chroot(/mnt) was refused 1000 times" \
    "$({
      $box -- python3 -c "$refused"
      $box --trace-denials -- python3 -c "$refused"
    } 2>&1 | grep -v 'clone3\|not recorded' | sed 's/ in process.*//' | xargs)"
  check "$name user namespaces are shut" 1 "$($box -- unshare --user true 2>&-; echo $?)"
  check "$name the only interface is the loopback" lo "$($box -- sed -n 's/^ *\([a-z0-9]*\):.*/\1/p' /proc/net/dev)"
  check "$name its control groups are shown" 0::/ "$($box -- tail -n 1 /proc/self/cgroup)"
  check "$name a terminal of its own is one, and its output is whole" "/dev/pts/0 100000" \
    "$($box -t -- sh -c 'tty; seq 100000 | tail -n 1' </dev/null 2>&1 | tr -d '\r' | xargs)"
  check "$name an exit code passes through" 37 "$($box -- sh -c 'exit 37'; echo $?)"
  check "$name a signal becomes 128 and its number" 137 "$($box -- sh -c 'kill -9 $$' 2>&-; echo $?)"
done

# A control group that belongs to the workload's user, as one that was delegated does: only the mount is in the way.
group=/sys/fs/cgroup/capsrun-test
mkdir $group && chown -R 1500:1500 $group
in_group() (
  echo 0 >$group/cgroup.procs
  as_user build/capsrun box -- sh -c "$1" 2>&1
)
# shellcheck disable=SC2016 # It is the shell inside that expands them.
check "on $label: a control group of the user's own is the root inside" "1000 /" \
  "$(in_group 'echo "$(stat -c %u /sys/fs/cgroup/cgroup.procs) $(cut -d: -f3 /proc/self/cgroup)"')"
check "on $label: a control group of the user's own cannot be changed from inside" 2 \
  "$(in_group 'mkdir /sys/fs/cgroup/x; echo 1 >/sys/fs/cgroup/cgroup.procs' | grep -c 'Read-only file system')"

# A file system that cannot show files under another owner: root may not write there, and is told what to do.
mkdir -p /var/tmp/unmapped
check "on $label as root: a write grant that cannot be enforced stops the start" 69 \
  "$(build/capsrun box --write /var/tmp/unmapped -- true 2>/tmp/error; echo $?)"
check "on $label: closed standard streams are no trap" 1 \
  "$(build/capsrun box --read /nonexistent -- true <&- >&- 2>&-; [ $? -eq 66 ]; echo $((1 - $?)))"
check "on $label as root: the error names the remedy" 1 "$(grep -c 'hint: copy it to ext4' /tmp/error)"

exit "$failed"
