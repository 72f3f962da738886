import Foundation
import Testing

@testable import Linux

@Suite struct LocalSocketTests {
  /// Connects, says how it is called and lives on until its input ends.
  private static let client = """
    import socket, sys
    client = socket.socket(socket.AF_UNIX)
    client.connect(sys.argv[1])
    client.send(b"x")
    sys.stdin.read()
    """

  @Test func `who has connected is known as long as he lives, and is nobody when he has gone`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("capsrun-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let listener = try LocalListener.listen(in: try Descriptor.open(folder.path, .folder), as: "socket")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.client, folder.path + "/socket"]
    let input = Foundation.Pipe()
    process.standardInput = input
    try process.run()
    var found: Accepted?
    for _ in 0..<1000 where found == nil {
      usleep(10_000)
      found = try accepted(listener)
    }
    let client = try #require(found)
    // `env` becomes it, under its own number.
    #expect(try client.process() == process.processIdentifier)
    #expect(client.isOwn())
    try input.fileHandleForWriting.close()
    process.waitUntilExit()
    // Whoever has its number now is somebody else.
    #expect(!client.isOwn())
  }

  private final class Accepted {
    private let connection: LocalConnection

    init(_ connection: consuming LocalConnection) { self.connection = connection }

    func process() throws -> Int32 { try connection.peer().process }
    func isOwn() -> Bool { connection.isPeerInOwnUserNamespace() }
  }

  private func accepted(_ listener: borrowing LocalListener) throws -> Accepted? {
    guard let connection = try listener.accept() else { return nil }
    return Accepted(connection)
  }
}
