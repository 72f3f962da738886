internal import Linux
internal import Planning

extension SealRootStep {
  func execute() throws(SysError) {
    try FileSystem.restrict("/", .readOnly)
  }
}
