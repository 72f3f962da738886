internal import CLinux
internal import Glibc

/// A system call that a confined process must not be able to make, with arguments that would do nothing if it were.
package struct Attempt: Sendable {
  package let call: SystemCall
  package let number: UInt32
  package let arguments: [UInt64]

  fileprivate init(_ call: SystemCall, _ number: CInt, _ arguments: [UInt64] = []) {
    self.call = call
    self.number = UInt32(number)
    self.arguments = arguments
  }

  /// Without any filter the kernel would answer each of these with another error than a filter does, or with none.
  package static var all: Attempts { Attempts() }

  /// Makes the call; returns its error, or nil when it succeeded.
  package func make() -> Errno? {
    let padded: [UInt64] = arguments + [0, 0, 0]
    let error = padded.withUnsafeBufferPointer { cl_attempt(CInt(number), $0.baseAddress) }
    return error == 0 ? nil : Errno(rawValue: error)
  }

  /// The architecture that filters are asked about, as `struct seccomp_data` names it.
  package static var architecture: UInt32 { cl_native_architecture }
}

/// All attempts, one after the other: an array of them would be one more generic type that each start sets up.
package struct Attempts: Sequence, IteratorProtocol, Sendable {
  private var index = 0

  fileprivate init() {}

  package mutating func next() -> Attempt? {
    defer { index += 1 }
    let wrong = UInt64(CInt.max)
    return switch index {
    case 0: Attempt(.bpf, cl_number_bpf, [wrong])
    case 1: Attempt(.clone3, cl_number_clone3)
    case 2: Attempt(.io_uring_setup, cl_number_io_uring_setup)
    // TIOCSTI, with a bit above those that the kernel looks at.
    case 3: Attempt(.ioctl, cl_number_ioctl, [wrong, 0x1_0000_5412])
    case 4: Attempt(.keyctl, cl_number_keyctl, [wrong])
    case 5: Attempt(.move_mount, cl_number_move_mount, [wrong, 0, wrong])
    case 6: Attempt(.perf_event_open, cl_number_perf_event_open)
    // AF_VSOCK
    case 7: Attempt(.socket, cl_number_socket, [40, 1])
    case 8: Attempt(.unshare, cl_number_unshare, [wrong])
    case 9: Attempt(.userfaultfd, cl_number_userfaultfd, [wrong])
    default: nil
    }
  }
}

/// What holds for a confined process, asked of the kernel.
package enum Confinement {
  /// The error of making a device: that of Landlock comes before that for want of a privilege. nil when it was made. mknod(2)
  package static func refusalOfDevice(at path: String) -> Errno? { refusal(cl_attempt_device(path)) }

  /// The error of connecting to a host that no route leads to; nil for none. Nothing is sent. connect(2)
  package static var refusalOfRoute: Errno? { refusal(cl_attempt_route()) }

  /// Whether the mount at a path is read-only. statvfs(2)
  package static func isReadOnly(_ path: String) -> Bool { cl_is_read_only(path) == 1 }

  /// Whether this process has no capability, and cannot gain one by executing a file. capget(2), PR_CAPBSET_READ
  package static var hasNoCapabilities: Bool { cl_has_capabilities() == 0 }

  /// Whether this process has no capability now. Its bounding set stays where it has no right to empty it. capget(2)
  package static var holdsNoCapabilities: Bool { cl_holds_capabilities() == 0 }

  /// Whether this kernel's Landlock keeps signals inside.
  package static var keepsSignals: Bool { cl_landlock_version() >= 6 }

  /// The error of listing a folder; nil for none.
  package static func refusalOfListing(_ path: String) -> Errno? { refusal(cl_attempt_listing(path)) }

  /// The error of signalling the process that made this one; nil for none. Nothing is sent. kill(2)
  package static var refusalOfSignal: Errno? { refusal(cl_attempt_signal()) }

  /// The error of making a socket of the internet; nil when it was made. socket(2)
  package static var refusalOfSocket: Errno? { refusal(cl_attempt_socket()) }

  /// Whether executing a set-user-id file gains nothing. PR_GET_NO_NEW_PRIVS
  package static var hasNoNewPrivileges: Bool { cl_has_no_new_privileges() == 1 }

  private static func refusal(_ error: CInt) -> Errno? { error == 0 ? nil : Errno(rawValue: error) }
}
