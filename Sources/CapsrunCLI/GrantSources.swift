internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// The grants of a request with all links followed, so that the plan shows and checks what is really granted.
struct GrantSources {
  private let original: PlanRequest
  private let found: [GrantSource?]
  /// Why the first source that must be there cannot be used.
  let missing: Diagnostic?

  init(of request: PlanRequest) {
    var found: [GrantSource?] = []
    var missing: Diagnostic?
    for grant in request.grants {
      do throws(SysError) {
        let source = try GrantSource.find(grant.source.description)
        if source == nil, !grant.mayBeMissing { throw SysError(.open, grant.source.description, .noSuchFile) }
        found.append(source)
      } catch {
        found.append(nil)
        let step = "show \(quoted(grant.source.description))"
        missing = missing ?? SetUpFailure(stage: .sources, step: step, error: error).diagnostic
      }
    }
    original = request
    self.found = found
    self.missing = missing
  }

  /// The request with the sources that were found.
  func request() throws(DiagnosticList) -> PlanRequest {
    var request = original
    for (index, source) in found.enumerated() {
      guard let source else { continue }
      request.grants[index].source = try CallerPath.path(source.path, from: .root)
      request.grants[index].identity = source.identity
    }
    return request
  }
}
