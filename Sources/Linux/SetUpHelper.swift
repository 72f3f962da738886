internal import CLinux

/// A thread beside the one that sets a sandbox up, on another processor, for what the kernel takes longest
/// for: to make namespaces of the network and of IPC, and to let go of the mounts of the host.
package struct SetUpHelper: Sendable {
  private init() {}

  /// Whether this process has, or has had, this thread beside its own. It runs nothing of Swift.
  static var hasBegun: Bool { cl_beside_has_begun() }

  /// Starts making the namespaces. clone(2), unshare(2)
  package static func begin(makingIPC: Bool) throws(SysError) -> SetUpHelper {
    ChildProcess.requireSingleThread()
    try check(.clone, "a helper for the set-up") { cl_beside_begin(makingIPC) }
    return SetUpHelper()
  }

  /// Waits until the namespaces are made, and enters them. setns(2)
  package func enterNamespaces() throws(SysError) {
    try check(.setns, "the namespaces of the network and of IPC") { cl_beside_enter() }
  }

  /// Makes the mount at `path` the root, and has the old one detached with everything in it: once `end` has returned nothing of the
  /// old tree can be named. pivot_root(2)
  package func pivot(into path: String) throws(SysError) {
    try changeFolder(to: path)
    // The old root then lies on top of the new one at the same place.
    try check(.pivot_root, path) { cl_pivot_root(".", ".") }
    cl_beside_detach()
    try changeFolder(to: "/")
  }

  /// Waits until all of it is done. umount(2)
  package func end() throws(SysError) {
    try check(.umount, "the old root") { cl_beside_end() }
  }
}
