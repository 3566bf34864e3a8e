import FileFormats
import Telemetry

/// What summary.json says of a run, as far as the report shows it.
struct RunSummary {
  /// Why the run ended: a raw value of `RunEnding`.
  var ended: String
  /// The digest over every decision.
  var digest: String
  /// Every figure in its order.
  var figures: [Figure]
  /// The scenario's thresholds.
  var thresholds: [Threshold]
  /// Seconds in each state of the machine, by the names in the file.
  var stateSeconds: [String: Double]
  /// The bins in the order of the profile.
  var bins: [BinCount]
  /// Pieces fed before this time are in no figure, in seconds.
  var warmUp: Double
  /// How punctual a run in real time was.
  var timing: JSONValue?

  /// A threshold and what became of it.
  struct Threshold {
    var figure: String
    var wanted: String
    var got: String
    var isMet: Bool
    var isJudged: Bool
  }

  /// What became of a bin in the measured time.
  struct BinCount {
    var name: String
    var pieces: Int
    var sweeps: Int
    var fullSeconds: Double
  }

  /// The summary that a file spells.
  init(_ file: JSONValue) {
    ended = file["ended"]?.text ?? ""
    digest = file["digest"]?.text ?? ""
    figures = (file["figures"]?.items ?? []).map { item in
      Figure(
        item["name"]?.text ?? "", micros: Int(((item["value"]?.decimal ?? 0) * 1e6).rounded()),
        unit: item["unit"]?.text ?? "", formula: item["formula"]?.text ?? "")
    }
    thresholds = (file["expectations"]?.items ?? []).map { item in
      Threshold(
        figure: item["figure"]?.text ?? "", wanted: item["wanted"]?.text ?? "",
        got: item["got"]?.numberText ?? "no such figure", isMet: item["met"] == .bool(true),
        isJudged: item["judged"] != .bool(false))
    }
    stateSeconds = [:]
    for member in file["state_times_s"]?.members ?? [] { stateSeconds[member.key] = member.value.decimal }
    bins = (file["bins"]?.items ?? []).map { item in
      BinCount(
        name: item["name"]?.text ?? "", pieces: item["pieces"]?.integer ?? 0,
        sweeps: item["sweeps"]?.integer ?? 0, fullSeconds: item["full_s"]?.decimal ?? 0)
    }
    warmUp = file["warm_up"]?["length_s"]?.decimal ?? 0
    timing = file["timing"]
  }

  /// The figure of a name, if there is one.
  subscript(name: String) -> Figure? { figures.first { $0.name == name } }

  /// The value of a figure in its unit; 0 where there is none.
  func value(_ name: String) -> Double { Double(self[name]?.micros ?? 0) / 1e6 }
}

extension JSONValue {
  /// The value of a number that is small enough for an exact double.
  var decimal: Double? { numberText.flatMap { Double($0) } }
}
