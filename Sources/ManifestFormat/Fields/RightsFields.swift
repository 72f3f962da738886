/// The keys that grant, limit and confine.
enum RightsFields {
  static let fields: [Field<ManifestDraft>] = [
    Field(
      "resources", "limits of the whole capsule", resources, into: \.manifest.resources,
      default: Manifest.Resources(), use: .planned),
    Field(
      "capabilities", "what the capsule may reach outside itself; absent: nothing", capabilities,
      into: \.manifest.capabilities, default: Manifest.Capabilities(), use: .planned),
    Field(
      "state", "folders that outlive the capsule, by name: where they are inside",
      .map(keys: Names.key, to: .absolutePath), into: \.manifest.state, use: .planned),
    Field(
      "secrets", "values that the capsule gets as files", .map(keys: Names.variable, to: secret),
      into: \.manifest.secrets, use: .notYet),
    Field(
      "rootfs", "the file system around the capsule", .table(rootFileSystem, Manifest.RootFileSystem()),
      into: \.manifest.rootfs, default: Manifest.RootFileSystem(), use: .planned),
    Field(
      "security", "how the capsule is confined", security, into: \.manifest.security, default: Manifest.Security(),
      use: .planned),
    Field(
      "dependencies", "what the capsule needs, and what it offers to others",
      .table(DependencyFields.fields, Manifest.Dependencies()), into: \.manifest.dependencies,
      default: Manifest.Dependencies(), use: .planned),
  ]

  static let capabilities = Form<Manifest.Capabilities>.table(
    [
      Field(
        "net", "hosts that may be connected to", network, into: \.network, default: .only([]), use: .notYet),
      Field(
        "listen", "ports of the host that lead to ports inside", .set(of: .located(.listen)), into: \.listen,
        use: .notYet, aliases: ["net_bind"]),
      Field(
        "fs_read", "host paths that may be read, at the same path inside", .list(of: .located(.pathGrant)),
        into: \.read,
        use: .planned),
      Field(
        "fs_write", "host paths that may be written, at the same path inside", .list(of: .located(.pathGrant)),
        into: \.write, use: .planned),
      Field(
        "devices", "device nodes of the host that may be used", .set(of: .located(.device)), into: \.devices,
        use: .planned),
      Field(
        "unix", "sockets of the host that may be connected to", .set(of: .located(.unixSocket)), into: \.unix,
        use: .planned),
      Field(
        "ipc_publish", "topics that it may publish to", .list(of: .located(.topicPattern)), into: \.publish,
        use: .notYet),
      Field(
        "ipc_subscribe", "topics that it may listen to", .list(of: .located(.topicPattern)), into: \.subscribe,
        use: .notYet),
      Field("kv", "stores of keys and values that it may use", .set(of: .name), into: \.keyValue, use: .notYet),
      Field(
        "host_process", "commands that it may have run beside it", .set(of: .name), into: \.hostProcesses,
        use: .notYet),
      Field(
        "identity", "what it may do with identities", .word(of: ["resolve", "link", "admin"]), into: \.identity,
        use: .notYet),
      Field("uplink", "whether it may register uplinks", .bool, into: \.uplink, use: .notYet),
      Field(
        "allow_prompt_injection", "whether it may add to prompts", .bool, into: \.allowsPromptInjection,
        use: .notYet),
    ], Manifest.Capabilities()
  ).placed { $0.place = $1 }

