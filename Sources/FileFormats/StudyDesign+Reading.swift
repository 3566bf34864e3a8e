import Quantities

extension StudyDesign {
  /// Reads a study; everything that is wrong with it is told with its place.
  public init(path: String) throws(InvalidInput) {
    let bytes = try OpenFile(path: path, shownAs: path).contents(limit: 1 << 24)
    try self.init(SourceText(name: path, bytes: bytes), recordedAs: Library.recorded(path))
  }

  /// Reads the text of a study.
  ///
  /// - Parameter path: the file's path as study.json keeps it.
  public init(_ source: SourceText, recordedAs path: String) throws(InvalidInput) {
    let issues = Issues()
    guard let node = JSON5Reader.read(source, issues: issues),
      let fields = Fields(node, as: .study, source: source, issues: issues)
    else { throw InvalidInput(issues.ordered, category: .badData) }
    var digest = FNV1a64()
    digest.combine(source.bytes)
    let input = InputFile(role: "study", path: path, bytes: source.bytes.count, digest: digest)
    let design = StudyReader(fields: fields).design(input)
    try issues.throwIfFailed()
    self = design
  }
}

/// Reads the objects of a study.
private struct StudyReader {
  let fields: Fields

  func design(_ input: InputFile) -> StudyDesign {
    fields.checkVersion()
    let kind = kind()
    let factors = fields.objects("factors", count: 1...StudyRecord.mostFactors, as: .studyFactor).map {
      FactorReader(fields: $0, kind: kind).factor()
    }
    var names: [String: Int] = [:]
    var keys: [String: Int] = [:]
    for (factor, node) in zip(factors, fields.list("factors", count: 1...StudyRecord.mostFactors)) {
      fields.checkUnique(factor.name, node, "factor", in: &names)
      fields.checkUnique(factor.key.text, node, "key", in: &keys)
    }
    let design = StudyDesign(
      name: fields.plainName("name"), title: fields.text("title"),
      scenario: fields.text("scenario", length: 1...512), scenarioPlace: place(fields["scenario"]),
      seed: fields["seed"].map { _ in fields.seed() },
      replications: fields.whole("replications", 1...StudyRecord.mostRuns),
      randomNumbers: fields["random_numbers"] == nil ? .common : fields.choice("random_numbers") ?? .common,
      warmUp: warmUp(),
      until: fields["until_s"].map { _ in fields.time("until_s", Unit(9, 1...Unit.seconds.range.upperBound))
      },
      factors: factors, kind: kind, input: input)
    if !fields.issues.failed { check(design) }
    return design
  }

  private func place(_ node: JSONNode?) -> Alteration.Place { fields.place(of: node ?? fields.node) }

  private func kind() -> StudyDesign.Kind {
    guard let design = fields.object("design", as: .studyDesign) else { return .grid }
    let kinds = ["grid", "list", "latin_hypercube"]
    guard let kind = design.name("kind", among: kinds) else { return .grid }
    let isHypercube = kind == "latin_hypercube"
    for key in ["points", "seed"] where design[key] != nil && !isHypercube {
      if let node = design[key] {
        design.complain(node, "\(quoted(key)) is for Latin hypercubes alone", expected: "no \(quoted(key))")
      }
    }
    if !isHypercube { return kind == "list" ? .list : .grid }
    if design["points"] == nil {
      design.complain(
        design.node, "the key \"points\" is missing in \"design\"", found: "a Latin hypercube",
        expected: "points: how many there are to be")
    }
    return .latinHypercube(points: design.whole("points", 1...StudyRecord.mostRuns), seed: design.seed())
  }

  private func warmUp() -> StudyRecord.WarmUpRule {
    guard let node = fields["warm_up"] else { return .scenario }
    if case .string(let text) = node.kind {
      if text == "mser-5" { return .mser5 }
      if text == "scenario" { return .scenario }
      if text.hasSuffix(" s"), let time = try? DecimalText(String(text.dropLast(2))).scaled(places: 9),
        Unit.seconds.range.contains(time)
      {
        return .fixed(Nanoseconds(Int64(time)))
      }
    }
    fields.complain(
      node, "\"warm_up\" says nothing known",
      expected: "\"scenario\", \"mser-5\" or seconds such as \"300 s\"")
    return .scenario
  }

  /// What can be said only of the whole: the number of points and of runs, and lists of one length.
  private func check(_ design: StudyDesign) {
    if design.kind == .list, let first = design.factors.first {
      for factor in design.factors where factor.values.count != first.values.count {
        fields.issues.add(
          Diagnostic(
            file: factor.place.file, line: factor.place.line, column: factor.place.column,
            "the factors of a list have equally many values", found: "\(factor.values.count)",
            expected: "\(first.values.count), as \(quoted(first.name)) has"))
      }
    }
    let most = StudyRecord.mostRuns
    guard let points = design.pointCount, points <= most / design.replications else {
      return fields.complain(
        fields["replications"] ?? fields.node, "the study has too many runs",
        found: design.pointCount.map { "\($0) points x \(design.replications)" }
          ?? "more than \(most) points",
        expected: "at most \(most) runs")
    }
  }
}

