internal import CLinux

/// A process beside the one that sets a sandbox up, in the same memory and on another processor, for the two things that the kernel
/// takes longest for: to make a network namespace, and to let go of the mounts of the host.
package struct SetUpHelper: Sendable {
  private let process: CInt

  /// Starts making a network namespace. clone(2), unshare(2)
  package static func begin() throws(SysError) -> SetUpHelper {
    SetUpHelper(process: try check(.clone, "a helper for the set-up") { cl_beside_begin() })
  }

  /// Waits until the namespace is made, and enters it. setns(2)
  package func enterNetwork() throws(SysError) {
    try check(.setns, "the network namespace") { cl_beside_enter_network(process) }
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

  /// Waits until all of it is done, and the helper is gone. umount(2)
  package func end() throws(SysError) {
    try check(.umount, "the old root") { cl_beside_end(process) }
  }
}
