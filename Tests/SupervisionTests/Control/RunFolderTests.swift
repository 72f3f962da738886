import Foundation
import Linux
import Testing

@testable import Supervision

@Suite struct RunFolderTests {
  @Test(arguments: [
    "../x", "-h", "a/b", "", ".", "..", ".a", "a..b", "a b", "ä", "a\u{0}b", "a\n", String(repeating: "a", count: 300),
  ])
  func `What is no name of a running capsule is refused before anything is looked at`(name: String) throws {
    let folder = try TestFolder()
    #expect(throws: RunFolderError.badName(name)) { _ = try RunFolder.claim(name, in: folder.place) }
    #expect(throws: RunFolderError.badName(name)) { _ = try RunFolder.open(name, in: folder.place) }
    #expect(!FileManager.default.fileExists(atPath: folder.place.path))
    for good in ["a", "Hello_1", "+x", "0a.b-c+d", String(repeating: "a", count: 100)] {
      #expect(RunName.isValid(good), "\(good)")
    }
  }

  @Test func `A claimed folder is its owner's alone, and gone when it is removed`() throws {
    let folder = try TestFolder()
    #expect(try RunFolder.names(in: folder.place) == [])
    let claimed = try RunFolder.claim("hello", in: folder.place)
    #expect(try folder.mode("run") == 0o700 && folder.mode("run/hello") == 0o700)
    let record = RunRecord(process: 12, started: 34, capsule: "56")
    try claimed.write(record)
    #expect(try folder.mode("run/hello/status") == 0o600)
    #expect(try RunFolder.names(in: folder.place) == ["hello"])
    let found = try RunFolder.open("hello", in: folder.place)
    #expect(try found?.record() == record)
    #expect(try found?.isClaimed() == true)
    #expect(try RunFolder.collectLeftovers(in: folder.place) == [])
    try claimed.remove()
    #expect(try RunFolder.names(in: folder.place) == [])
    #expect(try folder.names() == [])
  }

  @Test func `Two names are exchanged in one step, and each folder is removed by whatever it is called then`() throws {
    let folder = try TestFolder()
    let last = try RunFolder.claim("hello", in: folder.place)
    var next = try RunFolder.claim("hello+beside", in: folder.place)
    try last.write(RunRecord(process: 1, started: 1, capsule: "last"))
    try next.write(RunRecord(process: 2, started: 2, capsule: "next"))
    try next.exchangeNames(with: "hello")
    #expect(next.name == "hello")
    #expect(try RunFolder.open("hello", in: folder.place)?.record()?.capsule == "next")
    #expect(try RunFolder.open("hello+beside", in: folder.place)?.record()?.capsule == "last")
    try last.remove()
    #expect(try RunFolder.names(in: folder.place) == ["hello"])
    #expect(try RunFolder.open("hello", in: folder.place)?.isClaimed() == true)
    // Nobody is there to exchange names with.
    #expect(throws: SysError.self) { try next.exchangeNames(with: "hello+beside") }
    #expect(next.name == "hello")
    try next.remove()
    #expect(try RunFolder.names(in: folder.place) == [])
  }

  @Test func `The name beside another one is valid, told from others, and has none beside it`() {
    #expect(RunName.beside("hello") == "hello+beside")
    #expect(RunName.isBeside("hello+beside") && !RunName.isBeside("hello"))
    #expect(RunName.beside("hello+beside") == nil)
    #expect(RunName.beside(String(repeating: "a", count: 94)) == nil)
    #expect(RunName.beside(String(repeating: "a", count: 93)).map { RunName.isValid($0) } == true)
  }

