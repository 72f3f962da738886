internal import CapsuleFormat
internal import Diagnostics
internal import Linux
internal import Supervision

/// All that runs, a line each.
struct CapsuleTable {
  private let capsules: [Result<CapsuleStatus, Silence>]

  /// One that does not answer, and why.
  private struct Silence: Error {
    let name: String
    let diagnostic: Diagnostic
  }

  /// Asks all of them. One that ends meanwhile is left out.
  static func ofCaller() throws(DiagnosticList) -> CapsuleTable {
    var capsules: [Result<CapsuleStatus, Silence>] = []
    for name in try runFolders({ () throws(RunFolderError) in try RunFolder.names() }) {
      do throws(ControlError) {
        let client = try ControlClient.connect(name)
        try client.setPatience(milliseconds: RunningCapsule.patience)
        capsules.append(.success(try client.status()))
      } catch .notRunning {
        continue
      } catch .ended {
        continue
      } catch {
        capsules.append(.failure(Silence(name: name, diagnostic: error.diagnostic(of: name))))
      }
    }
    return CapsuleTable(capsules: capsules)
  }

  var isEmpty: Bool { capsules.isEmpty }

  /// Those that answer.
  var running: [CapsuleStatus] {
    capsules.compactMap { capsule in
      switch capsule {
      case .success(let status): status
      case .failure: nil
      }
    }
  }

  var json: JSONValue {
    let rows = capsules.map { capsule in
      switch capsule {
      case .success(let status): status.json
      case .failure(let silence):
        JSONValue.object([.init("name", .string(silence.name)), .init("error", silence.diagnostic.json)])
      }
    }
    return .object([.init("capsules", .array(rows)), .init("exit_code", .integer(0))])
  }

  func text(isASCII: Bool) -> String {
    let rows = capsules.map { capsule in
      switch capsule {
      case .success(let status): Self.row(status)
      case .failure(let silence): [silence.name, "-", "-", "-", "-", silence.diagnostic.message]
      }
    }
    let all = [["NAME", "VERSION", "ID", "SUPERVISOR", "UPTIME", "PROCESSES"]] + rows
    return TextTable.text(all.map { $0.map { isASCII ? ascii($0) : $0 } })
  }

  private static func row(_ status: CapsuleStatus) -> [String] {
    [
      status.name, status.version ?? "-", String(status.capsule.prefix(12)), "\(status.supervisor)",
      Amounts.time(milliseconds: max(0, Clock.millisecondsOfCalendar - status.started)), status.processWords,
    ]
  }
}

extension CapsuleStatus {
  /// `3 running, 1 failed`
  var processWords: String {
    var counts: [(state: ProcessState, count: Int)] = []
    for process in processes {
      if let index = counts.firstIndex(where: { $0.state == process.state }) {
        counts[index].count += 1
      } else {
        counts.append((process.state, 1))
      }
    }
    return counts.isEmpty ? "none" : counts.map { "\($0.count) \($0.state.rawValue)" }.joined(separator: ", ")
  }
}
