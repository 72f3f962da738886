#!/bin/sh
# Runs in a virtual machine: what `capsrun doctor` says of a stock kernel, as root and as an ordinary user.
#
#   Tests/VM/doctor.sh LABEL ABI    where LABEL goes into the names of the tests, and ABI is the kernel's of Landlock

cd "$(dirname "$0")/../.." || exit 1
label=$1
abi=$2
# shellcheck source=Tests/VM/check.sh
. Tests/VM/check.sh

# Called by the name of the caller.
# shellcheck disable=SC2317
as_root() { "$@"; }
# shellcheck disable=SC2317
as_user() { HOME=/tmp setpriv --reuid 1500 --regid 1500 --clear-groups "$@"; }

# field TITLE: state and detail of the line with this title, in /tmp/report.
field() { sed -n "s/^\([a-z]*\)  *$1  *\(.*\)/\1: \2/p" /tmp/report; }

for caller in root user; do
  name="on $label as $caller:"
  before=$(cat /proc/self/mountinfo)
  as_$caller build/capsrun doctor >/tmp/report 2>/tmp/errors
  check "$name doctor says that a box can run" 0 "$?"
  check "$name doctor has nothing to complain about itself" "" "$(cat /tmp/errors)"
  check "$name doctor finds all namespaces" \
    "ok: user mount pid network ipc uts cgroup, with id maps" "$(field 'user namespaces')"
  case $(field Landlock) in "ok: ABI $abi" | "degraded: ABI $abi,"*) named=$abi ;; *) named=$(field Landlock) ;; esac
  check "$name doctor names the version of Landlock" "$abi" "$named"
  case $(field 'control groups') in "ok: v2 with "*) version=v2 ;; *) version=$(field 'control groups') ;; esac
  check "$name doctor finds cgroups v2" v2 "$version"
  check "$name doctor says full, as the kernel is new enough" full "$(sed -n 's/^tier: \([a-z]*\).*/\1/p' /tmp/report)"
  check "$name doctor leaves the mounts as they were" "$before" "$(cat /proc/self/mountinfo)"
done

# The machine made worse: a setting of this kernel, which nobody else uses.
sysctl -q -w kernel.unprivileged_userns_clone=0
as_user build/capsrun doctor >/tmp/report
check "on $label as user: without user namespaces doctor ends with 69" 69 "$?"
check "on $label as user: doctor names the setting that forbids user namespaces" \
  "missing: all refused (clone3: EPERM): kernel.unprivileged_userns_clone is 0" "$(field 'user namespaces')"
as_root build/capsrun doctor >/tmp/report
check "on $label as root: a setting for ordinary users does not stop root" 0 "$?"
sysctl -q -w kernel.unprivileged_userns_clone=1

exit "$failed"
