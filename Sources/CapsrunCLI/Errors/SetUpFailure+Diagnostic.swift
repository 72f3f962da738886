internal import Diagnostics
internal import Linux
internal import Sandbox

/// The catalogue of what goes wrong when a sandbox is set up: from stage, call and error to cause and remedy.
extension SetUpFailure {
  var diagnostic: Diagnostic {
    if stage == .tripwire {
      let found = error.errno.rawValue == 0 ? "" : ", and ended with \(error.errno.name)"
      return Diagnostic(
        "cannot \(step), which does not hold: \(error.call.rawValue): \(error.subject)\(found)",
        hint: "something around capsrun answers for the kernel, such as an outer sandbox: run it outside of that",
        exitCode: .unavailable)
    }
    if let known = Self.catalogue.first(where: { $0.matches(self) }) {
      return Diagnostic(
        "cannot \(step): \(known.cause) (\(callText))", hint: known.remedy, exitCode: known.exitCode)
    }
    return error.diagnostic(doing: step)
  }

  private var callText: String {
    let what = error.subject.isEmpty ? "" : " \(quoted(error.subject))"
    return "\(error.call.rawValue)\(what): \(error.errno.name)"
  }

  struct Entry {
    let stage: Stage
    /// nil for any call.
    let call: SystemCall?
    let errno: Errno
    /// The type of a file system that is mounted; nil for any.
    let type: String?
    let cause: String
    let remedy: String
    let exitCode: ExitCode

    init(
      _ stage: Stage, _ call: SystemCall?, _ errno: Errno, of type: String? = nil, _ cause: String, _ remedy: String,
      _ exitCode: ExitCode
    ) {
      self.stage = stage
      self.call = call
      self.errno = errno
      self.type = type
      self.cause = cause
      self.remedy = remedy
      self.exitCode = exitCode
    }

    func matches(_ failure: SetUpFailure) -> Bool {
      stage == failure.stage && (call == nil || call == failure.error.call) && errno == failure.error.errno
        && (type.map { failure.error.subject.hasPrefix($0 + " on ") } ?? true)
    }
  }

  private static let namespacesForbidden = (
    cause: "user namespaces are forbidden here: by the system's policy, by an outer container, or because of a chroot",
    remedy:
      "allow user namespaces for capsrun, or run it outside of the container or chroot; capsrun doctor tells which"
  )

  private static let securityModule = (
    cause: "a security module forbids it in user namespaces: AppArmor or SELinux",
    remedy: "allow it in the module's profile for capsrun, or run capsrun as root; capsrun doctor names the module"
  )

  private static let noTerminal = (
    cause: "there are as many as there may be, on this machine or in the sandbox",
    remedy: "close others, or raise the limit, for example: sysctl kernel.pty.max=8192; --no-terminal does without"
  )

  static let catalogue: [Entry] = namespaceEntries + sourceEntries + stepEntries + confinementEntries + limitEntries

  private static let namespaceEntries: [Entry] = [
    Entry(.namespaces, .clone3, .notPermitted, namespacesForbidden.cause, namespacesForbidden.remedy, .unavailable),
    // Mapping the owner of a granted file takes a user namespace as well.
    Entry(.sources, .clone3, .notPermitted, namespacesForbidden.cause, namespacesForbidden.remedy, .unavailable),
    Entry(
      .namespaces, .clone3, .noSpace,
      "no further namespace may be made: by a limit of the system, or 32 deep in others",
      "raise the limits user.max_*_namespaces, for example: sysctl user.max_user_namespaces=10000", .unavailable),
    Entry(
      .namespaces, .clone3, .tooManyUsers, "user namespaces are nested no deeper than 32",
      "run capsrun outside of the sandboxes around it", .unavailable),
    Entry(
      .namespaces, .clone3, .invalidArgument, "this kernel lacks a kind of namespace",
      "use a kernel with CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_NET_NS, CONFIG_IPC_NS and CONFIG_UTS_NS", .unavailable),
    Entry(
      .joining, .clone3, .notImplemented,
      "nothing but clone3 starts a process in a control group, and it is refused here",
      "give the outer container a newer seccomp profile, or run capsrun outside of it", .unavailable),
    Entry(
      .namespaces, .openat2, .noSpace, noTerminal.cause, noTerminal.remedy, .unavailable),
    Entry(.joining, .openat2, .noSpace, noTerminal.cause, noTerminal.remedy, .unavailable),
    Entry(
      .joining, .setns, .notSupported,
      "this machine gives no namespaces, in which alone processes can be held together",
      "allow namespaces for capsrun, which capsrun doctor tells how to; or run its processes one by one with capsrun run",
      .unavailable),
    Entry(
      .joining, .setrlimit, .notPermitted, "RLIMIT_LOCKS is limited here, and leaves no room for a mark",
      "start capsrun without that limit (ulimit -x unlimited), or give it a control group of its own", .unavailable),
    Entry(
      .joining, .fstat, .isFolder, "it is a folder of the host, out of which .. leads anywhere",
      "give it a file, a pipe or a terminal", .usage),
    Entry(
      .limits, .mkdir, .noSpace, "there are as many control groups as there may be",
      "wait until others have ended, or raise the limit of the machine", .unavailable),
    Entry(.joining, .clone3, .noMemory, "the sandbox has ended", "start it again", .failed),
    Entry(
      .namespaces, .write, .notPermitted, "the id maps of the new user namespace were refused",
      "allow user namespaces for capsrun (AppArmor may restrict them), or run it as root", .unavailable),
    Entry(
      .namespaces, .open, .readOnlyFileSystem, "an outer container shows its /proc read-only",
      "run capsrun outside of the container, or give the container a writable /proc", .unavailable),
  ]

