internal import Glibc

/// The calls that this module makes, by the names of their manual pages.
package enum SystemCall: String, Hashable, Sendable {
  case accept, access, bind, bpf, capset, chdir, chmod, chown, clone, clone3, close_range, dup, epoll_create, epoll_ctl,
    epoll_wait, execve, fcntl, fstat, getcwd,
    getgroups, getrandom,
    getdents, getxattr, inotify_add_watch
  case connect, flock, fsync, io_uring_setup, ioctl, keyctl, link, mknod, perf_event_open, pthread_create, socket,
    statfs, statvfs, syncfs, unlink
  case landlock_add_rule, landlock_create_ruleset, landlock_restrict_self, mmap, mkdir, mount, mount_setattr,
    move_mount,
    ftruncate, open, open_tree, openat2, pidfd_open, pidfd_send_signal,
    pipe, pivot_root, poll, prctl, prlimit, read, readlink
  case recv, seccomp, send, setpriority, setgroups, sethostname, setns, setpgid, setresuid, setrlimit, setsid, signalfd,
    shutdown, sigprocmask
  case socketpair, symlink, sysinfo, timerfd_create, timerfd_settime, umount, uname, unshare, userfaultfd, waitid,
    write, rename
}

/// A system call that failed: which, on what, and why.
package struct SysError: Error, Hashable, Sendable {
  package let call: SystemCall
  package let subject: String
  package let errno: Errno

  package init(_ call: SystemCall, _ subject: String, _ errno: Errno) {
    self.call = call
    self.subject = subject
    self.errno = errno
  }
}

/// Runs one system call, again after EINTR, and turns -1 into a `SysError`.
///
/// EBADF and EFAULT are mistakes of this program, never of its user, and stop it.
@discardableResult
func check<Result: SignedInteger>(
  _ call: SystemCall, _ subject: @autoclosure () -> String, _ body: () -> Result
) throws(SysError) -> Result {
  while true {
    let result = body()
    if result != -1 { return result }
    let errno = Errno(rawValue: Glibc.errno)
    switch errno {
    case .interrupted: continue
    case .badDescriptor, .badAddress: preconditionFailure("\(call) \(subject()): \(errno.name)")
    default: throw SysError(call, subject(), errno)
    }
  }
}
