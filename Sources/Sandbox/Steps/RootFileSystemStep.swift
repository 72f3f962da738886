internal import Linux
internal import Planning

extension RootFileSystemStep {
  func execute(on site: inout BuildingSite) throws(SysError) {
    try FileSystem.mount(
      type: "tmpfs", on: NewRoot.mountPoint, .plain,
      options: "mode=755,size=\(bytes),nr_inodes=\(files)")
    site.newRoot = try NewRoot.open()
  }
}
