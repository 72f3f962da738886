internal import Linux
internal import Planning

/// Holds the process that is about to become the program to its file rights.
///
/// The rules are made of what stands in the finished root: one made of a file of the host, or of what lies below an overlay,
/// would not hold here.
struct FileConfinement {
  let rights: FileRights
  /// Whether what is refused shall be written to the machine's audit log.
  var logsRefusals = false
  /// Of a plan without namespaces: what was looked at before, by its path.
  var reached: [ReachStep] = []

  func confine() throws(SysError) {
    switch rights.holding {
    case .none?: return
    case .closed?: try confine(by: try FileRuleset.ofEverything())
    case nil: try confine(by: try FileRuleset.ofAllRights())
    }
  }

  private func confine(by rules: consuming FileRuleset) throws(SysError) {
    // Where they are closed, nothing but what is named.
    if rights.holding == nil { try allowRest(.reading, of: "/", rules) }
    for path in rights.read { try allow(.reading, at: path, rules) }
    for path in rights.use { try allowRest(.using, of: path, rules) }
    for path in rights.change { try allow(.changing, at: path, rules) }
    for stream in [StandardStream.input, .output, .error] { try rules.allowReopening(stream) }
    try rules.confine(loggingRefusals: logsRefusals)
  }

  private func allow(
    _ allowed: FileRuleset.Rights, at path: String, _ rules: borrowing FileRuleset
  ) throws(SysError) {
    do throws(SysError) {
      let place = try Descriptor.open(path, .place)
      for step in reached where isSame(step.path, path) { try step.check(place) }
      try rules.allow(allowed, at: place, named: path)
    } catch let error where error.errno == .noSuchFile && rights.optional.contains(where: { isSame($0, path) }) {
      return
    }
  }

  /// By bytes, as the kernel compares names.
  private func isSame(_ a: String, _ b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }

  /// Allows something in all of a folder but in what is withheld. A rule holds for all below it, so the folders on the way to
  /// what is withheld get none, and cannot be listed; what is in them can be used.
  private func allowRest(
    _ allowed: FileRuleset.Rights, of folder: String, _ rules: borrowing FileRuleset
  ) throws(SysError) {
    guard isOnTheWay(folder) else { return try allow(allowed, at: folder, rules) }
    let place = try Descriptor.open(folder, .folderItself)
    for name in try place.entries() {
      let path = folder == "/" ? "/" + name : folder + "/" + name
      if rights.withheld.contains(where: { isSame($0, path) }) { continue }
      if isOnTheWay(path) {
        try allowRest(allowed, of: path, rules)
        continue
      }
      let entry = try place.open(name, .placeOfLink)
      // What a link leads to has a rule of its own, or none.
      if try entry.status(of: path).kind != .link { try rules.allow(allowed, at: entry, named: path) }
    }
  }

  /// Whether something below a folder is withheld.
  private func isOnTheWay(_ folder: String) -> Bool {
    if rights.withheld.isEmpty { return false }
    let prefix = folder == "/" ? "/" : folder + "/"
    return rights.withheld.contains { $0.utf8.starts(with: prefix.utf8) }
  }
}