extension Fields {
  /// Where a value stands, in lines and columns.
  func place(of node: JSONNode) -> Alteration.Place {
    let (line, column) = source.position(at: node.offset)
    return Alteration.Place(file: source.name, line: line, column: column)
  }
}

/// Reads one factor.
private struct FactorReader {
  let fields: Fields
  let kind: StudyDesign.Kind

  func factor() -> StudyDesign.Factor {
    let key = key()
    var factor = StudyDesign.Factor(
      name: name(key), key: key, values: [], place: fields.place(of: fields.node))
    let isRange = fields["from"] != nil || fields["to"] != nil
    if isRange == (fields["values"] != nil) {
      fields.complain(
        fields.node, isRange ? "a factor has values or a range, not both" : "the factor has no values",
        found: isRange ? "values, and from or to" : "neither values nor a range",
        expected: "values: [...], or from, to and steps")
    } else if isRange {
      readRange(into: &factor)
    } else {
      factor.values = fields.list("values", count: 1...100_000).map {
        StudyDesign.Value(node: $0, place: fields.place(of: $0))
      }
      for other in ["steps", "decimals"] {
        if let node = fields[other] {
          fields.complain(node, "\(quoted(other)) is for ranges alone", expected: "no \(quoted(other))")
        }
      }
    }
    return factor
  }

  private func key() -> FactorKey {
    let text = fields.text("key")
    do throws(FactorKey.Fault) {
      return try FactorKey(text)
    } catch {
      if let node = fields["key"], !text.isEmpty {
        fields.complain(
          node, error.message, found: quoted(text), expected: error.expected, suggestion: error.suggestion)
      }
      return FactorKey.any
    }
  }

  /// The name that the factor was given, or its key; none that runs.csv has a column of already.
  private func name(_ key: FactorKey) -> String {
    guard let node = fields["name"] else { return key.text }
    let name = fields.plainName("name")
    let reasons = reasonNames.map { "rejected_" + $0 }
    let taken = StudyTable.leading + StudyTable.middle + FormatKeys.figures + reasons
    if taken.contains(name) {
      fields.complain(
        node, "runs.csv has a column of this name already", expected: "another name than those of figures")
    }
    return name
  }

  private func readRange(into factor: inout StudyDesign.Factor) {
    var isHypercube = false
    if case .latinHypercube = kind { isHypercube = true }
    for key in ["from", "to"] + (isHypercube ? [] : ["steps"]) where fields[key] == nil {
      fields.complain(
        fields.node, "the key \(quoted(key)) is missing in \"factors[]\"", found: "a range",
        expected: isHypercube ? "from and to" : "from, to and steps (how many values there are)")
    }
    if isHypercube, let node = fields["steps"] {
      fields.complain(
        node, "a Latin hypercube has a value for each of its points, and no steps", expected: "no \"steps\"")
    }
    guard let from = fields["from"], let to = fields["to"] else { return }
    let written = [from, to].map { node -> Int in
      guard case .number(let number) = node.kind else { return 0 }
      return (0...9).first { (try? number.scaled(places: $0)) != nil } ?? 9
    }
    let least = written.max() ?? 0
    let decimals = fields.whole("decimals", least...9, default: least)
    let unit = Unit(decimals, -1_000_000_000_000_000_000...1_000_000_000_000_000_000)
    guard let low = fields.number(from, called: "from", unit),
      let high = fields.number(to, called: "to", unit)
    else { return }
    if low >= high {
      return fields.complain(
        to, "the range ends where it begins, or before", expected: "more than from: \(from.json)")
    }
    let range = StudyDesign.Range(low: low, high: high, decimals: decimals)
    factor.range = range
    if isHypercube { return }
    let steps = fields.whole("steps", 2...100_000)
    let place = fields.place(of: from)
    factor.values = (0..<steps).map {
      StudyDesign.Value(node: range.number($0, of: steps - 1), place: place)
    }
    if Set(factor.values.map(\.node)).count != steps, let node = fields["steps"] {
      fields.complain(
        node, "there are not so many different numbers of \(decimals) decimals in the range",
        expected: "fewer steps, or more decimals")
    }
  }
}

extension FactorKey {
  /// A key that stands for one that could not be read.
  static let any = FactorKey(text: "", document: .scenario, steps: [])

  private init(text: String, document: Document, steps: [Step]) {
    self.text = text
    self.document = document
    self.steps = steps
  }
}
