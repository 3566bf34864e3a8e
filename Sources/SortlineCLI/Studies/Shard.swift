import FileFormats

/// One of several equal parts of a study's runs, each run by another computer: part `number` of `count`.
struct Shard: Equatable {
  /// Which part, from 1.
  var number: Int
  /// How many parts there are.
  var count: Int

  /// The variable that says how many parts a Kubernetes Indexed Job has: Kubernetes itself does not tell.
  static let countVariable = "SORTLINE_SHARD_COUNT"

  /// The part that `--shard I/N` names, or that the variables of a batch system say; nil: the whole.
  init?(_ line: ParsedCommand, environment: [String: String]) throws(UsageError) {
    if let text = line.text("shard") {
      let halves = text.split(separator: "/", omittingEmptySubsequences: false)
      guard halves.count == 2, let number = Self.number(halves[0]), let count = Self.number(halves[1]) else {
        throw UsageError(
          "--shard needs a part and how many there are, not '\(printable(text))'",
          advice: "Write it as 2/5: the second of five parts.", command: line.spec.name)
      }
      try self.init(number, of: count, said: "--shard \(text)", line.spec.name)
    } else if let id = environment["SLURM_ARRAY_TASK_ID"] {
      try self.init(slurm: id, environment, line.spec.name)
    } else if let index = environment["JOB_COMPLETION_INDEX"] {
      guard let count = environment[Self.countVariable].flatMap({ Self.number($0[...]) }) else {
        throw UsageError(
          "JOB_COMPLETION_INDEX is set, and \(Self.countVariable) does not say how many parts there are",
          advice: "Set it to the job's completions, or say --shard 1/1 for the whole study.",
          command: line.spec.name)
      }
      let said = "JOB_COMPLETION_INDEX \(printable(index)) of \(Self.countVariable) \(count)"
      try self.init((Self.number(index[...]) ?? -2) + 1, of: count, said: said, line.spec.name)
    } else {
      return nil
    }
  }

  /// The part of a Slurm array's task: the array may begin anywhere and have a step, but no holes.
  private init(slurm id: String, _ environment: [String: String], _ command: String) throws(UsageError) {
    func variable(_ name: String, _ standard: Int?) -> Int? {
      environment["SLURM_ARRAY_TASK_" + name].map { Self.number($0[...]) } ?? standard
    }
    guard let id = Self.number(id[...]), let count = variable("COUNT", nil), let least = variable("MIN", nil),
      let step = variable("STEP", 1), step > 0, id >= least
    else {
      throw UsageError(
        "SLURM_ARRAY_TASK_ID is set, and SLURM_ARRAY_TASK_COUNT and _MIN do not say which part this is",
        advice: "Say it with --shard I/N, or --shard 1/1 for the whole study.", command: command)
    }
    let said = "Slurm's array task \(id) of \(count) from \(least)"
    guard (id - least) % step == 0 else {
      throw UsageError(
        "\(said) is none of its steps", advice: "Say which part this is with --shard I/N.", command: command)
    }
    try self.init((id - least) / step + 1, of: count, said: said, command)
  }

  private init(_ number: Int, of count: Int, said: String, _ command: String) throws(UsageError) {
    guard count >= 1, count <= StudyRecord.mostRuns, (1...count).contains(number) else {
      throw UsageError(
        "\(said) is no part of a whole",
        advice: "Parts are numbered from 1 to how many there are, without holes.",
        command: command)
    }
    self.number = number
    self.count = count
  }

  private static func number(_ text: Substring) -> Int? {
    !text.isEmpty && text.utf8.allSatisfy { 0x30...0x39 ~= $0 } ? Int(text) : nil
  }

  /// Its share of some runs: every `count`-th, so that parts are alike however points differ.
  func share(of numbers: [Int]) -> [Int] {
    stride(from: number - 1, to: numbers.count, by: count).map { numbers[$0] }
  }

  /// The name of its folder inside that of the study.
  var folder: String { "shard-\(number)-of-\(count)" }
}
