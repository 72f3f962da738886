#!/bin/sh
# Runs in a virtual machine: what a capsule keeps, on a stock kernel, as root and as an ordinary user.
#
#   Tests/VM/state.sh LABEL     where LABEL goes into the names of the tests

cd "$(dirname "$0")/../.." || exit 1
label=$1
# shellcheck source=Tests/VM/check.sh
. Tests/VM/check.sh

# A file system that can map owners on every kernel.
data=/run/scratch/data
mkdir -p $data
truncate -s 64M /run/scratch/image
mkfs.ext4 -q /run/scratch/image
mount -o loop /run/scratch/image $data

# Called by the name of the caller.
# shellcheck disable=SC2317
as_root() { "$@"; }
# shellcheck disable=SC2317
as_user() { setpriv --reuid 1500 --regid 1500 --clear-groups "$@"; }

for caller in root user; do
  place=$data/$caller
  mkdir -p "$place/app/bin"
  cat >"$place/app/capsule.yml" <<'END'
capsule: 1
name: demo
entrypoint: bin/main
state: {data: /var/lib/demo}
rootfs: {writable: persistent}
END
  cat >"$place/app/bin/main" <<'END'
#!/bin/sh
echo x >>/var/lib/demo/runs
echo x >>own
echo $(wc -l </var/lib/demo/runs) $(wc -l <own)
END
  chmod 755 "$place/app/bin/main"
  [ $caller = root ] || chown -R 1500:1500 "$place"
  run="as_$caller env CAPSRUN_STORE=$place/store build/capsrun"
  name="on $label as $caller:"
  check "$name the first start makes the state" "1 1" "$($run run "$place/app" 2>&1)"
  check "$name the second start sees the state and the changes of the first" "2 2" "$($run run "$place/app" 2>&1)"
  check "$name what was kept belongs to the caller" "$(stat -c %u "$place")" \
    "$(stat -c %u "$place/store/state/demo/data/runs")"
  check "$name state is removed when that is asked for" 0 "$($run remove --state demo >/dev/null 2>&1; echo $?)"
  check "$name then it begins anew" "1 1" "$($run run "$place/app" 2>&1)"
done

exit "$failed"
