internal import Diagnostics

/// A grant that is written as one text.
protocol WrittenGrant: Hashable, Sendable, CustomStringConvertible {
  associatedtype Problem: Error
  init(_ text: String) throws(Problem)

  /// What whoever reviews the grant should know.
  var remark: String? { get }
  static func problem(_ error: Problem) -> TextProblem
}

extension Form where Value: WrittenGrant {
  /// A grant, with a warning when it reaches further than it looks.
  static func grant(_ form: String, pattern: String) -> Form {
    let text = Form.text(
      form, pattern: pattern,
      { (text: String) throws(TextProblem) in
        do throws(Value.Problem) {
          return try Value(text)
        } catch {
          throw Value.problem(error)
        }
      }, back: \.description)
    return Form(
      shape: text.shape,
      read: { node, decoder in
        let grant = text.read(node, &decoder)
        if let grant, let remark = grant.remark {
          decoder.warning("\(quoted(grant.description)) \(remark)", at: node.position)
        }
        return grant
      },
      write: text.write)
  }
}

extension NetGrant: WrittenGrant {
  var remark: String? { caution }
  static func problem(_ error: Problem) -> TextProblem { TextProblem(explanation: error.explanation, hint: error.hint) }
}

extension ListenGrant: WrittenGrant {
  var remark: String? { caution }
  static func problem(_ error: Problem) -> TextProblem { TextProblem(explanation: error.explanation, hint: error.hint) }
}

extension DeviceGrant: WrittenGrant {
  var remark: String? { nil }
  static func problem(_ error: Problem) -> TextProblem { TextProblem(explanation: error.explanation, hint: error.hint) }
}

extension UnixGrant: WrittenGrant {
  var remark: String? { danger.map { "is dangerous: whoever speaks to it \($0.reason)" } }
  static func problem(_ error: Problem) -> TextProblem { TextProblem(explanation: error.explanation, hint: error.hint) }
}

extension Form where Value == NetGrant {
  static let net = grant("hosts such as api.example.org:443, *.example.org or 10.0.0.0/8:5432", pattern: "^[^ ]+$")
}

extension Form where Value == ListenGrant {
  static let listen = grant("a port of the host and one inside, such as 127.0.0.1:8080->3000", pattern: "^[^ ]+$")
}

extension Form where Value == DeviceGrant {
  static let device = grant("a device node such as /dev/kvm; with ? behind it, it may be missing", pattern: "^/dev/.")
}

extension Form where Value == UnixGrant {
  static let unixSocket = grant("the path of a socket; with ? behind it, it may be missing", pattern: "^/.")
}
