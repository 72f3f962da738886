internal import Diagnostics
internal import Linux
internal import Sandbox

/// What was refused, for people and for programs.
extension DenialList {
  /// At most so many refusals are told.
  private static let mostLines = 3

  /// A few lines for the end of a program that failed. They tell what was refused, and never that it failed because of that.
  func lines(hasProfileOption: Bool) -> [String] {
    var lines = ranked.prefix(hidden == 0 ? Self.mostLines : Self.mostLines - 1).map { $0.line(hasProfileOption) }
    if hidden > 0 {
      lines.append(
        "\(hidden) other \(hidden == 1 ? "refusal is" : "refusals are") not shown: --result FILE has all of them")
    } else if isEmpty {
      lines.append("no system call was refused")
    }
    if let withoutFiles { lines.append("refusals of files are not recorded: \(withoutFiles)") }
    return lines
  }

  /// How many different ones there is no line for.
  private var hidden: Int {
    let count = all.count + further
    return count <= Self.mostLines ? 0 : count - (Self.mostLines - 1)
  }

  /// First what a setting would allow, and what programs do not try at each start to find out whether it is there; of those the
  /// latest first.
  private var ranked: [Denial] {
    all.sorted { ($0.rank, $1.last) < ($1.rank, $0.last) }
  }

  var json: JSONValue {
    .object([
      .init("recorded", .array(all.map(\.json))),
      .init("further", .integer(Int64(further))),
      .init("without_files", withoutFiles.map { .string($0) } ?? .null),
    ])
  }
}

extension Denial {
  fileprivate var rank: Int {
    if remedy != .nothing { return 0 }
    return errno == .notImplemented ? 2 : 1
  }

  fileprivate func line(_ hasProfileOption: Bool) -> String {
    let times = count == 1 ? "" : " \(count) times"
    let caller = process.map { " in process \($0.id) (\($0.name))" } ?? ""
    return printable(
      "\(text) was refused\(times)\(caller) by \(layer.rawValue) with \(errorName); \(remedyText(hasProfileOption))")
  }

  private var errorName: String { errno.rawValue == 0 ? "no error" : errno.name }

  private func remedyText(_ hasProfileOption: Bool) -> String {
    switch remedy {
    case .profile(let name):
      hasProfileOption ? "--seccomp \(name) allows it" : "security: { seccomp: \(name) } allows it"
    case .ownProfile(let name): "the profile \(name) could be made to allow it"
    case .nothing: "nothing allows it"
    }
  }

  fileprivate var json: JSONValue {
    .object([
      .init("call", .string(call)),
      .init("text", .string(text)),
      .init("errno", errno.rawValue == 0 ? .null : .string(errno.name)),
      .init("layer", .string(layer.rawValue)),
      .init("count", .integer(Int64(count))),
      .init("process", process.map(\.json) ?? .null),
      .init("allowed_by", allowedBy),
    ])
  }

  private var allowedBy: JSONValue {
    switch remedy {
    case .profile(let name): .object([.init("profile", .string(name))])
    case .ownProfile(let file): .object([.init("change_of", .string(file))])
    case .nothing: .null
    }
  }
}

extension Denial.Caller {
  fileprivate var json: JSONValue {
    .object([.init("id", .integer(Int64(id))), .init("name", .string(name))])
  }
}
