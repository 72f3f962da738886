"""What scripts/vm --help says."""

USAGE = """\
scripts/vm [OPTION...] -- CMD [ARG...]
       scripts/vm [OPTION...] -c SCRIPT
       scripts/vm [--kernel V] [--systemd|--podman] --setup"""

DESCRIPTION = """\
Run a command in a virtual machine with a Debian kernel. The machine sees the
files of this one, and what it writes is thrown away. It starts in about four
seconds, emulated: neither KVM nor disk images are needed."""

OPTIONS = {
    "-c": "run this script of sh",
    "--user": "run as this user, not as root: NAME, NAME:UID or UID; made in "
              "the guest if it is not there (user id 1500 unless given)",
    "--systemd": "with systemd as PID 1, and with the user's systemd if "
                 "--user is given; in a Debian root of its own unless --root "
                 "is given",
    "--podman": "in a Debian root with podman, unless --root is given",
    "--kernel": "kernel of Debian, such as 6.12 (default) or 6.1",
    "--root": "folder to use as root (default: /, without other file systems "
              "mounted in it)",
    "--share": "make this folder writable in the guest, where else it is only "
               "readable; can be repeated",
    "--mem": "memory in MiB (default: %(default)s)",
    "--smp": "number of processors (default: %(default)s)",
    "--modules": "kernel modules to load first, separated by commas; most "
                 "load by themselves when used",
    "--append": "more arguments of the kernel; if they begin with a dash: "
                "--append=ARGS",
    "--timeout": "seconds until the machine is killed, its start included "
                 "(default: %(default)g)",
    "--console": "write the kernel's console to this file",
    "--setup": "run nothing, only fetch what later runs need: the kernels "
               "6.12 and 6.1, or that of --kernel; with --systemd or --podman "
               "its root",
    "--verbose": "print steps and times on stderr",
}

EPILOG = """\
In the guest:
  /              the root; changes stay in memory
  /run/host      the same without changes, as lower folder of overlays
  /run/scratch   a tmpfs, for upper folders of overlays
  /sys/fs/cgroup cgroup2 with all controllers
  The working folder is the same as here; stdin is empty; there is no network
  but lo. With a root other than / the project tree is at its place, too, but
  read-only. Use --share for files that shall be seen outside.

Exit status:
  that of the command, or 128+N if signal N killed it
  64   the command line makes no sense
  124  timeout
  125  the virtual machine failed, not the command

Files:
  ${CAPSRUN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/capsrun}/vm has the kernels
  and roots. They are fetched on first use. Remove it to fetch newer ones.

Examples:
  scripts/vm -- uname -r
  scripts/vm --kernel 6.1 --user tester -- build/capsrun doctor
  scripts/vm --share /tmp/out -c 'dmesg > /tmp/out/dmesg'
  scripts/vm --systemd --user tester -- \\
      systemd-run --user --scope -p Delegate=yes build/capsrun doctor
  scripts/vm --setup --systemd

Must be run as root. Debian packages: qemu-system-x86 busybox-static kmod zstd,
and mmdebstrap for --systemd and --podman.
"""
