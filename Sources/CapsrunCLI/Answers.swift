internal import Diagnostics
internal import Linux
internal import Planning

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
        case .file, .characterDevice, .blockDevice, .socket, .other: .other
        }
      return HostFile(kind: kind, owner: status.owner, group: status.group, mode: status.mode)
    } catch {
      return nil
    }
  }
}
