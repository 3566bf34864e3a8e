import FileFormats
import Reporting

extension Command {
  /// `sortline explain RUN PIECE`: one piece's story, the pieces of one outcome, or the alarms.
  static let explain = Command(
    CommandSpec(
      "explain", group: "Look into",
      abstract: "Tell what happened to a piece of a run, and why.",
      discussion: [
        "The story says when and where the piece was fed, what was read, which line of the sort plan gave it "
          + "its bin, each divert that was tried, and how it ended. The line of the plan is shown only if the "
          + "plan's file is still the one that the run used.",
        "With --outcome the pieces that ended like that are counted by reason and bin, with examples to "
          + "explain further.",
        "With --alarms the run's alarms are listed, with what each means and what to do about it.",
      ],
      arguments: [
        ArgumentSpec("RUN", "the run directory, such as runs/peak-hour-1", completion: .folder),
        ArgumentSpec("PIECE", "the piece's number in the run, or its id in the mail file", arity: .optional),
      ],
      optionGroups: [
        OptionGroup(
          "Options",
          [
            OptionSpec(
              "outcome", short: "o", value: "WORD", "List and group the pieces of this outcome.",
              completion: .choices(OutcomeGroups.outcomes)),
            OptionSpec("alarms", short: "a", "List the alarms of the run and what to do about them."),
            OptionSpec(
              "limit", short: "n", value: "N", "Show at most so many groups or alarms.", standard: "20"),
          ])
      ],
      examples: [
        ExampleSpec("sortline explain runs/peak-hour-1 1234", "the story of piece 1234"),
        ExampleSpec("sortline explain runs/peak-hour-1 --outcome rejected", "why pieces were rejected"),
        ExampleSpec("sortline explain runs/jam-1 --alarms", "what an operator would have been told"),
      ])
  ) { invocation in
    let line = invocation.line
    let run = try RunDirectory(path: line.operands[0])
    let events = RunEvents(path: run.file("events.jsonl"))
    let limit = try line.integer("limit", in: 1...1_000_000) ?? 20
    if line.has("alarms") {
      guard line.operands.count == 1, line.text("outcome") == nil else {
        throw UsageError(
          "'explain' takes --alarms without PIECE or --outcome", advice: "Ask for one at a time.",
          command: "explain")
      }
      tell(try AlarmHistory(events), run, limit: Int(limit), invocation.console)
      return .ok
    }
    switch (line.operands.count, line.text("outcome")) {
    case (1, .some(let outcome)):
      let groups = try OutcomeGroups(outcome: outcome, in: run)
      tell(groups, run, limit: Int(limit), invocation.console)
      return .ok
    case (2, nil):
      return try tell(line.operands[1], run, events, invocation.console)
    case (1, nil):
      throw UsageError(
        "'explain' needs PIECE, --outcome or --alarms",
        advice: "A piece is named by its number, from 1, or by its id.",
        command: "explain")
    default:
      throw UsageError(
        "'explain' takes PIECE or --outcome, not both", advice: "Ask for one at a time.", command: "explain")
    }
  }

  private static func tell(
    _ groups: OutcomeGroups, _ run: RunDirectory, limit: Int, _ console: Console
  ) {
    let piece = groups.total == 1 ? "piece" : "pieces"
    let what =
      switch groups.outcome {
      case "recirculated": groups.total == 1 ? "lap begun again" : "laps begun again"
      case "on_machine": "\(piece) still on the machine at the end"
      default: "\(piece) \(groups.outcome)"
      }
    console.print("\(heading(run)): \(grouped(groups.total)) \(what)")
    if groups.total == 0 { return }
    console.print()
    for line in groups.table(limit: limit).lines(for: console.outTraits) { console.print(line) }
    let more = groups.groups.count - limit
    if more > 0 {
      console.print("  and \(grouped(more)) more \(more == 1 ? "group" : "groups"); see --limit")
    }
    let reasons = groups.groups.prefix(limit).map(\.key.reason).filter { !$0.isEmpty }
    var told: Set<String> = []
    let texts = reasons.filter { told.insert($0).inserted }
    if !texts.isEmpty { console.print() }
    for reason in texts { console.print("  \(reason): \(because(reason)).") }
  }

  private static func tell(
    _ history: AlarmHistory, _ run: RunDirectory, limit: Int, _ console: Console
  ) {
    let count = history.entries.count + history.left
    console.print("\(heading(run)): \(grouped(count)) \(count == 1 ? "alarm" : "alarms") raised")
    if count == 0 { return }
    console.print()
    for line in history.table(limit: limit).lines(for: console.outTraits) { console.print(line) }
    let more = count - min(limit, history.entries.count)
    if more > 0 {
      console.print("  and \(grouped(more)) more \(more == 1 ? "alarm" : "alarms"); see --limit")
    }
    let width = max(40, min(console.outTraits.width, 100)) - 2
    for paragraph in history.advice {
      console.print()
      for line in wrapped(paragraph, width: width) { console.print("  " + line) }
    }
  }

  private static func tell(
    _ name: String, _ run: RunDirectory, _ events: RunEvents, _ console: Console
  ) throws(CommandFailure) -> ExitCode {
    let plan = run.planLines(home: console.environment["SORTLINE_HOME"])
    let search = PieceSearch(events: events, name: name)
    guard let number = try search.number() else { throw try search.unknownPiece(in: run) }
    let story = PieceStory(piece: number, events: try events.events(ofPiece: number), plan: plan)
    let id = story.outsideID.map { " (\($0))" } ?? ""
    let style = console.outTraits.style
    console.print(style.heading("Piece \(story.piece)\(id)") + " of \(heading(run))")
    console.print()
    let width = max(40, min(console.outTraits.width, 100)) - 2
    for paragraph in story.paragraphs {
      let parts = paragraph.split(separator: "\n", omittingEmptySubsequences: false)
      for line in wrapped(String(parts[0]), width: width) { console.print("  " + line) }
      for quote in parts.dropFirst() { console.print(style.code("  \(quote)")) }
    }
    console.print()
    for line in story.timeLine.lines(for: console.outTraits) { console.print(line) }
    return .ok
  }

  private static func heading(_ run: RunDirectory) -> String {
    let seed = run.facts["seed"]?.numberText
    return
      "\(printable(run.text("scenario"))) on \(printable(run.text("profile"))), seed \(seed ?? "unknown")"
  }
}
