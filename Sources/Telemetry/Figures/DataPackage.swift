/// What the tables in a directory hold, for programs that read them: datapackage.json, by Frictionless Data Package 1.
///
/// With it a table is read with the right types by any tool that knows the standard: each column has its type, its
/// unit in words, and what an empty field means. It says nothing of the numbers in the tables, so a live run has it
/// from its beginning, and the same run or study gives the same bytes.
public struct DataPackage: Hashable, Sendable {
  /// The name of the file in a directory.
  public static let fileName = "datapackage.json"

  /// The package's name: lower-case letters, digits, points, underlines and hyphens.
  package let name: String
  /// One line for people.
  package let title: String
  /// The tables, which lie beside the file.
  package let tables: [Table]

  /// A description of these tables.
  package init(name: String, title: String, tables: [Table]) {
    self.name = name
    self.title = title
    self.tables = tables
  }

  /// A CSV file.
  package struct Table: Hashable, Sendable {
    /// The file's name without `.csv`.
    package var name: String
    package var description: String
    /// The columns in their order.
    package var fields: [Field]
    /// The columns whose values together name a row.
    package var key: [String]

    package init(name: String, description: String, fields: [Field], key: [String]) {
      self.name = name
      self.description = description
      self.fields = fields
      self.key = key
    }
  }

  /// A column of a table.
  package struct Field: Hashable, Sendable {
    package var name: String
    package var kind: Kind
    package var description: String
    /// Whether every row has it.
    package var isRequired = false
    /// The only texts that may stand in it; empty where any may.
    package var choices: [String] = []

    /// What stands in a column, in the standard's words.
    package enum Kind: String, Sendable { case string, integer, number, boolean }

    package static func string(_ name: String, _ description: String, of choices: [String] = []) -> Field {
      Field(name: name, kind: .string, description: description, choices: choices)
    }
    package static func integer(_ name: String, _ description: String) -> Field {
      Field(name: name, kind: .integer, description: description)
    }
    package static func number(_ name: String, _ description: String) -> Field {
      Field(name: name, kind: .number, description: description)
    }
    package static func boolean(_ name: String, _ description: String) -> Field {
      Field(name: name, kind: .boolean, description: description)
    }

    /// The same column with something in every row.
    package var required: Field {
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
    out.text("name", name)
    out.text("title", title)
    out.openList("resources")
    for table in tables { write(table, to: &out) }
    out.closeList()
    out.closeObject()
    return out.bytes
  }

  private func write(_ table: Table, to out: inout JSONText) {
    out.openObject()
    out.text("profile", "tabular-data-resource")
    out.text("name", table.name)
    out.text("path", "\(table.name).csv")
    out.text("description", table.description)
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
    for field in table.fields { write(field, to: &out) }
    out.closeList()
    out.openList("missingValues")
    out.item("")
    out.closeList()
    out.openList("primaryKey")
    for column in table.key { out.item(column) }
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
