/// Why a device is never granted: who may use it controls the host or other sandboxes, whatever else is refused.
package enum DeviceRefusal: String, Hashable, Sendable, CaseIterable {
  case memory, kernelLog, blockDevice, rawStorage, fileSystems, inputInjection, console, privateHardware, hypervisor
  case hostNetwork, machinePower, traffic, socket, alreadyInside

  package var explanation: String {
    switch self {
    case .memory: "it reaches the memory or the registers of the machine"
    case .kernelLog: "it reads and writes the kernel's log"
    case .blockDevice: "it holds whole file systems, without their permissions"
    case .rawStorage: "it sends commands to disks or flash memory past the file systems"
    case .fileSystems: "it is a file system of the host, or serves to mount one"
    case .inputInjection: "it types and clicks on the host"
    case .console: "it reads and writes the host's terminals"
    case .privateHardware: "it drives hardware that can write to all memory"
    case .hypervisor: "it gives orders to the hypervisor or to the host of this machine"
    case .hostNetwork: "it leads around the net grants"
    case .machinePower: "it resets the machine or stops it"
    case .traffic: "it shows what other programs send and receive"
    case .socket: "it is a socket or pipe of a service, not a device"
    case .alreadyInside: "every sandbox has its own"
    }
  }

  /// The first reason that fits a path below /dev.
  static func of(_ path: AbsolutePath) -> DeviceRefusal? {
    let names = path.components.dropFirst()
    return patterns.first { $0.pattern.matches(names) }?.reason
  }

  private static let patterns = names.flatMap { reason, texts in
    texts.split(separator: " ").map { (reason: reason, pattern: PathPattern(String($0))) }
  }

  /// By reason, relative to /dev.
  private static let names: KeyValuePairs<DeviceRefusal, String> = [
    .alreadyInside: "null zero full random urandom fd stdin stdout stderr shm",
    .memory: "mem kmem port core oldmem crash nvram cpu snapshot mcelog userfaultfd sgx_provision",
    .kernelLog: "kmsg",
    .blockDevice: """
    sd* hd* vd* xvd* nvme#*n* mmcblk* loop#* loop-control dm-* mapper md* nbd* zram* ram#* sr#* cdrom* dvd* fd#* \
    disk block drbd* rbd* bcache* pmem* dax* zd* zvol root ubiblock* mtdblock* dasd*
    """,
    .rawStorage: "nvme#* ng#* nvme-fabrics sg#* bsg st#* nst#* mtd* ubi* megaraid* mpt#* raw ndctl* cxl zfs rpmb*",
    .fileSystems: "fuse cuse autofs btrfs-control hugepages mqueue",
    .inputInjection: "uinput uhid userio",
    .console: "console tty tty# tty## vcs* ptmx pts",
    .privateHardware: "vfio iommu vga_arbiter mei* ipmi* isst_interface",
    .hypervisor: "xen vsock vboxdrv vboxdrvu vboxguest vmci vmmon vmbus hv_* sev sev-guest tdx_guest",
    .hostNetwork: "vhost-* ppp",
    .machinePower: "watchdog*",
    .traffic: "usbmon*",
    .socket: "log initctl",
  ]
}

extension DeviceGrant {
  /// Whether the device that a path led to is never granted, by the numbers of Linux's list of devices. It finds those
  /// with fixed numbers under any name; the others are found by name only.
  package static func refusal(ofBlockDevice isBlock: Bool, major: UInt32, minor: UInt32) -> DeviceRefusal? {
    if isBlock { return .blockDevice }
    return DeviceRefusal.numbers.first { $0.major == major && $0.minors.contains(minor) }?.reason
  }
}

extension DeviceRefusal {
  fileprivate static let numbers: [(major: UInt32, minors: ClosedRange<UInt32>, reason: DeviceRefusal)] = [
    (1, 1...2, .memory), (1, 4...4, .memory), (1, 6...6, .memory), (1, 11...11, .kernelLog), (1, 12...12, .memory),
    (4, 0...63, .console), (5, 1...1, .console), (7, 0...255, .console), (9, 0...255, .rawStorage),
    (10, 130...130, .machinePower), (10, 144...144, .memory), (10, 196...196, .privateHardware),
    (10, 203...203, .fileSystems), (10, 223...223, .inputInjection), (10, 229...229, .fileSystems),
    (10, 231...231, .memory), (10, 234...235, .fileSystems), (10, 236...237, .blockDevice),
    (10, 238...238, .hostNetwork),
    (10, 239...240, .inputInjection), (10, 241...241, .hostNetwork), (21, 0...255, .rawStorage),
    (90, 0...255, .rawStorage),
    (108, 0...0, .hostNetwork), (202, 0...UInt32.max, .memory), (203, 0...UInt32.max, .memory),
  ]
}
