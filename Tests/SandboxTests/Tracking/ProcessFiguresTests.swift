import Linux
import Testing

@testable import Sandbox

/// What is read of the kernel's files about processes.
@Suite struct ProcessFiguresTests {
  private static func stat(_ state: String, flags: Int = 4_194_304, name: String = "sleep") -> String {
    "42 (\(name)) \(state) 1 42 42 0 -1 \(flags) 100 200 0 0 11 22 33 44 20 0 1 0 12345 5000000 300 18446744073709551615\n"
  }

  private static func figures(_ stat: String, io: FileReading = .absent) -> ProcessFigures? {
    ProcessFigures(stat: stat, statm: "1000 300 200 1 0 90 0\n", io: io, ticksPerSecond: 100, pageSize: 4096)
  }

  @Test func `time is that of the process and of the children that it has reaped, memory is what is in use`() throws {
    let figures = try #require(Self.figures(Self.stat("S")))
    #expect(figures.cpuMicroseconds == 1_100_000 && figures.memoryBytes == 300 * 4096 && !figures.isZombie)
  }

  @Test(arguments: ["a) Z 1 1", ") (", "sh) S 9 9 (", "", "\n"])
  func `the name of a program leads nobody astray`(name: String) throws {
    let figures = try #require(Self.figures(Self.stat("R", name: name)))
    #expect(figures.cpuMicroseconds == 1_100_000 && !figures.isZombie)
  }

  @Test func `one that has ended does not live, whoever still has to reap it`() {
    #expect(!ProcessFigures.lives(stat: Self.stat("Z")) && !ProcessFigures.lives(stat: Self.stat("X")))
    #expect(ProcessFigures.lives(stat: Self.stat("T")) && ProcessFigures.lives(stat: Self.stat("D")))
    #expect(!ProcessFigures.lives(stat: "") && !ProcessFigures.lives(stat: "42 (sleep"))
  }

  @Test func `one that is ending is told from one that waits`() {
    #expect(ProcessFigures.isLeaving(stat: Self.stat("S", flags: 4_194_308)))
    #expect(ProcessFigures.isLeaving(stat: Self.stat("Z")))
    #expect(!ProcessFigures.isLeaving(stat: Self.stat("S")) && !ProcessFigures.isLeaving(stat: ""))
  }

  @Test func `bytes of disks are read where they are shown, and only their absence is told where they are hidden`()
    throws
  {
    let io = FileReading.text("rchar: 9\nwchar: 9\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 1\n")
    let shown = try #require(Self.figures(Self.stat("S"), io: io))
    #expect(shown.readBytes == 4096 && shown.writtenBytes == 8192)
    let hidden = try #require(Self.figures(Self.stat("S"), io: .unreadable(.accessDenied)))
    #expect(hidden.readBytes == nil && hidden.writtenBytes == nil)
    let both = TreeUsage(sumOf: [shown, shown])
    #expect(both.readBytes == 8192 && both.writtenBytes == 16384 && both.processes == 2 && both.whyNoIO == nil)
    let one = TreeUsage(sumOf: [shown, hidden])
    #expect(one.readBytes == nil && one.whyNoIO == TreeUsage.hidden && one.cpuMicroseconds == 2_200_000)
  }

  @Test func `a zombie counts with its time alone, and hides nothing`() throws {
    let zombie = try #require(Self.figures(Self.stat("Z"), io: .unreadable(.accessDenied)))
    let usage = TreeUsage(sumOf: [zombie])
    #expect(usage.processes == 0 && usage.memoryBytes == 0 && usage.readBytes == 0)
    #expect(usage.cpuMicroseconds == 1_100_000)
  }

  @Test func `what was used does not become less`() {
    var before = TreeUsage()
    (before.cpuMicroseconds, before.readBytes, before.writtenBytes, before.memoryBytes) = (100, 10, 20, 4096)
    var now = TreeUsage()
    (now.cpuMicroseconds, now.readBytes, now.writtenBytes, now.memoryBytes) = (50, 5, 25, 1024)
    let usage = now.notBelow(before)
    #expect(usage.cpuMicroseconds == 100 && usage.readBytes == 10 && usage.writtenBytes == 25)
    #expect(usage.memoryBytes == 1024)
    now.readBytes = nil
    #expect(now.notBelow(before).readBytes == nil)
  }

  @Test func `what this very process uses can be read`() throws {
    let figures = try #require(ProcessFigures(of: CurrentProcess.id))
    #expect(figures.memoryBytes > 1 << 20 && figures.cpuMicroseconds > 0 && !figures.isZombie)
    #expect(ProcessFigures.lives(CurrentProcess.id) && !ProcessFigures.isLeaving(CurrentProcess.id))
    #expect(ProcessFigures(of: 0) == nil && !ProcessFigures.lives(0))
  }
}
