/// Commands that belong together in the help and in the reference.
struct CommandGroup: Sendable {
  let title: String
  let commands: [Command]

  init(_ title: String, _ commands: [Command]) {
    self.title = title
    self.commands = commands
  }
}
