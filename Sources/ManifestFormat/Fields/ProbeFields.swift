extension ProcessFields {
  /// How something is found out about a process.
  static let probe = Form<Manifest.Probe>.table(
    [
      Field("exec", "a command that ends with 0", .oneOrMore(.name), into: \.exec, use: .planned),
      Field("http", "an address that answers with 200 to 399", .url, into: \.http, use: .notYet),
      Field("tcp", "a port that can be connected to", .integer(1...65535), into: \.tcp, use: .planned),
      Field("unix", "a socket that can be connected to", .absolutePath, into: \.unix, use: .notYet),
      Field("notify", "whether it says so itself", .bool, into: \.notify, use: .notYet),
      Field("log", "a text that it writes", .name, into: \.log, use: .planned),
      Field("interval", "how often it is looked at", .duration, into: \.interval, use: .planned),
      Field("timeout", "how long a look may take", .duration, into: \.timeout, use: .planned),
      Field("threshold", "how many looks in turn decide", .integer(1...1000), into: \.threshold, use: .planned),
      Field("start_period", "how long failures do not count at first", .duration, into: \.startPeriod, use: .planned),
      Field(
        "deadline", "how long it may take until it is ready; then it is stopped as one that has failed", .duration,
        into: \.deadline, use: .planned),
    ], Manifest.Probe()
  ) { probe, node, decoder in
    if probe.ways != 1, !decoder.hasErrors {
      decoder.report(
        probe.ways == 0 ? "says no way of looking" : "says several ways of looking", at: node,
        hint: "write one of exec, http, tcp, unix, notify and log")
    }
    for (key, span) in [("interval", probe.interval), ("timeout", probe.timeout), ("deadline", probe.deadline)]
    where span == .zero {
      decoder.inside(key) { $0.report("is no time at all", at: node, hint: "write a duration such as 1s") }
    }
  }

  /// `[db]`, `{db: healthy}` or `{db: {condition: healthy, timeout: 30s}}`.
  static let dependencies = Form<[Manifest.Dependency]>(
    shape: .either([.list(Form<String>.processName.shape), table.shape]),
    read: { node, decoder in
      guard case .list = node.content else { return table.read(node, &decoder) }
      return Form<[Located<String>]>.set(of: .located(.processName)).read(node, &decoder)?.map { name in
        var dependency = Manifest.Dependency()
        dependency.name = name.value
        dependency.place = Place(name.position)
        return dependency
      }
    },
    write: table.write)

  private static let table = Form<[Manifest.Dependency]>.named(
    keys: Names.key,
    .short(
      Form<Manifest.Dependency.Condition>.word, or: .table(dependency, Manifest.Dependency()),
      into: { condition in
        var dependency = Manifest.Dependency()
        dependency.condition = condition
        return dependency
      },
      back: { $0.timeout == nil && $0.isRequired == nil ? $0.condition : nil }))

  private static let dependency: [Field<Manifest.Dependency>] = [
    Field("condition", "how far it must have come", .word, into: \.condition, default: .started, use: .planned),
    Field("timeout", "how long to wait for that", .duration, into: \.timeout, use: .planned),
    Field("required", "whether this one is not started without it", .bool, into: \.isRequired, use: .planned),
  ]
}
