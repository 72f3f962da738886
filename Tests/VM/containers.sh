#!/bin/sh
# Runs in a virtual machine with podman: `capsrun entrypoint` as PID 1 of containers, and what each lets capsrun do.
#
#   Tests/VM/containers.sh TABLE     where TABLE is the file that the table of docs/containers.md is written to

cd "$(dirname "$0")/../.." || exit 1
table=$1
# shellcheck source=Tests/VM/check.sh
. Tests/VM/check.sh

# An image without a registry: busybox, capsrun and a capsule.
image=/run/scratch/image
mkdir -p $image/usr/bin $image/usr/sbin $image/capsule/bin $image/tmp $image/var/tmp $image/proc $image/sys $image/dev \
  $image/run $image/etc $image/data
chmod 1777 $image/tmp $image/var/tmp
cp /bin/busybox $image/usr/bin/busybox
for name in sh cat id echo sleep test kill env ls; do ln -s busybox $image/usr/bin/$name; done
ln -s usr/bin $image/bin
cp build/capsrun $image/usr/bin/capsrun
echo root:x:0:0:root:/root:/bin/sh >$image/etc/passwd
cat >$image/capsule/capsule.yml <<'MANIFEST'
capsule: 1
name: demo
version: 1.0.0
entrypoint: bin/main
MANIFEST
cat >$image/capsule/bin/main <<'PROGRAM'
#!/bin/sh
case $1 in
exit) exit "$2" ;;
kill) kill -9 $$ ;;
who) id -u ;;
secret) cat /data/secret ;;
wait)
  trap 'echo terminated; exit 7' TERM
  echo up
  while :; do sleep 0.1; done
  ;;
orphan)
  (sleep 0.2 &)
  sleep 0.5
  for entry in /proc/[0-9]*; do [ -d "$entry" ] && state="$state $(cut -d' ' -f3 "$entry/stat" 2>/dev/null)"; done
  echo done
  ;;
stay) sleep 1000 ;;
*) echo "it runs" ;;
esac
PROGRAM
chmod 755 $image/capsule/bin/main
echo ungranted >$image/data/secret
chmod 644 $image/data/secret

mkdir -p /run/scratch/containers /run/scratch/run
podman="podman --root /run/scratch/containers --runroot /run/scratch/run --cgroup-manager cgroupfs --storage-driver vfs"
engine() { $podman "$@"; }
tar -C $image -c . | engine import - demo >/dev/null 2>/run/scratch/import || { cat /run/scratch/import; exit 1; }

run="run --rm --network none --log-driver none"
capsrun="/usr/bin/capsrun entrypoint"

