"""The arguments of the emulator."""

# A bare q35. (microvm is smaller and starts sooner, but at times hangs early
# in the start with virtiofs.)
MACHINE = ("q35,smm=off,usb=off,sata=off,vmport=off,smbus=off,hpet=off,"
           "memory-backend=memory")

# Emulation makes page faults dear. Without address randomisation starting a
# dynamic program takes a third of the time.
KERNEL_ARGUMENTS = ("console=ttyS0 quiet loglevel=4 panic=-1 oops=panic "
                    "mitigations=off norandmaps no_timer_check "
                    "random.trust_cpu=on")


def command(job, initramfs, console, ports, connections):
    """Return the command line.

    `ports` are sockets for the guest's serial ports, `connections` those to
    the servers of its shares, both by name.
    """
    return [
        "qemu-system-x86_64", "-nodefaults", "-no-user-config",
        "-display", "none", "-no-reboot",
        "-accel", "tcg,thread=multi", "-cpu", "max", "-M", MACHINE,
        *_size(job),
        "-kernel", str(job.kernel.image), "-initrd", str(initramfs),
        "-append", f"{KERNEL_ARGUMENTS} {job.kernel_arguments}",
        "-chardev", f"file,id=console,path=/dev/fd/{console.fileno()}",
        "-serial", "chardev:console",
        "-device", "virtio-rng-pci",
        "-device", "virtio-serial-pci",
        *_ports(ports),
        *_shares(connections),
    ]


def _size(job):
    # virtiofsd reads and writes the guest's memory: it must be shareable.
    memory = f"memory-backend-memfd,id=memory,size={job.memory_mib}M,share=on"
    return ["-m", f"{job.memory_mib}M", "-smp", str(job.processors),
            "-object", memory]


def _ports(ports):
    arguments = []
    for name, port in ports.items():
        arguments += ["-chardev", f"socket,id={name},fd={port.fileno()}",
                      "-device",
                      f"virtserialport,chardev={name},name={name}"]
    return arguments


def _shares(connections):
    arguments = []
    for tag, connection in connections.items():
        arguments += ["-chardev", f"socket,id={tag},fd={connection.fileno()}",
                      "-device", f"vhost-user-fs-pci,chardev={tag},tag={tag}"]
    return arguments
