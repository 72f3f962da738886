internal import Linux
internal import Planning

extension BaseTreeStep {
  /// The overlay covers the tmpfs that holds its parts; whoever looks for the root finds it from here on.
  func execute(on site: inout BuildingSite) throws(SysError) {
    let bottom = site.root
    let room = try bottom.place(at: "/")
    try OverlayParts.mount(in: room, named: "/", site)
    site.newRoot = try NewRoot.open(above: bottom)
  }
}