  private static let sourceEntries: [Entry] = [
    Entry(
      .sources, nil, .noSuchFile, "it is not there",
      "create it, or end the path with ? if it may be missing", .noInput),
    Entry(
      .sources, nil, .stale, "it was replaced by something else since it was looked at",
      "start again, and look who does that",
      .failed),
    Entry(
      .sources, nil, .tooManyLinks, "a part of its path has become a link since it was looked at",
      "start again, and look who does that", .failed),
    Entry(
      .sources, nil, .notDirectory, "a part of its path is not a folder", "check the path", .noInput),
    Entry(
      .sources, nil, .accessDenied, "you may not go there yourself",
      "grant a path that you can reach", .failed),
    Entry(
      .sources, .mount_setattr, .invalidArgument, "its file system cannot show files under another owner",
      "copy it to ext4, xfs or btrfs, or have the store there for state; only to be read, it may also be readable for everybody",
      .unavailable),
    Entry(
      .sources, .mount_setattr, .notImplemented, "this kernel cannot restrict mounts recursively",
      "use Linux 5.12 or newer", .unavailable),
  ]

  private static let stepEntries: [Entry] = [
    Entry(
      .sources, .open_tree, .noDevice, "it is no device node", "look what has taken its place in /dev", .failed),
    Entry(
      .step, .open, .readOnlyFileSystem,
      "there is no such path yet in the folder that is shown there, and none is made in it",
      "create it on the host, or choose a target outside of granted folders", .usage),
    Entry(
      .step, .openat2, .tooManyLinks, "a link stands there that is not followed, or leads in a circle",
      "make it a folder in the base, or choose another target", .badData),
    Entry(
      .step, .openat2, .notDirectory, "what stands there is no folder",
      "make it a folder in the base, or choose another target", .badData),
    Entry(
      .step, .fstat, .stale, "without a mount namespace it is not at that path, or something else is there by now",
      "grant it with the same path inside, or let capsrun make namespaces; capsrun doctor tells how", .unavailable),
    Entry(
      .step, .mount, .notPermitted, of: "overlay", "this kernel lets nobody but root lay one file system over another",
      "use Linux 5.11 or newer, or base: host without writable: ephemeral", .unavailable),
    Entry(
      .step, .mount, .noDevice, of: "overlay", "this kernel has no overlayfs",
      "load its module (modprobe overlay), or use base: host without writable: ephemeral", .unavailable),
    Entry(
      .step, .mount, .invalidArgument, of: "overlay",
      "its file system cannot lie below an overlay, or something is mounted in it",
      "copy it to ext4, xfs, btrfs or tmpfs, with nothing mounted in it", .unavailable),
    Entry(.step, .mount, .accessDenied, securityModule.cause, securityModule.remedy, .unavailable),
    Entry(.step, .move_mount, .accessDenied, securityModule.cause, securityModule.remedy, .unavailable),
    Entry(.step, .pivot_root, .accessDenied, securityModule.cause, securityModule.remedy, .unavailable),
    // The helper that makes the network namespace sets its loopback up there.
    Entry(.step, .setns, .notPermitted, securityModule.cause, securityModule.remedy, .unavailable),
    Entry(
      .step, .setns, .noSpace, "no further network namespace may be made",
      "raise the limit, for example: sysctl user.max_net_namespaces=10000", .unavailable),
    Entry(
      .step, .mount, .notPermitted, of: "proc", "an outer container hides parts of its own /proc",
      "run capsrun outside of the container, or give the container an unmasked /proc", .unavailable),
    Entry(.step, .mount, .notPermitted, securityModule.cause, securityModule.remedy, .unavailable),
  ]

