package import Diagnostics

/// One line of the history of a name: which capsule it stood for, since when, and who said so.
package struct JournalEntry: Hashable, Sendable {
  package enum Action: String, Hashable, Sendable {
    case activated
    case rolledBack = "rolled back"
    /// The capsule was removed, and the name stands for none.
    case deactivated
    /// It was found so: whoever did it was killed before it could be written down.
    case found
  }

  package var time: Int
  package var user: UInt32
  package var action: Action
  package var id: CapsuleID
  package var from: CapsuleID?

  package var json: JSONValue {
    .object([
      .init("time", .string(UTCTime(time).description)), .init("user", .integer(Int64(user))),
      .init("action", .string(action.rawValue)), .init("id", .string(id.description)),
      .init("from", from.map { .string($0.description) } ?? .null),
    ])
  }

  init(time: Int, user: UInt32, action: Action, id: CapsuleID, from: CapsuleID?) {
    self.time = time
    self.user = user
    self.action = action
    self.id = id
    self.from = from
  }

  /// Reads what `json` writes; nil for anything else.
  package init?(_ json: JSONValue) {
    guard let time = json["time"]?.string.flatMap({ UTCTime($0) }),
      let user = json["user"]?.integer.flatMap({ UInt32(exactly: $0) }),
      let action = json["action"]?.string.flatMap({ Action(rawValue: $0) }),
      let id = json["id"]?.string.flatMap({ CapsuleID($0) })
    else { return nil }
    self.init(
      time: time.seconds, user: user, action: action, id: id, from: json["from"]?.string.flatMap { CapsuleID($0) })
  }
}
