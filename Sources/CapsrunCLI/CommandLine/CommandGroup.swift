/// Commands that belong together in the help and in the reference.
package struct CommandGroup: Sendable {
  package let title: String
  package let commands: [Command]

  init(_ title: String, _ commands: [Command]) {
    self.title = title
    self.commands = commands
  }
}
