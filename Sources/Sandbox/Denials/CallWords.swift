/// Names for the numbers of an argument, as the manual pages have them. All are the same on each architecture.
enum CallWords {
  case family, socketType, traceRequest, cloneFlags, ioctlRequest, keyOperation

  func text(of value: UInt64) -> String {
    // The kernel looks at the lower half of all of these but of clone's flags, whose upper half no flag is in.
    let low = UInt32(truncatingIfNeeded: value)
    switch self {
    case .family: return Self.families[low] ?? String(low)
    case .socketType: return socketType(low)
    case .traceRequest: return Self.traceRequests[low] ?? CallText.bits(UInt64(low))
    case .cloneFlags: return flags(low)
    case .ioctlRequest: return Self.ioctlRequests[low] ?? CallText.bits(UInt64(low))
    case .keyOperation: return Self.keyOperations[low] ?? String(low)
    }
  }

  private func socketType(_ value: UInt32) -> String {
    let kinds: [UInt32: String] = [
      1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 4: "SOCK_RDM", 5: "SOCK_SEQPACKET", 6: "SOCK_DCCP",
      10: "SOCK_PACKET",
    ]
    var text = kinds[value & 0xf] ?? String(value & 0xf)
    if value & 0o2000000 != 0 { text += "|SOCK_CLOEXEC" }
    if value & 0o4000 != 0 { text += "|SOCK_NONBLOCK" }
    let rest = value & ~(0xf | 0o2004000)
    return rest == 0 ? text : text + "|" + CallText.bits(UInt64(rest))
  }

  /// The new namespaces by their names; the others, and the signal in the lowest byte, as they are.
  private func flags(_ value: UInt32) -> String {
    var parts: [String] = []
    var rest = value
    for (bit, name) in Self.namespaceFlags where value & bit != 0 {
      parts.append(name)
      rest &= ~bit
    }
    if rest != 0 || parts.isEmpty { parts.append(CallText.bits(UInt64(rest))) }
    return parts.joined(separator: "|")
  }

  private static let namespaceFlags: [(UInt32, String)] = [
    (0x1000_0000, "CLONE_NEWUSER"), (0x0002_0000, "CLONE_NEWNS"), (0x2000_0000, "CLONE_NEWPID"),
    (0x4000_0000, "CLONE_NEWNET"), (0x0800_0000, "CLONE_NEWIPC"), (0x0400_0000, "CLONE_NEWUTS"),
    (0x0200_0000, "CLONE_NEWCGROUP"),
  ]

  private static let families: [UInt32: String] = [
    0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 3: "AF_AX25", 4: "AF_IPX", 5: "AF_APPLETALK", 9: "AF_X25",
    10: "AF_INET6", 15: "AF_KEY", 16: "AF_NETLINK", 17: "AF_PACKET", 21: "AF_RDS", 24: "AF_PPPOX", 26: "AF_LLC",
    27: "AF_IB", 28: "AF_MPLS", 29: "AF_CAN", 30: "AF_TIPC", 31: "AF_BLUETOOTH", 33: "AF_RXRPC", 36: "AF_IEEE802154",
    37: "AF_CAIF", 38: "AF_ALG", 39: "AF_NFC", 40: "AF_VSOCK", 41: "AF_KCM", 42: "AF_QIPCRTR", 43: "AF_SMC",
    44: "AF_XDP", 45: "AF_MCTP",
  ]

  private static let traceRequests: [UInt32: String] = [
    0: "PTRACE_TRACEME", 1: "PTRACE_PEEKTEXT", 2: "PTRACE_PEEKDATA", 3: "PTRACE_PEEKUSER", 4: "PTRACE_POKETEXT",
    5: "PTRACE_POKEDATA", 6: "PTRACE_POKEUSER", 7: "PTRACE_CONT", 8: "PTRACE_KILL", 9: "PTRACE_SINGLESTEP",
    16: "PTRACE_ATTACH", 17: "PTRACE_DETACH", 24: "PTRACE_SYSCALL", 0x4200: "PTRACE_SETOPTIONS",
    0x4204: "PTRACE_GETREGSET", 0x4206: "PTRACE_SEIZE", 0x420e: "PTRACE_GET_SYSCALL_INFO",
  ]

  private static let ioctlRequests: [UInt32: String] = [
    0x5412: "TIOCSTI", 0x541c: "TIOCLINUX", 0x5423: "TIOCSETD", 0x5401: "TCGETS", 0x5413: "TIOCGWINSZ",
    0x540e: "TIOCSCTTY",
  ]

  private static let keyOperations: [UInt32: String] = [
    0: "KEYCTL_GET_KEYRING_ID", 1: "KEYCTL_JOIN_SESSION_KEYRING", 2: "KEYCTL_UPDATE", 3: "KEYCTL_REVOKE",
    4: "KEYCTL_CHOWN", 5: "KEYCTL_SETPERM", 6: "KEYCTL_DESCRIBE", 7: "KEYCTL_CLEAR", 8: "KEYCTL_LINK",
    9: "KEYCTL_UNLINK", 10: "KEYCTL_SEARCH", 11: "KEYCTL_READ",
  ]
}