  private static let limitEntries: [Entry] = [
    Entry(
      .limits, .open, .noBlockDevice, "it is no disk", "name the device node of a disk, such as /dev/sda", .badData),
    Entry(
      .limits, .write, .noDevice, "there is no such disk; a partition is none",
      "name the device node of the whole disk", .badData),
    Entry(
      .limits, .write, .invalidArgument, "the kernel does not take that value here",
      "choose another one; processors and disks must be those of this machine", .unavailable),
    Entry(
      .limits, .write, .outOfRange, "the kernel does not take that value here",
      "choose another one; processors and disks must be those of this machine", .unavailable),
    Entry(
      .limits, .open, .noSuchFile, "this kernel does not hold it", "remove it, or use a kernel that does", .unavailable),
    Entry(
      .limits, .open, .accessDenied, "the control group is not the caller's",
      "have one delegated, or run capsrun as root; capsrun doctor tells more", .unavailable),
    Entry(
      .limits, .mkdir, .accessDenied, "the control group is not the caller's",
      "have one delegated, or run capsrun as root; capsrun doctor tells more", .unavailable),
    Entry(
      .limits, .mkdir, .tryAgain, "there are as many control groups as there may be",
      "wait until others have ended, or raise cgroup.max.descendants of the group above", .unavailable),
    Entry(
      .limits, .write, .busy, "further processes are in the control group, which then can hold no limited groups",
      "start it alone in a group: systemd-run --user --scope -p Delegate=yes capsrun …", .unavailable),
    Entry(
      .confinement, .write, .accessDenied, "only root may let a process be killed later than others",
      "raise oom_score_adj in the manifest to what capsrun itself has, or higher", .unavailable),
  ]

  private static let confinementEntries: [Entry] = [
    Entry(
      .confinement, .landlock_create_ruleset, .notSupported, "Landlock is not active in this kernel",
      "boot with lsm=landlock, and the modules that are active now behind it; capsrun doctor names them", .unavailable),
    Entry(
      .confinement, .landlock_create_ruleset, .notImplemented, "this kernel has no Landlock",
      "use Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK", .unavailable),
    Entry(
      .confinement, .seccomp, .busy, "something around capsrun listens to system calls already, and there can be one",
      "leave --trace-denials away, or run capsrun outside of it", .unavailable),
    Entry(
      .confinement, .setrlimit, .notPermitted, "it is above the hard limit of whoever starts it",
      "lower it in the manifest, or raise the limit where capsrun is started (ulimit -H shows it)", .unavailable),
    Entry(
      .confinement, .setpriority, .accessDenied, "only root may give a process more than its share",
      "raise nice in the manifest to what capsrun itself has, or higher", .unavailable),
    Entry(
      .confinement, .getcwd, .crossesDevice, "it leads out of the sandbox, or to where only /proc does",
      "name the folder by its own path", .usage),
    Entry(
      .step, .capset, .notRecoverable, "the kernel still has some of them afterwards: an outer sandbox only pretends",
      "run capsrun outside of it", .unavailable),
    Entry(
      .namespaces, .execve, .notPermitted, "the helper has not mapped the ids, and has said why",
      "capsrun doctor checks /etc/subuid and /etc/subgid; or take user_range out of the manifest", .unavailable),
    Entry(
      .namespaces, .keyctl, .noQuota, "its user has too many keys, and each sandbox needs a keyring",
      "wait until other sandboxes have ended, or raise sysctl kernel.keys.maxkeys", .unavailable),
    Entry(
      .confinement, .chdir, .noSuchFile, "there is no such folder inside",
      "create it, or name another one (cwd in a manifest, --chdir on the command line)", .noInput),
  ]
}
