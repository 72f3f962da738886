import Diagnostics
import Foundation
import Linux
import Testing

@testable import Supervision

/// Who is somebody else than the owner of a supervisor, although he can reach its socket.
@Suite struct StrangerTests {
  private static let script = """
    import socket, sys
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    text = b'{"jsonrpc":"2.0","method":"status","id":1}'
    try: s.sendall(len(text).to_bytes(4, 'big') + text)
    except OSError: pass
    print(s.recv(65536)[4:].decode())
    """

  /// Asks how the processes are, and shows what is answered.
  private static func ask(_ folder: TestFolder) -> [String] {
    ["/usr/bin/python3", "-c", script, folder("run/hello/control")]
  }

  private static let asStranger = ["/usr/bin/setpriv", "--reuid=1500", "--regid=1500", "--clear-groups", "--"]

  /// As if somebody had opened the folder and the socket to all.
  private func openToAll(_ folder: TestFolder) {
    for name in ["", "run", "run/hello"] { #expect(chmod(folder(name), 0o755) == 0) }
    #expect(chmod(folder("run/hello/control"), 0o666) == 0)
  }

  private func output(of command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: command[0])
    process.arguments = Array(command.dropFirst())
    let pipe = Foundation.Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(.enabled(if: geteuid() == 0, "the tests do not run as root"))
  func `Another user is refused and told, and that is an event`() throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder)
    let listening = try folder.client()
    _ = try listening.subscribe()
    openToAll(folder)
    let refused = try output(of: Self.asStranger + Self.ask(folder))
    #expect(
      refused.contains("-32004") && refused.contains("you are user 1500") && !refused.contains("processes"),
      "\(refused)")
    guard case .refused(let user, _)? = try ControlClient.event(try listening.receive())?.event else {
      throw TestProblem("no event of a refusal")
    }
    #expect(user == 1500)
    let own = try output(of: Self.ask(folder))
    #expect(own.contains("\"processes\""), "\(own)")
    try supervisor.stop()
  }

  @Test(.enabled(if: geteuid() == 0, "the tests do not run as root"))
  func `The same user is refused from inside a user namespace of its own`() throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder, owner: 1500)
    openToAll(folder)
    let outside = try output(of: Self.asStranger + Self.ask(folder))
    #expect(outside.contains("\"processes\""), "\(outside)")
    let inside = try output(
      of: Self.asStranger + ["/usr/bin/unshare", "--user", "--map-current-user"] + Self.ask(folder))
    #expect(inside.contains("-32004") && inside.contains("another user namespace"), "\(inside)")
    try supervisor.stop()
  }
}
