internal import Linux
internal import Planning

extension ControlGroupsStep {
  /// Its root is the group that the launcher is in: what lies above belongs to another namespace.
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.attachOnFolder(at: path) { place throws(SysError) in
      do throws(SysError) {
        try FileSystem.mount(
          type: "cgroup2", on: place, named: path, .plainReadOnlyWithoutPrograms, options: "")
      } catch let error where error.errno == .noDevice {
        // The kernel was made without: then there is nothing to tell, and nothing to keep from anybody.
        return
      }
    }
  }
}
