import Diagnostics
import Foundation
import Linux
import Testing

@testable import CapsrunCLI
@testable import Planning
@testable import Sandbox

/// The texts and exit codes that users see, word by word.
@Suite struct ErrorTextTests {
  private func failure(
    _ stage: SetUpFailure.Stage, _ step: String, _ call: SystemCall, _ subject: String, _ errno: Errno
  ) -> Diagnostic {
    LaunchError.setUp(SetUpFailure(stage: stage, step: step, error: SysError(call, subject, errno))).diagnostic
  }

  @Test func `a failure that the catalogue knows tells cause and remedy`() {
    let diagnostic = failure(.sources, "show \"/x\" read-only", .open_tree, "/x", .noSuchFile)
    #expect(diagnostic.message == "cannot show \"/x\" read-only: it is not there (open_tree \"/x\": ENOENT)")
    #expect(diagnostic.hint == "create it, or end the path with ? if it may be missing")
    #expect(diagnostic.exitCode == .noInput)
  }

  @Test func `a failure that the catalogue does not know still tells what, on what, and why`() {
    let diagnostic = failure(.step, "set the host name to \"x\"", .sethostname, "x", .notPermitted)
    #expect(
      diagnostic.message
        == "cannot set the host name to \"x\": operation not permitted (sethostname \"x\": EPERM)")
    #expect(diagnostic.exitCode == .failed)
  }

  @Test(arguments: [
    (SetUpFailure.Stage.namespaces, SystemCall.clone3, Errno.notPermitted), (.sources, .clone3, .notPermitted),
    (.namespaces, .clone3, .noSpace),
    (.confinement, .landlock_create_ruleset, .notSupported), (.namespaces, .write, .notPermitted),
    (.sources, .mount_setattr, .invalidArgument), (.sources, .mount_setattr, .notImplemented),
    (.step, .mount, .notPermitted),
  ])
  func `what this machine cannot enforce ends with 69 and a hint`(
    stage: SetUpFailure.Stage, call: SystemCall, errno: Errno
  ) {
    let diagnostic = failure(stage, "do it", call, "", errno)
    #expect(diagnostic.exitCode == .unavailable)
    #expect(diagnostic.hint?.isEmpty == false)
  }

  @Test(arguments: [
    (SystemCall.access, Errno.noSuchFile, ExitCode.notFound, "cannot find the program: \"/b/x\" is not there inside"),
    (
      .execve, .noSuchFile, .notFound,
      "cannot execute \"/b/x\": the loader or interpreter that it names is not there inside (ENOENT)"
    ),
    (.execve, .accessDenied, .notExecutable, "cannot execute \"/b/x\": permission denied (EACCES)"),
    (
      .execve, .notExecutableFormat, .notExecutable,
      "cannot execute \"/b/x\": it is no program of this machine's kind (ENOEXEC)"
    ),
  ])
  func `a program that cannot run is told apart`(call: SystemCall, errno: Errno, code: ExitCode, message: String) {
    let diagnostic = LaunchError.program(candidates: ["/b/x"], SysError(call, "/b/x", errno), nil).diagnostic
    #expect(diagnostic.message == message)
    #expect(diagnostic.exitCode == code)
  }

  /// What the golden file holds: each line of the catalogue, and each obstacle to a program in each role that it can have.
  private var catalogue: [Diagnostic] {
    let entries = SetUpFailure.catalogue.map { entry in
      failure(
        entry.stage, "do it", entry.call ?? .open, entry.type.map { $0 + " on /x" } ?? "/x", entry.errno)
    }
    let loader = Self.obstacle(.missing, .loader, "/lib/ld-musl-x86_64.so.1", "", .noSuchFile, isOnHost: false)
    let installed = Self.obstacle(
      .danglingLink, .interpreter, "/venv/bin/python", "/opt/python/bin/python3", .noSuchFile, isOnHost: true)
    let all = Self.obstacles.flatMap { problem, detail, errno, roles in
      roles.map {
        Self.obstacle(
          problem, $0, $0 == .program ? "/b/x" : problem == .relative ? "i" : "/i", detail, errno, isOnHost: false)
      }
    }
    let ofSystem = Self.obstacle(.missing, .interpreter, "/bin/sh", "", .noSuchFile, isOnHost: true)
    let further = ExecutionObstacle(.notExecutable, of: .interpreter, "/i", namedBy: "/b/y", detail: "644")
    return entries + all + [loader, installed, ofSystem]
      + [LaunchError.program(candidates: ["/b/x"], SysError(.execve, "/b/x", .accessDenied), further).diagnostic]
  }

  private static func obstacle(
    _ problem: ExecutionObstacle.Problem, _ role: ExecutionObstacle.Role, _ file: String, _ detail: String,
    _ errno: Errno, isOnHost: Bool
  ) -> Diagnostic {
    let obstacle = ExecutionObstacle(problem, of: role, file, namedBy: "/b/x", detail: detail)
    return LaunchError.program(candidates: ["/b/x"], SysError(.execve, "/b/x", errno), obstacle)
      .diagnostic { _ in isOnHost }
  }

  private static let any: [ExecutionObstacle.Role] = [.program, .interpreter, .loader]
  private static let named: [ExecutionObstacle.Role] = [.interpreter, .loader]
  private static let readByKernel: [ExecutionObstacle.Role] = [.program, .interpreter]

  private static let obstacles: [(ExecutionObstacle.Problem, String, Errno, [ExecutionObstacle.Role])] = [
    (.missing, "", .noSuchFile, named), (.danglingLink, "/no/where", .noSuchFile, any),
    (.carriageReturn, "", .noSuchFile, [.interpreter]), (.relative, "", .noSuchFile, named),
    (.unreachable, "/closed", .accessDenied, any), (.folder, "", .accessDenied, any),
    (.noFile, "", .accessDenied, any), (.notExecutable, "644", .accessDenied, any),
    (.mountWithoutExecution, "", .accessDenied, any), (.withheld, "", .accessDenied, any),
    (.empty, "", .notExecutableFormat, readByKernel), (.unknownFormat, "", .notExecutableFormat, readByKernel),
    (.unknownFormat, "", .badLibrary, [.loader]), (.noProgram, "", .notExecutableFormat, any),
    (.damaged, "", .notExecutableFormat, any), (.otherMachine, "aarch64", .notExecutableFormat, readByKernel),
    (.otherMachine, "aarch64", .badLibrary, [.loader]), (.nameless, "", .notExecutableFormat, readByKernel),
    (.cutName, "", .notExecutableFormat, readByKernel), (.tooManyInterpreters, "", .tooManyLinks, [.interpreter]),
  ]

  /// CAPSRUN_UPDATE_GOLDEN=1 writes it anew.
  @Test func `each line of the catalogue reads as in the golden file, word by word`() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/errors.txt")
    let text = catalogue.map { "\($0.message)\n  hint: \($0.hint ?? "none")\n  exit code: \($0.exitCode.rawValue)\n" }
      .joined(separator: "\n").replacing(Machine.architecture + "\n", with: "MACHINE\n")
      .replacing("machine is \(Machine.architecture)", with: "machine is MACHINE")
    if ProcessInfo.processInfo.environment["CAPSRUN_UPDATE_GOLDEN"] == "1" { try Data(text.utf8).write(to: file) }
    #expect(text == String(decoding: try Data(contentsOf: file), as: UTF8.self))
    #expect(Set(Self.obstacles.map(\.0)) == Set(ExecutionObstacle.Problem.allCases), "all obstacles are in it")
  }

  @Test func `each line of the catalogue can be reached, and is lower case without a full stop`() {
    for (index, entry) in SetUpFailure.catalogue.enumerated() {
      let failure = SetUpFailure(
        stage: entry.stage, step: "do it",
        error: SysError(entry.call ?? .open, entry.type.map { $0 + " on /x" } ?? "/x", entry.errno))
      #expect(SetUpFailure.catalogue.firstIndex { $0.matches(failure) } == index, "an earlier line hides \(entry)")
    }
    for diagnostic in catalogue {
      #expect(diagnostic.message.hasPrefix("cannot "))
      #expect(!diagnostic.message.hasSuffix("."))
      #expect(diagnostic.hint?.isEmpty == false && diagnostic.hint?.hasSuffix(".") == false, "\(diagnostic)")
    }
  }

  @Test func `no message starts with a capital or ends with a full stop`() {
    let plan: [PlanError] = [
      .grantOfEverything(source: "/"), .grantOnReservedPath(target: "/proc/x", reserved: "/proc"),
      .conflictingGrants(target: "/x", first: "/a", second: "/b"), .emptyCommand,
      .badWorkingFolder(process: "a", folder: "b", problem: "is empty"), .wrongPython(wanted: "3.11", found: "3.9"),
      .missingPython(.init(needed: "3.11", found: "3.9", isOfEnvironment: true)),
      .unknownProcess(name: "a", known: ["b"]), .badVariable(name: "A", value: "b", problem: "is no integer"),
      .missingVariables([.init(name: "A", request: "the A", isSecret: true)]),
    ]
    let launch: [LaunchError] = [
      .folderAsStream(name: "standard input"), .unknownProfile(name: "x"), .lost(.killed(signal: 9)),
    ]
    for diagnostic in plan.map(\.diagnostic) + launch.map(\.diagnostic) {
      #expect(diagnostic.message.first?.isLowercase == true, "\(diagnostic.message)")
      #expect(!diagnostic.message.hasSuffix("."), "\(diagnostic.message)")
    }
  }
}
