import SorterModel
import Telemetry

extension StudyRecord {
  /// 16 hexadecimal digits that are the same for the same study.
  public var studyID: String {
    var digest = FNV1a64()
    digest.combine(json(id: ""))
    return digest.hexadecimal
  }

  /// The bytes of study.json.
  public var json: [UInt8] { json(id: studyID) }

  private func json(id: String) -> [UInt8] {
    var out = JSONText()
    out.openObject()
    out.number("schema_version", FormatKeys.schemaVersion)
    out.text("study_id", id)
    out.openObject("program")
    out.text("name", "sortline")
    out.text("version", programVersion)
    out.closeObject()
    out.text("name", name)
    out.text("title", title)
    out.text("scenario", scenario)
    out.number("seed", seed)
    out.number("replications", replications)
    out.number("runs", runCount)
    out.text("random_numbers", randomNumbers.rawValue)
    out.text("warm_up", warmUpText)
    if let until { out.number("until_s", decimalText(Int(until.rawValue), places: 9)) }
    writeInputs(to: &out)
    writeDesign(to: &out)
    writeFigures(to: &out)
    writeExpectations(to: &out)
    out.closeObject()
    return out.bytes
  }

  /// The warm-up rule as study.json says it: `scenario`, `mser-5`, or seconds such as `300 s`.
  public var warmUpText: String {
    switch warmUp {
    case .scenario: "scenario"
    case .mser5: "mser-5"
    case .fixed(let time): decimalText(Int(time.rawValue), places: 9) + " s"
    }
  }

  private func writeInputs(to out: inout JSONText) {
    out.openList("inputs")
    for input in inputs {
      out.openObject()
      out.text("role", input.role)
      out.text("path", input.path)
      out.number("bytes", input.bytes)
      out.text("digest", input.digest)
      out.closeObject()
    }
    out.closeList()
  }

  private func writeDesign(to out: inout JSONText) {
    out.openList("factors")
    for factor in factors {
      out.openObject()
      out.text("name", factor.name)
      out.text("key", factor.key)
      out.closeObject()
    }
    out.closeList()
    out.openList("points")
    for (number, point) in points.enumerated() {
      out.openObject()
      out.number("point", number)
      out.openObject("values")
      for (factor, value) in zip(factors, point.values) { out.value(factor.name, value) }
      out.closeObject()
      out.text("inputs_digest", point.inputsDigest)
      out.closeObject()
    }
    out.closeList()
  }

  private func writeFigures(to out: inout JSONText) {
    out.openList("figures")
    for figure in figures {
      out.openObject()
      out.text("name", figure.name)
      out.text("column", figure.column)
      out.text("unit", figure.unit)
      out.flag("count", figure.isCount)
      out.text("formula", figure.formula)
      out.closeObject()
    }
    out.closeList()
  }

  private func writeExpectations(to out: inout JSONText) {
    out.openList("expectations")
    for expectation in expectations {
      out.openObject()
      out.text("figure", expectation.figure)
      for (key, bound) in [("at_least", expectation.atLeastMicros), ("at_most", expectation.atMostMicros)] {
        if let bound { out.number(key, decimalText(bound, places: 6)) }
      }
      out.closeObject()
    }
    out.closeList()
    if precision.isEmpty { return }
    out.openList("precision")
    for target in precision {
      out.openObject()
      out.text("figure", target.figure)
      out.number("half_width_ppm", target.halfWidthPartsPerMillion)
      out.closeObject()
    }
    out.closeList()
  }
}

extension JSONText {
  /// A member with a factor's value.
  mutating func value(_ key: String, _ value: StudyValue) {
    switch value {
    case .number(let digits): number(key, digits)
    case .text(let words): text(key, words)
    case .flag(let isTrue): flag(key, isTrue)
    case .json(let json): number(key, json)
    }
  }
}
