internal import Diagnostics
package import Linux

/// A program that shall run beside the processes of a capsule, with the open files that come with the request as its standard
/// input, output and error; with a terminal of its own one alone may come, which is its standard error.
package struct ExecRequest: Hashable, Sendable {
  /// A terminal of its own, as it begins.
  package struct Terminal: Hashable, Sendable {
    /// Nil where nobody sees it.
    package var size: WindowSize?
    /// Whether somebody types, whose keys are to be shown.
    package var isTypedInto: Bool
    /// What programs know it by, where nothing else says so.
    package var kind: String?

    package init(size: WindowSize?, isTypedInto: Bool, kind: String?) {
      self.size = size
      self.isTypedInto = isTypedInto
      self.kind = kind
    }
  }

  /// The process whose rights it gets; nil for the capsule's own.
  package var process: String?
  package var arguments: [String]
  /// Each `KEY=VALUE`.
  package var environment: [String]
  package var workingFolder: String?
  /// Nil for the open files alone.
  package var terminal: Terminal?

  package init(
    process: String?, arguments: [String], environment: [String] = [], workingFolder: String? = nil,
    terminal: Terminal? = nil
  ) {
    self.process = process
    self.arguments = arguments
    self.environment = environment
    self.workingFolder = workingFolder
    self.terminal = terminal
  }
}

extension ExecRequest {
  static func read(
    _ members: JSONMembers
  ) throws(JSONMismatch) -> (request: ControlRequest, descriptors: Int) {
    try members.allow("process", "arguments", "environment", "working_folder", "terminal", "descriptors")
    let arguments = try members.texts("arguments") ?? []
    guard let program = arguments.first, !program.isEmpty else { throw JSONMismatch("\"arguments\" names no program") }
    let environment = try members.texts("environment") ?? []
    for variable in environment {
      guard let sign = variable.utf8.firstIndex(of: UInt8(ascii: "=")), sign != variable.utf8.startIndex else {
        throw JSONMismatch("\"environment\" holds what is not KEY=VALUE")
      }
    }
    let terminal = try members.value("terminal").map { (json) throws(JSONMismatch) in try Terminal(json: json) }
    let descriptors = try members.integer("descriptors", as: Int.self) ?? 0
    let most = terminal == nil ? ControlProtocol.mostDescriptors : 1
    guard (0...most).contains(descriptors) else {
      throw JSONMismatch("\"descriptors\" is more than \(most)")
    }
    let request = ExecRequest(
      process: try members.text("process"), arguments: arguments, environment: environment,
      workingFolder: try members.text("working_folder"), terminal: terminal)
    return (.exec(request), descriptors)
  }

  /// As it is sent.
  func params(descriptors: Int) -> JSONValue {
    .object([
      .init("process", JSONValue(process)), .init("arguments", .array(arguments.map { .string($0) })),
      .init("environment", .array(environment.map { .string($0) })), .init("working_folder", JSONValue(workingFolder)),
      .init("terminal", terminal?.json ?? .null), .init("descriptors", JSONValue(descriptors)),
    ])
  }
}

extension ExecRequest.Terminal {
  fileprivate init(json: JSONValue) throws(JSONMismatch) {
    let members = try JSONMembers(json)
    try members.allow("rows", "columns", "typed", "kind")
    let (rows, columns) = (
      try members.integer("rows", as: UInt16.self), try members.integer("columns", as: UInt16.self)
    )
    switch (rows, columns) {
    case (let rows?, let columns?): size = WindowSize(rows: rows, columns: columns)
    case (nil, nil): size = nil
    default: throw JSONMismatch("\"rows\" and \"columns\" belong together")
    }
    isTypedInto = try members.flag("typed") ?? false
    kind = try members.text("kind")
  }

  fileprivate var json: JSONValue {
    .object([
      .init("rows", JSONValue(size?.rows)), .init("columns", JSONValue(size?.columns)),
      .init("typed", .bool(isTypedInto)), .init("kind", JSONValue(kind)),
    ])
  }
}
