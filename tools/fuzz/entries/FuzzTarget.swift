/// One reader of sortline's that takes bytes from outside, ready to be given any bytes at all.
///
/// `complaint` is the one entry: the fuzzer and the tests of the checked-in corpus feed the same. What must
/// never happen is a trap, a hang, and what it complains of.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// A machine's profile (JSON5), and the machine simulated for a moment where it is right.
  case profile
  /// A scenario (JSON5), and run for a moment where it is right.
  case scenario
  /// A study (JSON5), and its first points read.
  case study
  /// A study's study.json.
  case record
  /// A sort plan as CSV, compiled and asked.
  case plan
  /// A sort plan as JSON5, likewise.
  case plan5
  /// A table of destinations and weights.
  case mix
  /// A mail file.
  case mail
  /// A register map of our own columns.
  case registers
  /// A list of tags of somebody else's columns.
  case tags
  /// A scanner's lines.
  case scanner
  /// events.jsonl.
  case events
  /// inputs.jsonl, and the dispatcher stepped with what it holds.
  case inputs
  /// A Modbus device's answer, against the request that the first bytes stand for.
  case answer

  /// What was wrong with how these bytes were taken; nil where nothing was.
  public func complaint(about bytes: [UInt8]) -> String? {
    switch self {
    case .profile: FuzzedFiles.profile(bytes)
    case .scenario: FuzzedFiles.scenario(bytes)
    case .study: FuzzedFiles.study(bytes)
    case .record: FuzzedFiles.record(bytes)
    case .plan: FuzzedFiles.plan(bytes, as: "fuzzed.csv")
    case .plan5: FuzzedFiles.plan(bytes, as: "fuzzed.json5")
    case .mix: FuzzedFiles.mix(bytes)
    case .mail: FuzzedFiles.mail(bytes)
    case .registers: FuzzedFiles.registers(bytes)
    case .tags: FuzzedFiles.tags(bytes)
    case .scanner: FuzzedLines.scanner(bytes)
    case .events: FuzzedLines.events(bytes)
    case .inputs: FuzzedLines.inputs(bytes)
    case .answer: FuzzedAnswer.complaint(about: bytes)
    }
  }
}
