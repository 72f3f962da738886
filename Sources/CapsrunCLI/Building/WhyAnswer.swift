internal import CapsuleFormat
internal import Diagnostics

/// The answer to `build --why PATH`.
enum WhyAnswer {
  static func show(_ text: String, _ source: BuildSource, _ output: Output) throws(DiagnosticList) -> ExitCode {
    let path = text.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    let assembly = try PythonPacking.run(try source.assemble(), of: source, requiresPinned: false).assembly
    // What was left out, or the folder of it that was.
    let ignored = assembly.ignored.first { path == $0.path || $0.isFolder && path.hasPrefix($0.path + "/") }
    let isPacked = assembly.entries.contains { $0.path.text == path }
    let reason: String
    if isPacked {
      reason = "packed"
    } else if let ignored {
      let what = ignored.path == path ? "left out" : "left out with \(quoted(ignored.path))"
      reason = what + ": " + ignored.verdict.reason
    } else {
      throw DiagnosticList([
        Diagnostic(
          "there is no \(quoted(path)) in the folder", hint: "write the path from the folder's root", exitCode: .noInput
        )
      ])
    }
    if output.isJSON {
      try output.result(
        .object([
          .init("path", .string(path)), .init("packed", .bool(isPacked)), .init("reason", .string(reason)),
          .init("exit_code", .integer(Int64(isPacked ? 0 : 1))),
        ]))
    } else {
      try output.result("\(printable(path)): \(printable(reason))\n")
    }
    return isPacked ? .success : .no
  }
}

extension PackingVerdict {
  fileprivate var reason: String {
    switch self {
    case .packed(let rule): rule?.description ?? "no rule leaves it out"
    case .leftOut(let rule): rule.description
    case .notIncluded: "no pattern of include matches it"
    case .onlyEntered: "no pattern of include matches what is in it"
    }
  }
}
