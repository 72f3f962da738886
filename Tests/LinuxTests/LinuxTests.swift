import Foundation
import Testing

@testable import Linux

@Suite struct LinuxTests {
  private func temporaryFolder() throws -> String {
    let path = FileManager.default.temporaryDirectory.appending(path: "capsrun-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func `a failing call is named with its subject and error`() {
    #expect(throws: SysError(.open, "/nonexistent/x", .noSuchFile)) { _ = try Descriptor.open("/nonexistent/x", .read) }
  }

  @Test(arguments: [("EPERM", 1), ("ENOENT", 2), ("EAFNOSUPPORT", 97), ("ENOSYS", 38)])
  func `errors have names in both directions`(name: String, number: Int32) {
    #expect(Errno(name: name)?.rawValue == number)
    #expect(Errno(rawValue: number).name == name)
  }

  @Test func `a number without a name is still told`() {
    #expect(Errno(rawValue: 4000).name == "errno 4000")
    #expect(Errno(name: "ENOTHING") == nil)
    #expect(Errno.noSuchFile.meaning == "no such file or directory")
  }

  @Test func `a path inside a folder cannot leave it, by dots or by links`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let root = try Descriptor.open(folder, .place)
    try Descriptor.open(folder, .folder).makeLink("out", to: "/etc")
    try Descriptor.open(folder, .folder).makeFolder("etc", mode: 0o755)
    let inside = try root.openInside("etc", .place).status(of: "etc").identity
    #expect(try root.openInside("out", .place).status(of: "out").identity == inside, "the link stays inside")
    #expect(try root.openInside("../../etc", .place).status(of: "etc").identity == inside)
    #expect(throws: SysError.self) { _ = try root.openInside("out/passwd", .place) }
    #expect(throws: Never.self) { _ = try Descriptor.open(folder + "/out/passwd", .place) }
  }

  @Test func `a file is read to its end, and not beyond the limit`() throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let descriptor = try Descriptor.open(folder, .folder)
    try descriptor.makeFile("f", Array("two".utf8), mode: 0o600)
    #expect(try descriptor.open("f", .read).readAll(of: "f", limit: 10) == Array("two".utf8))
    #expect(throws: SysError(.read, "f", Errno(rawValue: EFBIG))) {
      try descriptor.open("f", .read).readAll(of: "f", limit: 2)
    }
  }

  @Test func `a link's target is told, and a file has none`() throws {
    #expect(try linkTarget(of: "/proc/self/exe")?.hasPrefix("/") == true)
    #expect(try linkTarget(of: "/etc/passwd") == nil)
    #expect(throws: SysError(.readlink, "/nonexistent", .noSuchFile)) { try linkTarget(of: "/nonexistent") }
  }
}
