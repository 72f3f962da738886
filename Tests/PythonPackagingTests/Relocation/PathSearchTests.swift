import Testing

@testable import PythonPackaging

/// A file that comes in pieces is searched as one that is there as a whole.
struct PathSearchTests {
  private static let relocation = Relocation(
    buildPaths: ["/home/me/app/env", "/venv"], treePaths: ["/home/me/app"],
    release: InterpreterRelease(major: 3, minor: 11), sha256: sha256)

  private func search(_ file: [UInt8], pieces size: Int) -> RelocationProblem? {
    var search = PathSearch(for: "lib/x.bin", by: Self.relocation)
    for start in stride(from: 0, to: file.count, by: size) {
      Array(file[start..<min(start + size, file.count)]).withUnsafeBytes { search.add($0) }
    }
    return search.finish()
  }

  @Test(
    arguments: [
      ("x /home/me/app/env/lib y", true), ("x /home/me/app y", true), ("/home/me/app", true),
      ("x /home/me/apple y", false),
      ("x /venv/lib y", true), ("x /capsule/venv/lib y", false), ("x /some/venv y", false),
      ("x a/home/me/app.b", false),
      ("", false), ("nothing", false),
    ],
    [1, 7, 4096, 1 << 20])
  func `what is found does not depend on the pieces`(sample: (text: String, isFound: Bool), size: Int) {
    for (before, first) in [(0, UInt8(ascii: " ")), (8189, UInt8(ascii: "\n")), (20_000, UInt8(ascii: " "))] {
      let file = [UInt8](repeating: first, count: before) + Array(sample.text.utf8)
      let whole = Self.relocation.rewrite("lib/x.bin", file) { (_: String) -> [UInt8]? in nil }.problems.first
      #expect(search(file, pieces: size) == whole)
      #expect((whole != nil) == sample.isFound)
    }
  }

  @Test(arguments: [1, 100, 1 << 20])
  func `a library is told from other files by its beginning`(size: Int) {
    let file = [0x7F, 0x45, 0x4C, 0x46, 0] + [UInt8](repeating: 0, count: 30_000) + Array("/home/me/app/env/lib".utf8)
    #expect(
      search(file, pieces: size)
        == .buildPathInProgram(file: "lib/x.bin", offset: 30_005, buildPath: "/home/me/app/env"))
  }
}
