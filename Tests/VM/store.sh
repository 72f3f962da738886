#!/bin/sh
# Runs in a virtual machine: fs-verity in the store, on a file system that has it and on one that has not, and a store
# on a full file system.
#
#   Tests/VM/store.sh LABEL     where LABEL goes into the names of the tests

cd "$(dirname "$0")/../.." || exit 1
label=$1
# shellcheck source=Tests/VM/check.sh
. Tests/VM/check.sh
export CAPSRUN_CONFIG=/run/scratch/config

# Called by the name of the caller.
# shellcheck disable=SC2317
as_root() { "$@"; }
# shellcheck disable=SC2317
as_user() { setpriv --reuid 1500 --regid 1500 --clear-groups "$@"; }

# file_system NAME OPTION...: mounts a new one at /run/scratch/NAME. Only with blocks as large as a page each kernel has
# fs-verity.
file_system() {
  mkdir -p "/run/scratch/$1"
  truncate -s 48M "/run/scratch/$1.image"
  mkfs.ext4 -q -b 4096 "/run/scratch/$1.image" "$2" "$3"
  mount -o loop "/run/scratch/$1.image" "/run/scratch/$1"
}
file_system verity -O verity
file_system plain -O ^verity

build/capsrun build --quiet --from-dir examples/hello --output /run/scratch/hello.tar.gz
chmod 644 /run/scratch/hello.tar.gz
chmod 755 /run/scratch

# protected FOLDER: how many files of the tree in a store have fs-verity.
protected() { lsattr -R "$1"/capsules/*/tree 2>&- | cut -c-22 | grep -c V; }

for caller in root user; do
  name="on $label as $caller:"
  for kind in verity plain; do
    export CAPSRUN_STORE=/run/scratch/$kind/$caller
    mkdir "$CAPSRUN_STORE"
    [ $caller = root ] || chown 1500:1500 "$CAPSRUN_STORE"
    as_$caller build/capsrun install --allow-unsigned /run/scratch/hello.tar.gz >/tmp/out 2>&1
    check "$name a capsule is installed where fs-verity is $kind" 0 "$?"
    as_$caller build/capsrun fsck >/tmp/out 2>&1
    check "$name it has no damage where fs-verity is $kind" 0 "$?"
    files=$(find "$CAPSRUN_STORE"/capsules/*/tree -type f -size +0 | wc -l)
    [ $kind = verity ] || files=0
    check "$name each file has it where it is there ($kind)" "$files" "$(protected "$CAPSRUN_STORE")"
  done
done

export CAPSRUN_STORE=/run/scratch/verity/root
file=$(find $CAPSRUN_STORE/capsules/*/tree -name capsule.yml)
chmod u+w "$file"
sh -c 'echo more >>"$1"' sh "$file" 2>&-
check "on $label: not even root writes to a file that has fs-verity" 2 "$?"
chmod u-w "$file"
umount /run/scratch/verity
# The first is that of the content, before what the kernel keeps for checking.
block=$(debugfs -R "blocks ${file#/run/scratch/verity}" /run/scratch/verity.image 2>&- | cut -d ' ' -f 1)
printf X | dd of=/run/scratch/verity.image bs=4096 seek="$block" conv=notrunc 2>&-
mount -o loop /run/scratch/verity.image /run/scratch/verity
build/capsrun fsck >/tmp/out 2>&1
check "on $label: what changed on the disk itself is damage" 65 "$?"
check "on $label: the kernel refuses to read it" 1 "$(grep -c 'tree/capsule.yml: cannot be read.*EIO' /tmp/out)"

# A capsule that is small when it is packed, and larger than the file system when it is not.
mkdir /run/scratch/large
cp -r examples/hello/. /run/scratch/large
truncate -s 60M /run/scratch/large/zeros
build/capsrun build --quiet --from-dir /run/scratch/large --output /run/scratch/large.tar.gz
export CAPSRUN_STORE=/run/scratch/plain/root
build/capsrun install --allow-unsigned /run/scratch/large.tar.gz >/tmp/out 2>&1
check "on $label: what does not fit is not begun to be installed" "125 1" "$? $(grep -c 'there is no room' /tmp/out)"
CAPSRUN_STORE=/run/scratch/store build/capsrun extract --allow-unsigned /run/scratch/large.tar.gz \
  -C /run/scratch/plain/there >/tmp/out 2>&1
check "on $label: what does not fit is not begun to be extracted" "125 1" "$? $(grep -c 'there is no room' /tmp/out)"
CAPSRUN_STORE=/run/scratch/store build/capsrun install --allow-unsigned /run/scratch/large.tar.gz >/tmp/out 2>&1
check "on $label: it is installed where it fits" 0 "$?"

export CAPSRUN_STORE=/run/scratch/plain/full
build/capsrun list 2>&-
dd if=/dev/zero of=/run/scratch/plain/filler bs=1M 2>&-
build/capsrun install --allow-unsigned /run/scratch/hello.tar.gz >/tmp/out 2>&1
check "on $label: nothing is installed on a full file system" 125 "$?"
rm /run/scratch/plain/filler
check "on $label: nothing of it is left there" "0 0" \
  "$(find $CAPSRUN_STORE/capsules $CAPSRUN_STORE/staging -mindepth 1 | wc -l) $(build/capsrun list 2>&- | wc -l)"
build/capsrun install --allow-unsigned /run/scratch/hello.tar.gz >/tmp/out 2>&1
check "on $label: it is installed when there is room" 0 "$?"

exit "$failed"
