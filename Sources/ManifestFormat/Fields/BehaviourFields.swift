/// The keys that make a capsule act at certain times or events.
enum BehaviourFields {
  static let fields: [Field<ManifestDraft>] = [
    Field(
      "hooks", "commands that are run at events of the capsule's life", .map(keys: eventName, to: .oneOrMore(.name)),
      into: \.manifest.hooks, use: .notYet),
    Field(
      "cron", "jobs that are done at certain times", .oneOrMore(job), into: \.manifest.cron, use: .notYet,
      aliases: ["crons", "cron_jobs"]),
    Field(
      "interceptor", "processes that are asked before something happens", .oneOrMore(interceptor),
      into: \.manifest.interceptors, use: .notYet, aliases: ["interceptors"]),
  ]

  private static let eventName = KeyForm(pattern: "^(\(Events.all.joined(separator: "|")))$") { key in
    Events.all.contains(key)
      ? nil
      : TextProblem(explanation: "is no event", hint: "known events: \(Events.all.joined(separator: ", "))")
  }

  private static let job = Form<Manifest.CronJob>.table(
    [
      Field("name", "its name", .located(.processName), into: \.name, use: .notYet).required,
      Field(
        "schedule", "when: five fields as in crontab(5), or @daily and the like", .schedule, into: \.schedule,
        use: .notYet
      )
      .required,
      Field("action", "the process that does it", .located(.processName), into: \.action, use: .notYet).required,
      Field("overlap", "what happens when the last one still runs; default skip", .word, into: \.overlap, use: .notYet),
      Field("timeout", "how long it may take", .duration, into: \.timeout, use: .notYet),
      Field("jitter", "by how much its time varies", .duration, into: \.jitter, use: .notYet),
    ], Manifest.CronJob())

  private static let interceptor = Form<Manifest.Interceptor>.table(
    [
      Field("event", "the event before which it is asked", .event, into: \.event, use: .notYet).required,
      Field("action", "the process that is asked", .located(.processName), into: \.action, use: .notYet),
      Field(
        "priority", "who is asked first: the lower number; default 100", .integer(0...10000), into: \.priority,
        use: .notYet),
    ], Manifest.Interceptor())
}
