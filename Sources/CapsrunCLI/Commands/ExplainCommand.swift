internal import Diagnostics
internal import ManifestFormat
internal import Planning
internal import Sandbox

/// `capsrun explain`
enum ExplainCommand {
  private static let can = Option.list("can", "QUESTION", "answer a question about the plan instead of showing it")

  static let command = Command(
    name: "explain", summary: "show what a capsule may do and how that is enforced",
    description: """
      Prints the plan that `capsrun run` would execute for a folder of yours or an installed
      capsule: exactly that value, with each step of the set-up in order. With --json it is
      printed as data. Of a capsule with several processes, or one that says when its process
      is started again, it is the plan of `capsrun start`: all of them, which of them waits
      for which, and what becomes of each when it ends.

      A question of --can is one of

        \(Question.forms.joined(separator: "\n  "))

      and is answered with yes or no, the deciding rule, and the layer of the kernel that
      holds to it. Then the exit code is 0 when every answer is yes, else 1.
      """,
    options: [can], operands: .one("CAPSULE", .folder),
    examples: [
      ("capsrun explain examples/hello", "The plan in words"),
      ("capsrun explain --json examples/hello", "The plan as data"),
      ("capsrun explain --can read:/etc/os-release examples/hello", "Whether it may read a file, and why"),
    ],
    run: run)

  @Sendable private static func run(_ invocation: Invocation) throws(DiagnosticList) -> ExitCode {
    let questions = try questions(invocation.list(can))
    let session = Session(invocation)
    let source = RunSource(Output(isJSON: invocation.has(.json)))
    defer { withExtendedLifetime(source) {} }
    guard questions.isEmpty else { return try answer(questions, session, source, invocation) }
    return try session.start(explainOnly: true) { warnings throws(DiagnosticList) in
      let capsule = try source.open(invocation.operands[0])
      var choices = anything
      // Only a start looks whether what it requires is there.
      choices.isSupervised = capsule.manifest.isForSupervision || !capsule.manifest.dependencies.requires.isEmpty
      choices.hasProviders = choices.isSupervised
      return try source.request(capsule, choices, isShownOnly: true, &warnings)
    }
  }

  /// Nothing is going to run, so that no variable needs a value.
  private static var anything: CapsulePlanning.Choices {
    var choices = CapsulePlanning.Choices()
    choices.mayLackValues = true
    return choices
  }

  private static func questions(_ texts: [String]) throws(DiagnosticList) -> [Asked] {
    var questions: [Asked] = []
    var problems: [Diagnostic] = []
    for text in texts {
      do {
        questions.append(Asked(text: text, question: try Question(text)))
      } catch {
        problems.append(
          Diagnostic("the question \(quoted(text)) \(error.explanation)", hint: error.hint, exitCode: .usage))
      }
    }
    guard problems.isEmpty else { throw DiagnosticList(problems) }
    return questions
  }

  private static func answer(
    _ questions: [Asked], _ session: Session, _ source: RunSource, _ invocation: Invocation
  ) throws(DiagnosticList) -> ExitCode {
    var opened: UnpackedCapsule?
    let plan = try session.plan { () throws(DiagnosticList) in
      let capsule = try source.open(invocation.operands[0])
      opened = capsule
      var warnings: [Diagnostic] = []
      return try source.request(capsule, anything, isShownOnly: true, &warnings)
    }
    guard let capabilities = opened?.manifest.capabilities else { preconditionFailure("planning opens the capsule") }
    var answers: [(Asked, Ruling)] = []
    let filter = FilterQuestion(of: plan)
    let judge = Judge(plan, capabilities, look: HostLook.file, call: filter.ruling)
    for question in questions {
      guard let ruling = judge.ruling(question.question) else { throw unknownCall(question) }
      answers.append((question, ruling))
    }
    try Answers.show(answers, Output(isJSON: invocation.has(.json)))
    return answers.allSatisfy { $0.1.answer == .yes } ? .success : .no
  }

  private static func unknownCall(_ asked: Asked) -> DiagnosticList {
    DiagnosticList([
      Diagnostic(
        "the question \(quoted(asked.text)) names no system call of this machine",
        hint: "see syscalls(2) for their names", exitCode: .usage)
    ])
  }
}

/// A question in the caller's words.
struct Asked {
  let text: String
  let question: Question
}
