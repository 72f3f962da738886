internal import Diagnostics
internal import Linux
internal import Planning
internal import Sandbox

/// The answers of `capsrun explain --can`.
enum Answers {
  static func show(_ answers: [(Asked, Ruling)], _ output: Output) throws(DiagnosticList) {
    if output.isJSON {
      let all = answers.map { asked, ruling in
        JSONValue.object([
          .init("question", .string(asked.text)), .init("answer", .string(ruling.answer.rawValue)),
          .init("rule", .string(ruling.rule)), .init("layer", .string(ruling.layer.rawValue)),
        ])
      }
      try output.result(.object([.init("answers", .array(all))]))
    } else {
      try output.result(
        answers.map { asked, ruling in
          "\(printable(asked.text)): \(ruling.answer.rawValue): \(printable(ruling.rule)) (\(ruling.layer.rawValue))\n"
        }.joined())
    }
  }
}

/// What the filter of a plan answers to a system call.
func callRuling(_ asked: Asked, _ plan: Plan) throws(DiagnosticList) -> Ruling {
  guard case .systemCall(let name) = asked.question, let profile = plan.processes.first?.seccomp,
    let filter = CompiledFilter.named(profile)
  else { preconditionFailure("only a system call is asked of a filter, and a plan names one that is there") }
  guard let ruling = FilterQuestion(filter).ruling(call: name) else {
    throw DiagnosticList([
      Diagnostic(
        "the question \(quoted(asked.text)) names no system call of this machine",
        hint: "see syscalls(2) for their names",
        exitCode: .usage)
    ])
  }
  return ruling
}

/// Looking at files of the host by their paths.
enum HostLook {
  /// What stands at a path, without following it when it is a link; nil for nothing, and for what cannot be looked at.
  static func file(_ path: String) -> HostFile? {
    do throws(SysError) {
      let status = try Descriptor.open(path, .placeOfLink).status(of: path)
      let kind: HostFile.Kind =
        switch status.kind {
        case .folder: .folder
        case .link: .link(target: try linkTarget(of: path) ?? "")
        case .file, .characterDevice, .socket, .other: .other
        }
      return HostFile(kind: kind, owner: status.owner, group: status.group, mode: status.mode)
    } catch {
      return nil
    }
  }
}
