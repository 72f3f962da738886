"""A virtual machine for one command: the parts behind scripts/vm.

cli          what the command line asks for, exit status, signals
arguments    reading the command line
help_text    what --help says
job          what one run is to do, as a value
machine      the course of one run
shares       host folders served to the guest (virtiofsd)
qemu         the arguments of the emulator
ports        what comes back from the guest: output and result
initramfs    what goes into the guest: start scripts and the command
kernels      Debian kernels, fetched once
roots        a Debian root with systemd, built once
cache        where both are kept
tools        programs of the host, and the packages they come from
processes    children that cannot outlive us
guest/       the scripts that run inside the guest
"""
