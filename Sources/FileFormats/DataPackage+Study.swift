import Telemetry

/// The table of a study, its columns in the order in which `StudyTable` writes them.
extension DataPackage {
  /// The description of a study's runs.csv.
  public init(_ record: StudyRecord) {
    self.init(
      name: "sortline-study-\(record.studyID)", title: record.title,
      tables: [
        Table(
          name: "runs",
          description: "A finished run of the study in each row, in the order of their numbers.",
          fields: Self.leadingFields + record.factorFields + Self.middleFields + record.figures.map(\.field),
          key: ["run"])
      ])
  }

  /// The columns before the factors.
  private static let leadingFields: [Field] = [
    .integer("run", "The run's number in the study, from 0.").required,
    .integer("point", "The design point, from 0.").required,
    .integer("replication", "The replication of its point, from 1.").required,
    .integer("seed", "The seed of the run's random streams.").required,
    .string("run_id", "The run's id: the same inputs, the same id.").required,
  ]

  /// The columns between the factors and the figures.
  private static let middleFields: [Field] = [
    .string("ended", "Why the run ended.", of: RunEnding.allCases.map(\.rawValue)).required,
    .number("warm_up_s", "What the run's figures leave out at its beginning, in seconds.").required,
    .string("digest", "A digest over every decision of the dispatcher: the same run, the same digest.")
      .required,
  ]
}

extension StudyRecord {
  /// A column for each factor, with the narrowest type that all its values have.
  fileprivate var factorFields: [DataPackage.Field] {
    factors.enumerated().map { place, factor in
      let kinds = Set(points.map { $0.values[place].kind })
      let words = "The value that this factor gives to \(factor.key)."
      return switch kinds {
      case [.integer]: .integer(factor.name, words)
      case [.number], [.integer, .number]: .number(factor.name, words)
      case [.boolean]: .boolean(factor.name, words)
      default: .string(factor.name, words)
      }
    }
  }
}

extension StudyValue {
  /// The narrowest type of a column that this value can stand in, as it is written.
  fileprivate var kind: DataPackage.Field.Kind {
    switch self {
    case .flag: .boolean
    case .text, .json: .string
    case .number(let text):
      Int64(text) != nil ? .integer : text.utf8.allSatisfy(Self.isDecimal) ? .number : .string
    }
  }

  /// Whether a byte can stand in a decimal number; JSON5 knows others too, which tables do not.
  private static func isDecimal(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
  }
}

extension StudyRecord.FigureKind {
  /// The figure's column.
  fileprivate var field: DataPackage.Field {
    let words = unit.isEmpty ? "\(name): \(formula)." : "\(name), in \(unit): \(formula)."
    return (isCount ? DataPackage.Field.integer(column, words) : .number(column, words)).required
  }
}
