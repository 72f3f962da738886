internal import Diagnostics
internal import Linux
internal import Planning

/// Without a mount namespace a capsule is found at /capsule only where it lies there, or where a link leads to it.
enum CapsuleLink {
  private static let path = "/capsule"

  /// Looks that it does.
  static func check(_ plan: Plan) throws(DiagnosticList) {
    guard let step = plan.reached.first(where: { $0.path == path }) else { return }
    let isThere = try reporting("look at \(path)") { () throws(SysError) in try leads(to: step) }
    guard isThere else {
      throw DiagnosticList([
        Diagnostic(
          "without namespaces the capsule must be at \(path), and something else is, or nothing",
          hint: "have it there in the container's image, or as root: ln -sT \(step.source) \(path)",
          exitCode: .unavailable)
      ])
    }
  }

  private static func leads(to step: ReachStep) throws(SysError) -> Bool {
    do throws(SysError) {
      let status = try Descriptor.open(path, .place).status(of: path)
      return step.identity == SourceIdentity(status.identity)
    } catch let error where error.errno == .noSuchFile || error.errno == .accessDenied {
      return false
    }
  }
}
