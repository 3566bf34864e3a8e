/// What the tables of a run hold, for programs that read them: datapackage.json, by Frictionless Data Package 1.
///
/// With it a table is read with the right types by any tool that knows the standard: each column has its type, its
/// unit in words, and what an empty field means. It says nothing of the numbers in the tables, so a live run has it
/// from its beginning, and the same run gives the same bytes.
public struct DataPackage: Hashable, Sendable {
  /// The name of the file in a run directory.
  public static let fileName = "datapackage.json"

  /// The run whose tables are described.
  public let run: RunDescription

  /// The description of a run's tables.
  public init(_ run: RunDescription) { self.run = run }

  /// A column of a table.
  struct Field: Hashable, Sendable {
    var name: String
    var kind: Kind
    var description: String
    /// Whether every row has it.
    var isRequired = false
    /// The only texts that may stand in it; empty where any may.
    var choices: [String] = []

    /// What stands in a column, in the standard's words.
    enum Kind: String, Sendable { case string, integer, number }

    static func string(_ name: String, _ description: String, of choices: [String] = []) -> Field {
      Field(name: name, kind: .string, description: description, choices: choices)
    }
    static func integer(_ name: String, _ description: String) -> Field {
      Field(name: name, kind: .integer, description: description)
    }
    static func number(_ name: String, _ description: String) -> Field {
      Field(name: name, kind: .number, description: description)
    }

    /// The same column with something in every row.
    var required: Field {
      var field = self
      field.isRequired = true
      return field
    }
  }

  /// The bytes of datapackage.json.
  public var json: [UInt8] {
    var out = JSONText()
    out.openObject()
    out.text("profile", "tabular-data-package")
    out.text("name", "sortline-run-\(run.runIDText)")
    out.text("title", "\(run.scenario) on \(run.profile.name), plan \(run.plan), seed \(run.seed)")
    out.openList("resources")
    write(
      "metrics", "What happened in each interval of the run, warm-up included.", Self.metricsFields,
      key: ["run_id", "interval_start_s"], to: &out)
    write("pieces", "Each piece and how it ended.", Self.piecesFields, key: ["run_id", "piece"], to: &out)
    out.closeList()
    out.closeObject()
    return out.bytes
  }

  private func write(
    _ name: String, _ description: String, _ fields: [Field], key: [String], to out: inout JSONText
  ) {
    out.openObject()
    out.text("profile", "tabular-data-resource")
    out.text("name", name)
    out.text("path", "\(name).csv")
    out.text("description", description)
    out.text("format", "csv")
    out.text("mediatype", "text/csv")
    out.text("encoding", "utf-8")
    out.openObject("dialect")
    out.text("delimiter", ",")
    out.text("lineTerminator", "\n")
    out.text("quoteChar", "\"")
    out.flag("doubleQuote", true)
    out.flag("header", true)
    out.closeObject()
    out.openObject("schema")
    out.openList("fields")
    for field in fields { write(field, to: &out) }
    out.closeList()
    out.openList("missingValues")
    out.item("")
    out.closeList()
    out.openList("primaryKey")
    for column in key { out.item(column) }
    out.closeList()
    out.closeObject()
    out.closeObject()
  }

  private func write(_ field: Field, to out: inout JSONText) {
    out.openObject()
    out.text("name", field.name)
    out.text("type", field.kind.rawValue)
    out.text("description", field.description)
    if field.isRequired || !field.choices.isEmpty {
      out.openObject("constraints")
      if field.isRequired { out.flag("required", true) }
      if !field.choices.isEmpty {
        out.openList("enum")
        for choice in field.choices { out.item(choice) }
        out.closeList()
      }
      out.closeObject()
    }
    out.closeObject()
  }
}
