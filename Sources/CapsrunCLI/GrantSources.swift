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
  /// Why the first source that is there is none for its grant.
  private let unfit: Diagnostic?

  init(of request: PlanRequest) {
    var found: [GrantSource?] = []
    var missing: Diagnostic?
    var unfit: Diagnostic?
    for grant in request.grants {
      // It was looked for and checked by the store.
      if grant.access == .state {
        found.append(nil)
        continue
      }
      do throws(SysError) {
        let source = try GrantSource.find(grant.source.description)
        if source == nil, !grant.mayBeMissing { throw SysError(.open, grant.source.description, .noSuchFile) }
        unfit = unfit ?? source.flatMap { $0.problem(as: grant) }
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
    self.unfit = unfit
  }

  /// The request with the sources that were found.
  func request() throws(DiagnosticList) -> PlanRequest {
    if let unfit { throw DiagnosticList([unfit]) }
    var request = original
    for (index, source) in found.enumerated() {
      guard let source else { continue }
      if !source.path.hasSameBytes(as: original.grants[index].source.description) {
        request.grants[index].source = try CallerPath.path(source.path, from: .root)
      }
      request.grants[index].identity = source.identity
    }
    return request
  }
}

extension GrantSource {
  /// Why this is nothing for a grant of that kind.
  fileprivate func problem(as grant: FileGrant) -> Diagnostic? {
    switch grant.access {
    case .device: deviceProblem(grant)
    case .socket where status.kind != .socket:
      Diagnostic(
        "\(quoted(grant.source.description)) is no socket", hint: "grant files and folders under fs_read or fs_write",
        exitCode: .usage)
    // A mount that is read-only keeps nobody from connecting.
    case .read where status.kind == .socket, .write where status.kind == .socket:
      Diagnostic(
        "\(quoted(grant.source.description)) is a socket, and is neither read nor written as a file",
        hint: "grant it as a socket: under unix in a manifest, with --socket on the command line", exitCode: .usage)
    case .socket, .read, .write, .state: nil
    }
  }

  private func deviceProblem(_ grant: FileGrant) -> Diagnostic? {
    let given = quoted(grant.source.description)
    guard status.kind == .characterDevice || status.kind == .blockDevice else {
      return Diagnostic("\(given) is no device", hint: "name one device, such as /dev/kvm", exitCode: .usage)
    }
    let number = status.deviceNumber
    let refusal = DeviceGrant.refusal(
      ofBlockDevice: status.kind == .blockDevice, major: number.major, minor: number.minor)
    if let refusal {
      let problem = DeviceGrant.Problem.refused(refusal)
      return Diagnostic("the device \(given) \(problem.explanation)", hint: problem.hint, exitCode: .usage)
    }
    do throws(DeviceGrant.Problem) {
      // Where a link has led.
      let real = try DeviceGrant(path)
      guard real.mayBeMissing else { return nil }
      throw .questionMark
    } catch {
      return Diagnostic(
        "the device \(given) is \(quoted(path)), which \(error.explanation)", hint: error.hint, exitCode: .usage)
    }
  }
}