# row TITLE EXPECTED-TIER OPTION...: the tier that it gets, and what of a run passes through; one line of the table.
row() {
  title=$1
  expected=$2
  shift 2
  # Nothing may be missing.
  # shellcheck disable=SC2086
  strict=$(engine $run "$@" demo $capsrun /capsule 2>&1 >/dev/null)
  strict_code=$?
  # shellcheck disable=SC2086
  engine $run "$@" demo $capsrun --min-tier filter-only /capsule >/run/scratch/output 2>/run/scratch/errors
  code=$?
  tier=$(sed -n 's/.*tier \(full\|reduced\|filter-only\)$/\1/p' /run/scratch/errors | head -n 1)
  # shellcheck disable=SC2086
  exit_code=$(engine $run "$@" demo $capsrun --min-tier filter-only /capsule -- exit 37 >/dev/null 2>&1; echo $?)
  # shellcheck disable=SC2086
  kill_code=$(engine $run "$@" demo $capsrun --min-tier filter-only /capsule -- kill >/dev/null 2>&1; echo $?)
  # shellcheck disable=SC2086
  user=$(engine $run "$@" demo $capsrun --min-tier filter-only /capsule -- who 2>/dev/null)
  # shellcheck disable=SC2086
  secret=$(engine $run "$@" demo $capsrun --min-tier filter-only /capsule -- secret 2>&1 | grep -c "^ungranted")
  check "in a container, $title: the tier" "$expected" "$tier"
  [ "$expected" = "$tier" ] || sed 's/^/# /' /run/scratch/errors
  check "in a container, $title: it runs" "0 it runs" "$code $(cat /run/scratch/output)"
  check "in a container, $title: an exit code passes through" 37 "$exit_code"
  check "in a container, $title: a signal becomes 128 and its number" 137 "$kill_code"
  check "in a container, $title: the program is not root" 0 "$([ "${user:-0}" != 0 ]; echo $?)"
  check "in a container, $title: an ungranted file is shut" 0 "$secret"
  if [ "$expected" = full ]; then wanted=0; else wanted=69; fi
  check "in a container, $title: without permission only the full tier is taken" $wanted $strict_code
  [ $wanted = $strict_code ] || echo "$strict" | sed 's/^/# /'
  options=none
  [ $# -eq 0 ] || options="\`$(echo "$*" | sed 's|/run/scratch/docker.json|FILE|')\`"
  echo "| $title | $options | $tier | $strict_code | $code, $exit_code, $kill_code |" >>"$table"
}

{
  echo "| container | options of podman | tier | exit code without permission | of a program that ends well, with 37, by SIGKILL |"
  echo "|---|---|---|---|---|"
} >"$table"
row "as it comes" filter-only
row "as a user" filter-only --user 1000
row "read-only root" filter-only --read-only
row "no capabilities, as a user" filter-only --cap-drop ALL --user 1000
row "no filter" reduced --security-opt seccomp=unconfined
row "no filter, /proc not masked" full --security-opt seccomp=unconfined --security-opt unmask=ALL
row "no filter, /proc not masked, read-only root" full --security-opt seccomp=unconfined --security-opt unmask=ALL --read-only
row "no filter, /proc not masked, as a user" full --security-opt seccomp=unconfined --security-opt unmask=ALL --user 1000
# What Docker's own profile does to namespaces, and podman's does not: clone3 is not there, and clone makes none.
cat >/run/scratch/docker.json <<'PROFILE'
{
  "defaultAction": "SCMP_ACT_ALLOW",
  "syscalls": [
    {"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38},
    {"names": ["unshare", "setns", "mount", "umount2", "pivot_root", "sethostname"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1},
    {
      "names": ["clone"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1,
      "args": [{"index": 0, "value": 268435456, "valueTwo": 268435456, "op": "SCMP_CMP_MASKED_EQ"}]
    }
  ]
}
PROFILE
row "no namespaces, as by Docker's filter" filter-only --security-opt seccomp=/run/scratch/docker.json
row "SYS_ADMIN" reduced --cap-add SYS_ADMIN
row "SYS_ADMIN, /proc not masked" full --cap-add SYS_ADMIN --security-opt unmask=ALL
row "privileged" full --privileged

# The same file without capsrun.
# shellcheck disable=SC2086
check "in a container, without capsrun: that file is open to everybody" ungranted \
  "$(engine $run --user 1000 demo cat /data/secret 2>&1)"

# What `docker stop` does.
for name in "as it comes" privileged; do
  option=--privileged
  [ "$name" = privileged ] || option=
  # shellcheck disable=SC2086
  engine run -d --name stopped --network none $option demo $capsrun --min-tier filter-only /capsule -- wait >/dev/null
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    engine logs stopped 2>/dev/null | grep -q up && break
    sleep 0.5
  done
  engine stop -t 30 stopped >/dev/null 2>&1
  check "in a container ($name): a stop reaches the program, and its exit code passes through" "7 terminated" \
    "$(engine inspect -f '{{.State.ExitCode}}' stopped) $(engine logs stopped 2>/dev/null | tail -n 1)"
  engine rm -f stopped >/dev/null 2>&1
done

# An orphan that PID 1 did not make: somebody else's, by way of exec.
# shellcheck disable=SC2086
engine run -d --name reaping --network none demo $capsrun --min-tier filter-only /capsule -- stay >/dev/null
sleep 3
engine exec reaping sh -c 'sleep 0.1 & exec sleep 0' >/dev/null 2>&1
sleep 2
# shellcheck disable=SC2016
check "in a container: PID 1 reaps what is orphaned" 0 \
  "$(engine exec reaping sh -c 'n=0; for f in /proc/[0-9]*/stat; do read -r line <$f; case $line in *") Z "*) n=$((n + 1));; esac; done; echo $n' 2>&1)"
check "in a container: PID 1 is capsrun" "/usr/bin/capsrun" \
  "$(engine exec reaping sh -c 'tr "\0" "\n" </proc/1/cmdline | head -n 1' 2>&1)"
engine kill reaping >/dev/null 2>&1
engine rm -f reaping >/dev/null 2>&1

# The options that it names are those that help.
# shellcheck disable=SC2086
hint=$(engine $run demo $capsrun --min-tier filter-only /capsule 2>&1 >/dev/null | grep -c 'seccomp=unconfined.*unmask=ALL')
check "in a container: the options for a stronger tier are named" 1 "$hint"

exit "$failed"
