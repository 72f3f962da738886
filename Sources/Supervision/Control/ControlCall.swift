package import Diagnostics
package import Linux

/// One request of one client. It may be answered later, once, or never where the client has gone.
package final class ControlCall {
  private weak var client: ControlConnection?
  private let id: JSONValue
  private var open: [ReceivedDescriptor]
  private var isAnswered = false
  /// Called when the client goes before it has its answer.
  package var onGone: (() -> Void)?

  init(id: JSONValue, from client: ControlConnection, open: [ReceivedDescriptor]) {
    self.id = id
    self.client = client
    self.open = open
  }

  /// Whether an answer would reach nobody.
  package var isGone: Bool { client?.isClosed ?? true }

  package func reply(_ result: JSONValue) {
    answer(.object([.init("jsonrpc", .string("2.0")), .init("id", id), .init("result", result)]))
  }

  /// The answer to what has changed processes: how they are now.
  package func reply(_ processes: [ProcessStatus]) {
    reply(.object([.init("processes", .array(processes.map(\.json)))]))
  }

  /// The answer to a question for the history, the oldest first.
  package func reply(history lives: [ProcessLife]) {
    reply(.object([.init("history", .array(lives.map(\.json)))]))
  }

  package func fail(_ code: Int, _ message: String, data: JSONValue? = nil) {
    fail(ControlFailure(code, message, data: data))
  }

  package func fail(_ failure: ControlFailure) { answer(failure.answer(to: id)) }

  private func answer(_ message: JSONValue) {
    guard !isAnswered else { return }
    isAnswered = true
    onGone = nil
    client?.send(answer: message, to: self)
  }

  /// Tells the client something before the answer, which has the number of the request beside the members of `note`, and hands
  /// something open to it.
  package func progress(_ note: JSONValue, with open: OpenToSend? = nil) {
    guard !isAnswered, case .object(let members) = note else { return }
    client?.send(ControlProtocol.notification("progress", .object([.init("id", id)] + members)), with: open)
  }

  /// Tells the client what a stop waits for.
  package func progress(blockedBy blockers: [Blocker]) {
    progress(.object([.init("blocked_by", .array(blockers.map(\.json)))]))
  }

  /// The open files that came with the request, in their order; none when they were taken already.
  package func takeDescriptors() -> [ReceivedDescriptor] {
    let taken = open
    open = []
    return taken
  }

  func clientHasGone() {
    let action = onGone
    onGone = nil
    action?()
  }
}
