internal import Linux
internal import Planning

extension OverlayStep {
  func execute(on site: BuildingSite) throws(SysError) {
    try site.root.attachOnFolder(at: path) { place throws(SysError) in
      guard let room = try site.root.room() else {
        // The parts lie below the folder that they cover, where nobody finds them any more.
        try OverlayParts.mount(in: place, named: path, site, keepsChanges: changes != nil)
        return
      }
      try OverlayParts.mount(in: try room.place(), named: path, site, keepsChanges: changes != nil)
      try Mount.copy(of: try room.place(), named: path, recursive: false).attach(on: place)
    }
  }
}

/// What an overlay is made of.
enum OverlayParts {
  /// Mounts an overlay on a folder of the tmpfs, made of what is in that folder: the source of the present step, where the
  /// changes lie, and where the kernel prepares them.
  ///
  /// Changes that are kept lie in a folder of the host, together with where they are prepared.
  static func mount(
    in room: borrowing Descriptor, named path: String, _ site: BuildingSite, keepsChanges: Bool = false
  ) throws(SysError) {
    for name in ["lower"] + (keepsChanges ? ["changes"] : ["upper", "work"]) { try room.makeFolder(name, mode: 0o755) }
    try site.mounts.attach(at: site.stepIndex, on: try room.open("lower", .place))
    if keepsChanges { try site.mounts.attachChanges(on: try room.open("changes", .place)) }
    let changes = keepsChanges ? "changes/" : ""
    // Attributes of its own go where the sandbox's user may write them, as it is no user of the host's namespace.
    try FileSystem.mount(
      type: "overlay", on: room, named: path, .plain,
      options: "lowerdir=lower,upperdir=\(changes)upper,workdir=\(changes)work,userxattr")
  }
}
