internal import Linux
internal import Planning

extension ScratchStep {
  /// A mount of its own, so that sealing the root leaves it writable.
  func execute(on site: BuildingSite) throws(SysError) { try site.root.attachEmptyFolder(at: path, mode: 0o1777) }
}
