internal import Linux
internal import Planning

extension CloseUserNamespacesStep {
  /// seccomp forbids them too; this also holds for a process that joins later, and cannot be undone without capabilities.
  func execute() throws(SysError) {
    let path = "/proc/sys/user/max_user_namespaces"
    let file = try Descriptor.openWithoutLinks(path, .write)
    // Whatever stands in the way would be written to instead, and the limit would stay.
    guard try file.isOfProcesses(path) else { throw SysError(.open, path, .notSupported) }
    try file.write(Array("0".utf8), to: path)
  }
}
