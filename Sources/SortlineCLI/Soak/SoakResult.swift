import FileFormats
import Foundation
import Quantities
import Soak
import Telemetry

/// What a soak came to, for people and for machines.
struct SoakResult {
  let report: SoakReport
  /// How long it took.
  let took: Nanoseconds
  /// The first seed, and the pieces of each run.
  let seed: UInt64
  let pieces: Int

  /// A case file that was written.
  struct Written {
    var path: String
    var smallest: SoakCase
    var violation: SoakViolation
  }

  /// At most so many broken seeds are told one by one.
  private static let shown = 10

  /// Prints the result.
  func tell(_ console: Console, _ options: SoakOptions, _ cases: [Written]) throws {
    if options.printsJSON {
      console.print(try json(cases))
      return
    }
    if !options.isQuiet { for line in table.lines(for: console.outTraits) { console.print(line) } }
    for failure in report.violations.prefix(Self.shown) {
      let violation = failure.violation
      console.print(
        "BROKEN: seed \(failure.seed), \(violation.invariant.rawValue) after "
          + "\(violation.at.secondsText) s: \(printable(violation.what, limit: 400))")
    }
    if report.violations.count > Self.shown {
      console.print("and \(grouped(report.violations.count - Self.shown)) more seeds")
    }
    for written in cases {
      console.print(
        "A small case of it, \(grouped(written.smallest.pieces)) pieces and "
          + "\(grouped(written.smallest.faults.count)) faults, is in \(printable(written.path)):")
      console.print("  sortline soak --case \(printable(written.path))")
    }
    if options.caseFile == nil {
      for missing in report.missing {
        console.print("NEVER: no fault of the class \(missing.rawValue) came about; run more seeds")
      }
    }
  }

  private var table: Table {
    var table = Table(
      "\(grouped(report.seeds)) \(report.seeds == 1 ? "seed" : "seeds") from \(seed), \(grouped(pieces)) pieces each",
      columns: [.words(""), .numbers(""), .words("")])
    table.rows = [
      ["fed", Table.Cell(grouped(report.fed)), "pieces"],
      ["outcomes held against the truth", Table.Cell(grouped(report.outcomes)), "pieces"],
      ["controllers started", Table.Cell(grouped(report.controllers)), ""],
      ["of these, gone on with a run", Table.Cell(grouped(report.resumptions)), ""],
      ["time in the runs", Table.Cell(grouped(Int(report.lasted.rawValue / 1_000_000_000))), "s"], [],
      ["faults", Table.Cell(grouped(report.counts.total)), ""],
    ]
    for faultClass in SoakFault.Class.allCases {
      let kinds = SoakFault.Kind.allCases.filter { $0.faultClass == faultClass && report.counts[$0] > 0 }
      let words = kinds.map { kind in
        let word = kind.rawValue.split(separator: "-").dropFirst().joined(separator: " ")
        return word.isEmpty ? kind.rawValue : "\(word) \(grouped(report.counts[kind]))"
      }
      table.rows.append([
        "  \(faultClass.rawValue)", Table.Cell(grouped(report.counts[faultClass])),
        Table.Cell(words.count > 1 ? words.joined(separator: ", ") : "", mood: .faint),
      ])
    }
    table.rows.append([])
    let broken = report.violations.count
    table.rows.append([
      "broken invariants", Table.Cell(grouped(broken), mood: broken == 0 ? .good : .bad),
      Table.Cell("digest \(hexadecimal(report.digest)), in \(took.secondsText) s"),
    ])
    return table
  }

  private struct JSON: Encodable {
    struct Violation: Encodable {
      var seed: UInt64
      var invariant: String
      var atMs: Double
      var what: String
    }
    struct Case: Encodable {
      var file: String
      var pieces: Int
      var faults: Int
    }
    var schemaVersion = 1
    var start: UInt64
    var seeds: Int
    var pieces: Int
    var fed: Int
    var outcomes: Int
    var controllers: Int
    var resumptions: Int
    var simulatedS: Int
    var elapsedS: Double
    var digest: String
    var faults: [String: Int]
    var faultClasses: [String: Int]
    var never: [String]
    var violations: [Violation]
    var cases: [Case]
  }

  private func json(_ cases: [Written]) throws -> String {
    let counts = report.counts
    let value = JSON(
      start: seed, seeds: report.seeds, pieces: pieces, fed: report.fed, outcomes: report.outcomes,
      controllers: report.controllers, resumptions: report.resumptions,
      simulatedS: Int(report.lasted.rawValue / 1_000_000_000),
      elapsedS: Double(took.rawValue / 1_000_000) / 1_000, digest: hexadecimal(report.digest),
      faults: Dictionary(uniqueKeysWithValues: SoakFault.Kind.allCases.map { ($0.rawValue, counts[$0]) }),
      faultClasses: Dictionary(
        uniqueKeysWithValues: SoakFault.Class.allCases.map { ($0.rawValue, counts[$0]) }),
      never: report.missing.map(\.rawValue),
      violations: report.violations.map {
        JSON.Violation(
          seed: $0.seed, invariant: $0.violation.invariant.rawValue,
          atMs: Double($0.violation.at.rawValue / 1_000) / 1_000, what: $0.violation.what)
      },
      cases: cases.map {
        JSON.Case(file: $0.path, pieces: $0.smallest.pieces, faults: $0.smallest.faults.count)
      })
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
