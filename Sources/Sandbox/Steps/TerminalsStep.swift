internal import Linux
internal import Planning

extension TerminalsStep {
  /// Without the option nodev, as each terminal is a device.
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.attachOnFolder(at: path) { place throws(SysError) in
      try FileSystem.mount(
        type: "devpts", on: place, named: path, .terminals,
        options: "newinstance,ptmxmode=0666,mode=620,max=\(most)")
    }
  }
}
