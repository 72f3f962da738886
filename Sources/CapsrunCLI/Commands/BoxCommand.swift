internal import Diagnostics
internal import Linux
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// `capsrun box`
enum BoxCommand {
  private static let read = Option.list("read", "PATH", "show a file or folder of the host, read-only", .path)
  private static let write = Option.list("write", "PATH", "show a file or folder of the host, writable", .path)
  private static let bind = Option.list("bind", "SOURCE:TARGET", "show SOURCE at TARGET inside, read-only", .path)
  private static let base = Option.value(
    "base", "BASE", "what stands around it: host (default), none, or an installed base capsule")
  private static let device = Option.list(
    "device", "PATH", "let a device of the host be opened, such as /dev/kvm", .path)
  private static let socket = Option.list("socket", "PATH", "let a socket of the host be connected to", .path)
  static let iKnow = Option.list(
    "i-know", "SOCKET", "grant this socket although it gives power over this machine or its user", .path)
  private static let folder = Option.value("chdir", "FOLDER", "start in this folder of the sandbox", .folder)
  private static let seccomp = Option.value(
    "seccomp", "PROFILE", "system calls: \(ProfileNames.listed), or FILE.json", .path)
  private static let explain = Option.flag("explain", "show the plan instead of running it")

  /// The program joins a sandbox that waits, as supervised processes do.
  private static let join = Option.flag("join", "let the program join the sandbox")
  private static let joinGroup = Option.value("join-group", "FOLDER", "let it be born in this control group")
  private static let joinMore = Option.value("join-more", "COUNT", "let /usr/bin/true join so many times too")
  private static let joinTrial = Option.value("join-trial", "STEPS", "hold the sandbox as a supervisor does, for tests")