  /// Those of one process: what is absent is as the capsule has it, and an empty list is nothing.
  static let ownCapabilities = Form<Manifest.OwnCapabilities>.table(
    [
      Field(
        "net", "hosts that may be connected to", network.executed { $0 == .only([]) },
        into: \.network, use: .planned),
      Field(
        "listen", "ports of the host that lead to ports inside", .set(of: .located(.listen)).executed(when: \.isEmpty),
        into: \.listen,
        use: .planned, aliases: ["net_bind"]),
      Field(
        "fs_read", "host paths that may be read, within those of the capsule", .list(of: .located(.pathGrant)),
        into: \.read, use: .planned),
      Field(
        "fs_write", "host paths that may be written, within those of the capsule", .list(of: .located(.pathGrant)),
        into: \.write, use: .planned),
      Field(
        "devices", "device nodes of the host that may be used, of those of the capsule",
        .set(of: .located(.device)), into: \.devices, use: .planned),
      Field(
        "unix", "sockets of the host that may be connected to",
        .set(of: .located(.unixSocket)).executed(when: \.isEmpty), into: \.unix,
        use: .planned),
      Field(
        "ipc_publish", "topics that it may publish to", .list(of: .located(.topicPattern)).executed(when: \.isEmpty),
        into: \.publish,
        use: .planned),
      Field(
        "ipc_subscribe", "topics that it may listen to", .list(of: .located(.topicPattern)).executed(when: \.isEmpty),
        into: \.subscribe,
        use: .planned),
      Field(
        "kv", "stores of keys and values that it may use", .set(of: .name).executed(when: \.isEmpty), into: \.keyValue,
        use: .planned),
      Field(
        "host_process", "commands that it may have run beside it", .set(of: .name).executed(when: \.isEmpty),
        into: \.hostProcesses,
        use: .planned),
      Field(
        "identity", "what it may do with identities", .word(of: ["resolve", "link", "admin"]), into: \.identity,
        use: .notYet),
      Field("uplink", "whether it may register uplinks", .bool, into: \.uplink, use: .notYet),
      Field(
        "allow_prompt_injection", "whether it may add to prompts", .bool, into: \.allowsPromptInjection,
        use: .notYet),
    ], Manifest.OwnCapabilities()
  ).placed { $0.place = $1 }

  private static let network = Form<Manifest.NetworkGrants>(
    shape: .either([.words(["host"]), .list(Form<NetGrant>.net.shape)]),
    read: { node, decoder in
      guard case .scalar = node.content else {
        return Form<[Located<NetGrant>]>.set(of: .located(.net)).read(node, &decoder).map { .only($0) }
      }
      return Form<String>.word(of: ["host"]).read(node, &decoder).map { _ in .host }
    },
    write: { grants in
      switch grants {
      case .host: .string("host")
      case .only(let hosts): .array(hosts.map { .string($0.value.description) })
      }
    })

  private static let secret = Form<Manifest.Secret>.table(
    [
      Field("request", "what a person is asked for it", .name, into: \.request, use: .notYet),
      Field("description", "what it is for", .text, into: \.description, use: .notYet),
    ], Manifest.Secret())

  private static let rootFileSystem: [Field<Manifest.RootFileSystem>] = [
    Field(
      "base",
      "the programs around it: host, the /usr of this machine; none; capsule, its folder rootfs; or the name or id of a base capsule",
      .name, into: \.base, use: .planned),
    Field(
      "writable",
      "whether it may write to its own files and to those of a base, which stay as they are: ephemeral, into memory; persistent, its own into its state",
      .located(.word), into: \.writable, use: .planned),
  ]

  private static let security = Form<Manifest.Security>.table(
    [
      seccomp,
      Field(
        "min_tier", "the weakest enforcement under which it may run", .word, into: \.minimalTier, use: .planned),
      Field(
        "linux_capabilities", "capabilities of the kernel that it keeps",
        .set(of: .linuxCapability).executed(when: \.isEmpty), into: \.linuxCapabilities, use: .planned),
      Field("user", "its user inside; default 1000", .integer(1...65533), into: \.user, use: .planned),
      Field(
        "user_range", "whether it has 65536 users and groups inside, of those that its starter may give away", .bool,
        into: \.userRange, use: .planned),
      Field(
        "verify", "when its files are checked again", .word(of: ["install", "start"]), into: \.verify, use: .notYet),
    ], Manifest.Security())

  static let processSecurity = Form<Manifest.Security>.table([seccomp], Manifest.Security())

  private static let seccomp = Field<Manifest.Security>(
    "seccomp", "the profile of allowed system calls; default default", .located(.seccompProfile), into: \.seccomp,
    use: .planned)
}

extension Form {
  /// A value that remembers where it stands.
  func placed(_ set: @escaping @Sendable (inout Value, Place) -> Void) -> Form {
    Form(
      shape: shape,
      read: { node, decoder in
        var value = read(node, &decoder)
        if value != nil { set(&value!, Place(node.position)) }
        return value
      },
      write: write)
  }
}

extension Form where Value == String {
  /// A topic, or a pattern of topics.
  fileprivate static let topicPattern = text("a topic such as llm.stream.*", pattern: "^[!-~]+$") { text in
    do throws(CapabilityName.Problem) {
      _ = try CapabilityName("topic:" + text)
      return nil
    } catch {
      return TextProblem(explanation: error.explanation, hint: "write words between dots; * stands for one of them")
    }
  }
}
