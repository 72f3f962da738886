import Diagnostics
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
      "cannot execute \"/b/x\": it is no program of this machine's kind, and has no #! line (ENOEXEC)"
    ),
  ])
  func `a program that cannot run is told apart`(call: SystemCall, errno: Errno, code: ExitCode, message: String) {
    let diagnostic = LaunchError.program(candidates: ["/b/x"], SysError(call, "/b/x", errno)).diagnostic
    #expect(diagnostic.message == message)
    #expect(diagnostic.exitCode == code)
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