  static let command = Command(
    name: "box", summary: "run any command in a sandbox",
    description: """
      Runs a command with the programs of this machine and nothing else: no file of yours,
      no other process, no network, no capability, no variable of your environment. What it
      shall see you name; a granted path is at the same path inside. It starts in the current
      folder when that is granted, else in /. /tmp is private and vanishes with the sandbox.
      At a terminal it gets one of its own, which is also inside.
      """,
    options: [read, write, bind, device, socket, iKnow, base] + EnvironmentOption.all + [
      folder, seccomp, explain,
    ] + RunOptions.all,
    operands: .program("COMMAND"),
    examples: [
      ("capsrun box -- ls /", "What a sandbox sees"),
      ("capsrun box --read . -- grep -r pattern .", "Read the current folder, and nothing else"),
      ("capsrun box --write . --env LANG -- make", "Write the current folder, with one variable of yours"),
    ],
    run: run, hidden: [join, joinGroup, joinMore, joinTrial])

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let bases = BaseCapsules(Output(isJSON: invocation.has(.json)))
    defer { withExtendedLifetime(bases) {} }
    return try Session(invocation, hasProfileOption: true).start(
      explainOnly: invocation.has(explain), joining: joining(invocation)
    ) {
      warnings throws(DiagnosticList) in
      var request = try request(invocation)
      if let word = invocation.value(base) { request.base = try rootBase(word, bases) }
      if let profile = invocation.value(seccomp) { try choose(profile, for: &request, &warnings) }
      return request
    }
  }

  private static func rootBase(_ word: String, _ bases: BaseCapsules) throws(DiagnosticList) -> RootBase {
    switch RootBase.Word(rawValue: word) {
    case .host: return .host
    case .nothing: return .nothing
    case .capsule:
      throw DiagnosticList([
        Diagnostic("there is no capsule that could be the base", hint: "name an installed one", exitCode: .usage)
      ])
    case nil: return .tree(try bases.tree(ofInstalled: word))
    }
  }

  private static func joining(_ invocation: Invocation) -> Joining? {
    guard invocation.has(join) else { return nil }
    var joining = Joining()
    joining.controlGroup = invocation.value(joinGroup)
    joining.further = invocation.value(joinMore).flatMap { Int($0) } ?? 0
    joining.trial = invocation.value(joinTrial)?.split(separator: ",").map(String.init)
    return joining
  }

  private static func request(_ invocation: Invocation) throws(DiagnosticList) -> PlanRequest {
    let here = try CallerPath.currentFolder()
    var grants: [FileGrant] = []
    for path in invocation.list(read) { grants.append(try grant(path, .read, here)) }
    for path in invocation.list(write) { grants.append(try grant(path, .write, here)) }
    for pair in invocation.list(bind) { grants.append(try boundGrant(pair, here)) }
    for path in invocation.list(device) { grants.append(try deviceGrant(path, here)) }
    for path in invocation.list(socket) { grants.append(try socketGrant(path, here)) }
    var request = PlanRequest(
      name: "box",
      programs: [
        ProgramRequest(
          command: invocation.operands[0], arguments: Array(invocation.operands.dropFirst()),
          environment: try EnvironmentOption.variables(invocation),
          workingFolder: try workingFolder(invocation.value(folder), here, grants))
      ], grants: grants)
    request.knownSockets = try knownSockets(invocation)
    return request
  }

  static func knownSockets(_ invocation: Invocation) throws(DiagnosticList) -> [AbsolutePath] {
    let paths = invocation.list(iKnow)
    if paths.isEmpty { return [] }
    let here = try CallerPath.currentFolder()
    var known: [AbsolutePath] = []
    for path in paths { known.append(try CallerPath.path(path, from: here)) }
    return known
  }

  private static func deviceGrant(_ text: String, _ here: AbsolutePath) throws(DiagnosticList) -> FileGrant {
    let written = try grant(text, .device, here)
    do {
      return .device(try DeviceGrant(written.text))
    } catch {
      throw DiagnosticList([
        Diagnostic("--device \(quoted(text)) \(error.explanation)", hint: error.hint, exitCode: .usage)
      ])
    }
  }

  private static func socketGrant(_ text: String, _ here: AbsolutePath) throws(DiagnosticList) -> FileGrant {
    // What begins like an abstract name shall be told to be one, and is no file of this folder.
    let written = text.utf8.first == UInt8(ascii: "@") ? text : try grant(text, .socket, here).text
    do {
      return .socket(try UnixGrant(written))
    } catch {
      throw DiagnosticList([
        Diagnostic("--socket \(quoted(text)) \(error.explanation)", hint: error.hint, exitCode: .usage)
      ])
    }
  }

  private static func choose(
    _ profile: String, for request: inout PlanRequest, _ warnings: inout [Diagnostic]
  ) throws(DiagnosticList) {
    request.programs[0].seccomp = profile
    if ProfileNames.isFile(profile) {
      warnings += try OwnProfiles { (path) throws(DiagnosticList) in try OwnProfiles.file(path) }.compile(&request)
    } else if !ProfileNames.all.contains(profile) {
      throw DiagnosticList([
        Diagnostic(
          "there is no seccomp profile \(quoted(profile))", hint: ProfileNames.remedy(for: profile), exitCode: .usage)
      ])
    }
  }

  private static func grant(
    _ text: String, _ access: FileGrant.Access, _ here: AbsolutePath
  ) throws(DiagnosticList) -> FileGrant {
    let mayBeMissing = text.hasSuffix("?")
    let path = try CallerPath.path(mayBeMissing ? String(text.dropLast()) : text, from: here)
    return FileGrant(source: path, target: path, access: access, mayBeMissing: mayBeMissing)
  }

  private static func boundGrant(_ pair: String, _ here: AbsolutePath) throws(DiagnosticList) -> FileGrant {
    let (source, target) = splitOnce(pair, at: UInt8(ascii: ":"))
    guard let target, target.utf8.first == UInt8(ascii: "/"), !target.utf8.contains(UInt8(ascii: ":")) else {
      throw DiagnosticList([
        Diagnostic(
          "--bind \(quoted(pair)) is not SOURCE:TARGET with an absolute target",
          hint: "write, for example, --bind data:/srv/data", exitCode: .usage)
      ])
    }
    return FileGrant(
      source: try CallerPath.path(source, from: here), target: try CallerPath.path(target, from: .root),
      access: .read)
  }

  /// The folder that was asked for; else the caller's own, if it can be seen inside; else the root.
  private static func workingFolder(
    _ chosen: String?, _ here: AbsolutePath, _ grants: [FileGrant]
  ) throws(DiagnosticList) -> AbsolutePath {
    let isSeen = grants.contains { $0.source == $0.target && here.isInside($0.target) }
    guard let chosen else { return isSeen ? here : .root }
    return try CallerPath.path(chosen, from: here)
  }
}

extension FileGrant {
  /// As it is written in a manifest.
  fileprivate var text: String { source.description + (mayBeMissing ? "?" : "") }
}
