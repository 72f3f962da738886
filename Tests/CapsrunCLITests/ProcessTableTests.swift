import Linux
import Supervision
import Testing

@testable import CapsrunCLI

@Suite struct ProcessTableTests {
  private static func status(_ state: ProcessState, _ change: (inout ProcessStatus) -> Void = { _ in }) -> ProcessStatus
  {
    var status = ProcessStatus(name: "web", state: state)
    change(&status)
    return status
  }

  private static let words: [(ProcessStatus, String)] = [
    (status(.pending), "pending"), (status(.starting), "starting"), (status(.running), "running"),
    (status(.ready), "ready"), (status(.unhealthy), "unhealthy"), (status(.stopping), "stopping"),
    (status(.disabled), "disabled"), (status(.blocked), "blocked"),
    (status(.blocked) { $0.blockedBy = "db" }, "blocked by db"),
    (status(.completed) { $0.ending = .exited(code: 0) }, "completed (exit 0)"),
    (status(.failed) { $0.ending = .exited(code: 3) }, "failed (exit 3)"),
    (
      status(.failed) {
        $0.ending = .killed(signal: 11)
        $0.reason = "its starts are used up"
      }, "failed: its starts are used up (SIGSEGV)"
    ),
    (
      status(.backoff) {
        $0.backoff = ProcessBackoff(attempt: 3, limit: 5, milliseconds: 4250)
        $0.ending = .exited(code: 1)
      }, "backoff 3/5, next in 4.2 s (exit 1)"
    ),
    (status(.disabled) { $0.ending = .killed(signal: 9) }, "killed (SIGKILL)"),
    (status(.disabled) { $0.ending = .killed(signal: 15) }, "stopped (SIGTERM)"),
    (status(.disabled) { $0.ending = .exited(code: 0) }, "stopped (exit 0)"),
    (status(.running) { $0.ending = .exited(code: 1) }, "running"),
  ]

  @Test func `each state is told in words, with how it ended where that tells something`() {
    for (status, words) in Self.words { #expect(status.statusWords == words) }
    let states: Set<ProcessState> = Set(Self.words.map(\.0.state))
    #expect(states.count == 11)
  }

  @Test func `columns are aligned, and what is not known is a dash with its reason below`() {
    var web = Self.status(.running) {
      $0.pid = 42
      $0.cpuPercent = 99.96
      $0.memoryBytes = 104_857_600
      $0.readBytes = 0
      $0.writtenBytes = 4096
      $0.restarts = 2
      $0.manualRestarts = 1
      $0.uptimeMilliseconds = 3_725_000
      $0.ports = [80, 8080]
      $0.health = .healthy
    }
    web.name = "a-longer-name"
    let db = Self.status(.failed) {
      $0.name = "db"
      $0.ending = .exited(code: 3)
      $0.ioHidden = "the kernel counts none"
    }
    #expect(
      ProcessTable([web, db], by: nil).text(isASCII: true) == """
        NAME           STATUS           HEALTH   PID  CPU      MEMORY     READ     WRITTEN  RESTARTS        UPTIME     PORTS
        a-longer-name  running          healthy  42   100.0 %  104.85 MB  0 bytes  4.09 kB  2 (+1 by hand)  1 h 2 min  80,8080
        db             failed (exit 3)  -        -    -        -          -        -        0               -          -
        2 in all       1 running                      100.0 %  104.85 MB  0 bytes  4.09 kB  2
        READ and WRITTEN of db are not known: the kernel counts none

        """)
  }

  @Test(arguments: [
    (ProcessTable.Order.name, ["a", "b", "c"]), (.cpu, ["c", "a", "b"]), (.memory, ["b", "c", "a"]),
    (.restarts, ["c", "b", "a"]), (.uptime, ["b", "a", "c"]), (.pid, ["b", "c", "a"]), (.io, ["b", "c", "a"]),
    (.status, ["a", "b", "c"]),
  ])
  func `rows are in the order that was asked for, numbers the largest first and what is not known last`(
    order: ProcessTable.Order, names: [String]
  ) {
    let processes = ["b", "c", "a"].map { name in
      var status = ProcessStatus(name: name, state: name == "a" ? .backoff : .running)
      switch name {
      case "a":
        status.cpuPercent = 1
        status.uptimeMilliseconds = 1
      case "b":
        status.uptimeMilliseconds = 5
        status.pid = 1
      default:
        status.cpuPercent = 50
        status.restarts = 3
        status.pid = 9
      }
      return status
    }
    let rows = ProcessTable(processes, by: order).text(isASCII: true).split(separator: "\n").dropFirst().dropLast()
      .map { String($0.prefix(1)) }
    #expect(rows == names)
  }

  @Test(arguments: [
    (0, "0.0 s"), (4250, "4.2 s"), (9999, "9.9 s"), (10_000, "10 s"), (61_500, "1 min 1 s"), (3_725_000, "1 h 2 min"),
    (187_200_000, "2 d 4 h"),
  ])
  func `times are told in two parts at most`(milliseconds: Int, text: String) {
    #expect(Amounts.time(milliseconds: milliseconds) == text)
  }

  @Test func `names of processes cannot steer a terminal, and are escaped where it has no UTF-8`() {
    let status = Self.status(.running) { $0.name = "w\u{1B}[31mä" }
    #expect(ProcessTable([status], by: nil).text(isASCII: false).contains("w\\u{1b}[31mä"))
    #expect(ProcessTable([status], by: nil).text(isASCII: true).contains("w\\u{1b}[31m\\u{e4}"))
  }

  @Test(arguments: ["SIGTERM", "TERM", "term", "15", "Sigterm"])
  func `a signal is known by its name or number`(text: String) throws {
    #expect(try SignalWord.read(text) == .terminate)
  }

  @Test(arguments: ["0", "65", "-9", "", "SIG", "TREM", "9x"])
  func `what is no signal is refused`(text: String) {
    #expect(throws: (any Error).self) { try SignalWord.read(text) }
  }
}
