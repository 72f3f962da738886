/// The keys for what a capsule brings for programs that talk to language models.
enum ExtensionFields {
  static let fields: [Field<ManifestDraft>] = [
    Field(
      "component", "programs that other programs load", .oneOrMore(component),
      into: \.manifest.extensions.components, use: .notYet, aliases: ["components"]),
    Field(
      "mcp_server", "servers of the Model Context Protocol", .oneOrMore(server),
      into: \.manifest.extensions.mcpServers, use: .notYet, aliases: ["mcp_servers"]),
    Field(
      "context_file", "files for the context of a model", .oneOrMore(staticFile),
      into: \.manifest.extensions.contextFiles, use: .notYet, aliases: ["context_files"]),
    Field(
      "command", "commands for people, each described by a file", .oneOrMore(staticFile),
      into: \.manifest.extensions.commands, use: .notYet, aliases: ["commands"]),
    Field(
      "skill", "skills for a model, each described by a file", .oneOrMore(staticFile),
      into: \.manifest.extensions.skills, use: .notYet, aliases: ["skills"]),
    Field(
      "uplink", "platforms that it connects to", .oneOrMore(uplink), into: \.manifest.extensions.uplinks,
      use: .notYet, aliases: ["uplinks"]),
    Field(
      "llm_provider", "language models that it offers", .oneOrMore(provider),
      into: \.manifest.extensions.llmProviders, use: .notYet, aliases: ["llm_providers"]),
    Field(
      "tool", "tools that it offers to a model", .oneOrMore(tool), into: \.manifest.extensions.tools, use: .notYet,
      aliases: ["tools"]),
    Field(
      "topic", "topics that it speaks about", .oneOrMore(topic), into: \.manifest.extensions.topics, use: .notYet,
      aliases: ["topics"]),
  ]

  private static let component = Form<Manifest.Component>.table(
    [
      Field("id", "its name", .located(.processName), into: \.id, use: .notYet),
      Field(
        "entrypoint", "its file", .located(.capsulePath), into: \.entrypoint, use: .notYet, aliases: ["file"]
      ).required,
      Field("hash", "the SHA-256 that the file must have", .sha256, into: \.hash, use: .notYet),
      Field("type", "whether it runs by itself", .word, into: \.kind, use: .notYet),
      Field("link", "libraries that it is linked with, by id", .set(of: .processName), into: \.link, use: .notYet),
      Field(
        "capabilities", "what it may reach, within what the capsule may", RightsFields.capabilities,
        into: \.capabilities, use: .notYet),
    ], Manifest.Component())

  private static let server = Form<Manifest.MCPServer>.table(
    [
      Field("id", "its name", .located(.processName), into: \.id, use: .notYet).required,
      Field("description", "what it does", .text, into: \.description, use: .notYet),
      Field("type", "how it is spoken to; default stdio", .word, into: \.kind, use: .notYet),
      Field("command", "its program", .located(.name), into: \.command, use: .notYet),
      Field("args", "its arguments", .list(of: .text), into: \.arguments, use: .notYet),
      Field("env", "its environment variables", .variables, into: \.environment, use: .notYet),
    ], Manifest.MCPServer())

  private static let staticFile = Form<Manifest.StaticFile>.table(
    [
      Field("name", "its name", .located(.name), into: \.name, use: .notYet).required,
      Field("description", "what it is for", .text, into: \.description, use: .notYet),
      Field("file", "its path in the capsule", .located(.capsulePath), into: \.file, use: .notYet, aliases: ["path"]),
    ], Manifest.StaticFile())

  private static let uplink = Form<Manifest.Uplink>.table(
    [
      Field("name", "its name", .located(.capabilityBody), into: \.name, use: .notYet).required,
      Field("platform", "the platform", .name, into: \.platform, use: .notYet).required,
      Field("profile", "the profile there", .name, into: \.profile, use: .notYet),
    ], Manifest.Uplink())

  private static let provider = Form<Manifest.LLMProvider>.table(
    [
      Field("id", "its name", .located(.capabilityBody), into: \.id, use: .notYet).required,
      Field("description", "what it is", .text, into: \.description, use: .notYet),
      Field("capabilities", "what it can do: text, vision, tools", .set(of: .name), into: \.capabilities, use: .notYet),
    ], Manifest.LLMProvider())

  private static let tool = Form<Manifest.Tool>.table(
    [
      Field("name", "its name", .located(.capabilityBody), into: \.name, use: .notYet).required,
      Field("description", "what it does", .text, into: \.description, use: .notYet),
      Field("input_schema", "the JSON schema of its arguments", .freeTable, into: \.inputSchema, use: .notYet),
    ], Manifest.Tool())

  private static let topic = Form<Manifest.Topic>.table(
    [
      Field("name", "its name, without wildcards", .located(.capabilityBody), into: \.name, use: .notYet).required,
      Field("direction", "whether it publishes, subscribes, or both", .word, into: \.direction, use: .notYet),
      Field("description", "what is said there", .text, into: \.description, use: .notYet),
      Field("schema", "the JSON schema of its messages", .freeTable, into: \.schema, use: .notYet),
      Field("wit_type", "the type of its messages in WIT", .name, into: \.witType, use: .notYet),
    ], Manifest.Topic())
}

extension Form where Value == String {
  /// What can stand behind the type of a capability, and is no pattern.
  fileprivate static let capabilityBody = text("a name such as llm.stream", pattern: "^[!-)+-~]+$") { text in
    do throws(CapabilityName.Problem) {
      guard try !CapabilityName("topic:" + text).hasWildcard else {
        return TextProblem(explanation: "has a wildcard", hint: "name each topic")
      }
      return nil
    } catch {
      return TextProblem(explanation: error.explanation, hint: "write words between dots")
    }
  }
}
