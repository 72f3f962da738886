package import Linux

extension Surroundings {
  /// Why namespaces are refused, as far as that can be told, and the one thing to do.
  package struct Refusal: Hashable, Sendable {
    package var cause: String?
    package var fix: String
  }

  /// The most certain cause comes first: what the kernel itself refuses, before what somebody around this process may.
  package func refusal(of errno: Errno) -> Refusal {
    let limit = namespaceLimit.number
    if errno == .tryAgain { return Refusal(cause: nil, fix: Self.processLimit) }
    if errno == .noSpace || errno == .tooManyUsers {
      return Refusal(
        cause: limit.map { "user.max_user_namespaces is \($0)" },
        fix: "as root: sysctl -w user.max_user_namespaces=15000")
    }
    if errno == .invalidArgument {
      return Refusal(
        cause: "the kernel is built without it", fix: "use a kernel with CONFIG_NAMESPACES and CONFIG_USER_NS")
    }
    if !isRoot, unprivilegedClone.number == 0 {
      return Refusal(
        cause: "kernel.unprivileged_userns_clone is 0", fix: "as root: sysctl -w kernel.unprivileged_userns_clone=1")
    }
    if isFiltered {
      // The limit is not what refused, but would be the next to.
      let also = limit == 0 ? ", and user.max_user_namespaces is 0" : ""
      return Refusal(cause: "by the seccomp filter around this process" + also, fix: wayOut)
    }
    if !isRoot, appArmorRestriction.number == 1 {
      return Refusal(cause: "kernel.apparmor_restrict_unprivileged_userns is 1", fix: appArmorProfile)
    }
    if container != nil { return Refusal(cause: "by the container around this process", fix: wayOut) }
    return Refusal(
      cause: nil, fix: "allow user namespaces for capsrun in the security policy of this machine, or leave the chroot")
  }

  /// Why the id maps of a new namespace are refused.
  package func refusalOfMaps(_ errno: Errno) -> Refusal {
    guard isRoot, !userMap.words.isEmpty, userMap.words != ["0", "0", "4294967295"] else { return refusal(of: errno) }
    return Refusal(
      cause: "this is root of a user namespace without the reserved users", fix: "run capsrun as an ordinary user")
  }

  static let processLimit = "raise the limit of processes of this user (ulimit -u)"

  /// A profile for this program alone: the setting itself protects every other one.
  private var appArmorProfile: String {
    "as root: printf 'abi <abi/4.0>,\\nprofile capsrun \(program) flags=(unconfined) { userns, }\\n' "
      + "> /etc/apparmor.d/capsrun "
      + "&& apparmor_parser -r /etc/apparmor.d/capsrun"
  }
}
