internal import Linux
internal import Planning

extension SealRootStep {
  func execute() throws(SysError) {
    for path in paths { try FileSystem.restrict(path, .readOnly) }
  }
}
