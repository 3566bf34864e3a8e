import Quantities
import SorterModel

extension StudyRecord {
  /// Reads a study.json; everything that is wrong with it is told with its place.
  public init(path: String, shownAs name: String? = nil) throws(InvalidInput) {
    let shown = name ?? path
    let bytes = try OpenFile(path: path, shownAs: shown).contents(limit: SourceText.maximumBytes)
    try self.init(json: try SourceText(name: shown, bytes: bytes))
  }

  /// Reads the text of a study.json.
  public init(json source: SourceText) throws(InvalidInput) {
    let issues = Issues()
    guard let node = JSON5Reader.read(source, issues: issues, limit: 20_000_000),
      let fields = Fields(node, as: .studyRecord, source: source, issues: issues)
    else { throw InvalidInput(issues.ordered, category: .badData) }
    let record = StudyRecordReader(fields: fields).record()
    try issues.throwIfFailed()
    if let told = fields["study_id"], case .string(let id) = told.kind, id != record.studyID {
      fields.complain(
        told, "the study is not the one that its id says: it was changed", expected: quoted(record.studyID))
      try issues.throwIfFailed()
    }
    self = record
  }
}

/// Reads the objects of a study.json.
private struct StudyRecordReader {
  let fields: Fields

  func record() -> StudyRecord {
    fields.checkVersion()
    let factors = fields.objects("factors", count: 0...StudyRecord.mostFactors, as: .recordFactor).map {
      StudyRecord.Factor(name: $0.text("name"), key: $0.text("key"))
    }
    let program = fields.object("program", as: .recordProgram)
    var record = StudyRecord(
      name: fields.text("name"), title: fields.text("title", length: 0...200),
      programVersion: program?.text("version") ?? "", scenario: fields.text("scenario"), seed: fields.seed(),
      replications: fields.whole("replications", 1...StudyRecord.mostRuns),
      inputs: inputs, factors: factors, points: points(of: factors), figures: figures,
      expectations: expectations)
    record.randomNumbers = fields.choice("random_numbers") ?? .common
    record.warmUp = warmUp
    if fields["until_s"] != nil { record.until = fields.time("until_s", .seconds) }
    record.precision = fields.objects("precision", count: 0...100, as: .recordPrecision).map {
      StudyRecord.PrecisionTarget(
        figure: $0.text("figure"), halfWidthPartsPerMillion: $0.whole("half_width_ppm", 1...1_000_000))
    }
    if let runs = fields["runs"], !fields.issues.failed,
      fields.number(runs, called: "runs", Unit(0, 0...StudyRecord.mostRuns)) != record.runCount
    {
      fields.complain(runs, "the study has another number of runs", expected: "\(record.runCount)")
    }
    return record
  }

  private var warmUp: StudyRecord.WarmUpRule {
    let text = fields.text("warm_up")
    if text == "mser-5" { return .mser5 }
    if text == "scenario" { return .scenario }
    if text.hasSuffix(" s"), let time = try? DecimalText(String(text.dropLast(2))).scaled(places: 9),
      time >= 0
    {
      return .fixed(Nanoseconds(Int64(time)))
    }
    if let node = fields["warm_up"] {
      fields.complain(
        node, "\"warm_up\" says nothing known", expected: "scenario, mser-5 or seconds such as 300 s")
    }
    return .scenario
  }

  private var inputs: [StudyRecord.Input] {
    fields.objects("inputs", count: 0...100, as: .recordInput).map {
      StudyRecord.Input(
        role: $0.text("role"), path: $0.text("path", length: 1...4096), bytes: $0.whole("bytes", 0...Int.max),
        digest: $0.text("digest"))
    }
  }

  private func points(of factors: [StudyRecord.Factor]) -> [StudyRecord.Point] {
    let objects = fields.objects("points", count: 1...StudyRecord.mostRuns, as: .recordPoint)
    return objects.enumerated().map { number, point in
      if let node = point["point"], point.number(node, called: "point", Unit(0, 0...Int.max)) != number {
        point.complain(node, "the points are not in order", expected: "\(number)")
      }
      let keys = ObjectKeys("points[].values", required: factors.map(\.name))
      let values = point.object("values", as: keys)
      return StudyRecord.Point(
        values: factors.map { values?[$0.name].map(StudyValue.init) ?? .text("") },
        inputsDigest: point.text("inputs_digest"))
    }
  }

  private var figures: [StudyRecord.FigureKind] {
    fields.objects("figures", count: 1...500, as: .recordFigure).map {
      StudyRecord.FigureKind(
        name: $0.text("name"), unit: $0.text("unit"), formula: $0.text("formula", length: 0...2000),
        isCount: $0.flag("count"))
    }
  }

  private var expectations: [Expectation] {
    fields.objects("expectations", count: 0...500, as: .recordExpectation).map { item in
      let unit = Unit(6, 0...9_000_000_000_000_000_000)
      return Expectation(
        figure: item.text("figure"),
        atLeastMicros: item["at_least"].flatMap { item.number($0, called: "at_least", unit) },
        atMostMicros: item["at_most"].flatMap { item.number($0, called: "at_most", unit) })
    }
  }
}

extension StudyValue {
  /// The value that stands at a place of a file.
  init(_ node: JSONNode) {
    switch node.kind {
    case .number: self = .number(node.json)
    case .string(let text): self = .text(text)
    case .bool(let value): self = .flag(value)
    case .null, .array, .object: self = .json(node.json)
    }
  }
}