  @Test func `A name is had once, and who has it is told`() throws {
    let folder = try TestFolder()
    let supervisor = try TestSupervisor(in: folder)
    #expect(throws: RunFolderError.alreadyRunning(name: "hello", process: getpid())) {
      _ = try RunFolder.claim("hello", in: folder.place)
    }
    let other = try RunFolder.claim("other", in: folder.place)
    try other.remove()
    try supervisor.stop()
    let again = try RunFolder.claim("hello", in: folder.place)
    try again.remove()
  }

  @Test func `Who holds the name and never listens is told as well`() throws {
    let folder = try TestFolder()
    let claimed = try RunFolder.claim("hello", in: folder.place)
    try claimed.write(RunRecord(process: 99, started: 1, capsule: "x"))
    #expect(throws: RunFolderError.notListening(name: "hello", process: 99)) {
      _ = try RunFolder.claim("hello", in: folder.place)
    }
    try claimed.remove()
  }

  /// A folder as a killed supervisor leaves it: all is there, and nobody holds the lock.
  private func leaveBehind(_ name: String, in folder: TestFolder) throws {
    let claimed = try RunFolder.claim(name, in: folder.place)
    try claimed.write(RunRecord(process: 99, started: 1, capsule: "x"))
    let listener = try claimed.listen()
    _ = try listener.accept()
  }

  @Test func `What a killed supervisor left is found, and cleaned by whoever comes next`() throws {
    let folder = try TestFolder()
    try leaveBehind("hello", in: folder)
    #expect(try folder.names("run/hello") == ["control", "lock", "status"])
    let taken = try RunFolder.claim("hello", in: folder.place)
    let listener = try taken.listen()
    #expect(try folder.mode("run/hello/control") == 0o600)
    _ = try listener.accept()
    try taken.remove()
    try leaveBehind("hello", in: folder)
    #expect(throws: ControlError.notRunning(name: "hello")) { _ = try ControlClient.connect("hello", in: folder.place) }
    #expect(try folder.names() == [])
  }

  @Test func `Leftovers are collected, and what lives stays`() throws {
    let folder = try TestFolder()
    for name in ["one", "two"] { try leaveBehind(name, in: folder) }
    let supervisor = try TestSupervisor("alive", in: folder)
    #expect(try RunFolder.collectLeftovers(in: folder.place, isDryRun: true) == ["one", "two"])
    #expect(try folder.names() == ["alive", "one", "two"])
    #expect(try RunFolder.collectLeftovers(in: folder.place) == ["one", "two"])
    #expect(try folder.names() == ["alive"])
    try supervisor.stop()
  }

  @Test func `A link that somebody has planted is not followed`() throws {
    let folder = try TestFolder()
    try FileManager.default.createDirectory(atPath: folder("elsewhere"), withIntermediateDirectories: false)
    #expect(symlink(folder("elsewhere"), folder.place.path) == 0)
    #expect(throws: RunFolderError.notAFolder(path: folder.place.path)) {
      _ = try RunFolder.claim("hello", in: folder.place)
    }
    #expect(unlink(folder.place.path) == 0)
    #expect(mkdir(folder.place.path, 0o700) == 0)
    #expect(symlink(folder("elsewhere"), folder("run/hello")) == 0)
    #expect(throws: RunFolderError.notAFolder(path: folder("run/hello"))) {
      _ = try RunFolder.claim("hello", in: folder.place)
    }
    #expect(try RunFolder.names(in: folder.place) == [])
    #expect(try folder.names("elsewhere") == [])
    #expect(unlink(folder("run/hello")) == 0)
    // The control: without the link it works. A link in the place of the lock, the record or the socket leads nowhere either.
    try FileManager.default.createDirectory(atPath: folder("run/hello"), withIntermediateDirectories: false)
    #expect(chmod(folder("run/hello"), 0o700) == 0)
    for name in ["status", "control"] {
      #expect(symlink(folder("elsewhere/\(name)"), folder("run/hello/\(name)")) == 0)
    }
    let claimed = try RunFolder.claim("hello", in: folder.place)
    try claimed.write(RunRecord(process: 1, started: 1, capsule: "x"))
    _ = try claimed.listen().accept()
    try claimed.remove()
    #expect(try folder.names("elsewhere") == [])
    try FileManager.default.createDirectory(atPath: folder("run/hello"), withIntermediateDirectories: false)
    #expect(symlink(folder("elsewhere/lock"), folder("run/hello/lock")) == 0)
    #expect(throws: RunFolderError.self) { _ = try RunFolder.claim("hello", in: folder.place) }
    #expect(try folder.names("elsewhere") == [])
  }

  @Test(.enabled(if: geteuid() == 0, "the tests do not run as root"))
  func `A folder of another user, or that others can write to, is refused`() throws {
    let folder = try TestFolder()
    #expect(mkdir(folder.place.path, 0o700) == 0 && chown(folder.place.path, 1500, 1500) == 0)
    #expect(throws: RunFolderError.foreign(path: folder.place.path, owner: 1500)) {
      _ = try RunFolder.claim("hello", in: folder.place)
    }
    #expect(chown(folder.place.path, 0, 0) == 0 && chmod(folder.place.path, 0o777) == 0)
    #expect(throws: RunFolderError.openToOthers(path: folder.place.path)) {
      _ = try RunFolder.claim("hello", in: folder.place)
    }
    #expect(chmod(folder.place.path, 0o700) == 0)
    try RunFolder.claim("hello", in: folder.place).remove()
  }

  @Test func `Of many who claim a name at once exactly one gets it, each time`() throws {
    let folder = try TestFolder()
    for _ in 0..<50 {
      let place = folder.place
      let winners = Counter()
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        do {
          let claimed = try RunFolder.claim("hello", in: place)
          winners.add(1)
          usleep(500)
          winners.add(-1)
          try claimed.remove()
        } catch let error as RunFolderError {
          // Who waits too long is told so; who finds the folder being removed begins anew.
          if case .notListening = error { return }
          Issue.record("\(error)")
        } catch {
          Issue.record("\(error)")
        }
      }
      #expect(winners.most == 1)
    }
    #expect(try RunFolder.names(in: folder.place) == [])
  }
}

/// How many there were at once.
final class Counter: @unchecked Sendable {
  // SAFETY: used under the lock alone.
  private let lock = NSLock()
  private var now = 0
  private(set) var most = 0

  func add(_ change: Int) {
    lock.withLock {
      now += change
      most = max(most, now)
    }
  }
}
