/// What the arguments of a system call mean, as far as it helps whoever reads it.
enum CallShape {
  /// What one argument is.
  enum Argument {
    /// A number of 32 bits that may be negative.
    case number
    /// Bits, in hexadecimal digits.
    case bits
    /// A mode of a file, in octal digits.
    case mode
    /// A descriptor, or the current folder.
    case folder
    /// The address of a path or another short text.
    case text
    /// An address whose content says nothing here.
    case address
    /// A number with names.
    case word(CallWords)
  }

  /// By the name of the call. Those that are missing are shown without arguments.
  static func arguments(of call: String) -> [Argument]? { shapes[call] }

  static var names: [String] { Array(shapes.keys) }

  private static let shapes: [String: [Argument]] = processes.merging(files) { one, _ in one }.merging(kernel) {
    one, _ in one
  }

  private static let processes: [String: [Argument]] = [
    "capset": [.address, .address],
    "clone": [.word(.cloneFlags), .address],
    "clone3": [.address, .number],
    "execve": [.text, .address, .address],
    "execveat": [.folder, .text, .address, .address, .bits],
    "get_mempolicy": [.address, .address],
    "ioprio_set": [.number, .number, .number],
    "kcmp": [.number, .number, .number],
    "kill": [.number, .number],
    "memfd_create": [.text, .bits],
    "mlockall": [.bits],
    "personality": [.bits],
    "pidfd_getfd": [.number, .number, .bits],
    "prctl": [.number],
    "prlimit64": [.number, .number, .address, .address],
    "process_madvise": [.number, .address],
    "process_vm_readv": [.number, .address],
    "process_vm_writev": [.number, .address],
    "ptrace": [.word(.traceRequest), .number, .address, .address],
    "sched_setaffinity": [.number, .number, .address],
    "sched_setattr": [.number, .address],
    "sched_setparam": [.number, .address],
    "sched_setscheduler": [.number, .number, .address],
    "setns": [.number, .word(.cloneFlags)],
    "setpriority": [.number, .number, .number],
    "socket": [.word(.family), .word(.socketType), .number],
    "socketpair": [.word(.family), .word(.socketType), .number, .address],
    "unshare": [.word(.cloneFlags)],
  ]

  private static let files: [String: [Argument]] = [
    "access": [.text, .mode], "chdir": [.text], "chmod": [.text, .mode], "chown": [.text, .number, .number],
    "chroot": [.text], "creat": [.text, .mode], "faccessat": [.folder, .text, .mode],
    "faccessat2": [.folder, .text, .mode, .bits], "fanotify_init": [.bits, .bits], "fchmod": [.number, .mode],
    "fchmodat": [.folder, .text, .mode], "fchmodat2": [.folder, .text, .mode, .bits],
    "fchownat": [.folder, .text, .number, .number], "fsopen": [.text, .bits], "fspick": [.folder, .text, .bits],
    "getxattr": [.text, .text], "inotify_add_watch": [.number, .text, .bits], "lchown": [.text, .number, .number],
    "lgetxattr": [.text, .text], "link": [.text, .text], "linkat": [.folder, .text, .folder, .text, .bits],
    "listxattr": [.text], "lsetxattr": [.text, .text], "lstat": [.text], "mkdir": [.text, .mode],
    "mkdirat": [.folder, .text, .mode], "mknod": [.text, .mode, .bits], "mknodat": [.folder, .text, .mode, .bits],
    "mount": [.text, .text, .text, .bits, .address], "mount_setattr": [.folder, .text, .bits],
    "move_mount": [.folder, .text, .folder, .text, .bits], "name_to_handle_at": [.folder, .text],
    "newfstatat": [.folder, .text], "open": [.text, .bits, .mode], "open_by_handle_at": [.number, .address, .bits],
    "open_tree": [.folder, .text, .bits], "openat": [.folder, .text, .bits, .mode], "openat2": [.folder, .text],
    "pivot_root": [.text, .text], "quotactl": [.bits, .text], "readlink": [.text], "readlinkat": [.folder, .text],
    "removexattr": [.text, .text], "rename": [.text, .text], "renameat": [.folder, .text, .folder, .text],
    "renameat2": [.folder, .text, .folder, .text, .bits], "rmdir": [.text], "setxattr": [.text, .text],
    "stat": [.text], "statfs": [.text], "statx": [.folder, .text], "swapoff": [.text], "swapon": [.text, .bits],
    "symlink": [.text, .text], "symlinkat": [.text, .folder, .text], "truncate": [.text, .number],
    "umount2": [.text, .bits], "unlink": [.text], "unlinkat": [.folder, .text, .bits], "utime": [.text],
    "utimensat": [.folder, .text], "utimes": [.text],
  ]

  private static let kernel: [String: [Argument]] = [
    "acct": [.text],
    "add_key": [.text, .text, .address, .number, .number],
    "bpf": [.number, .address, .number],
    "connect": [.number, .address, .number],
    "bind": [.number, .address, .number],
    "delete_module": [.text, .bits],
    "finit_module": [.number, .text, .bits],
    "init_module": [.address, .number, .text],
    "io_uring_setup": [.number, .address],
    "ioctl": [.number, .word(.ioctlRequest)],
    "keyctl": [.word(.keyOperation)],
    "listen": [.number, .number],
    "perf_event_open": [.address, .number, .number, .number, .bits],
    "reboot": [.bits, .bits, .bits],
    "request_key": [.text, .text],
    "sethostname": [.address, .number],
    "syslog": [.number],
    "userfaultfd": [.bits],
  ]
}
