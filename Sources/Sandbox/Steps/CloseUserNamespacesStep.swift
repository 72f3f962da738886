internal import Linux
internal import Planning

extension CloseUserNamespacesStep {
  /// seccomp forbids them too; this also holds for a process that joins later, and cannot be undone without capabilities.
  func execute() throws(SysError) {
    let path = "/proc/sys/user/max_user_namespaces"
    try Descriptor.open(path, .write).write(Array("0".utf8), to: path)
  }
}
