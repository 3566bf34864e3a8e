import FileFormats
import Foundation
import Testing

/// The keys of an object as a schema states them.
private struct SchemaObject {
  var all: Set<String>
  var required: Set<String>

  /// The object at a path such as `bins[].capacity`; alternatives are taken together.
  init(_ schema: [String: Any], at path: String) throws {
    var nodes = [schema]
    for step in path.split(separator: ".").map(String.init) {
      let isList = step.hasSuffix("[]")
      let key = isList ? String(step.dropLast(2)) : step
      nodes = nodes.flatMap { node -> [[String: Any]] in
        let inside =
          key == "*"
          ? node["additionalProperties"] : (node["properties"] as? [String: Any])?[key]
        guard let inside = inside as? [String: Any] else { return [] }
        return Self.alternatives(isList ? (inside["items"] as? [String: Any] ?? [:]) : inside)
      }
    }
    try self.init(alternatives: nodes)
  }

  init(alternatives: [[String: Any]]) throws {
    try #require(!alternatives.isEmpty)
    let properties = alternatives.map { Set(($0["properties"] as? [String: Any] ?? [:]).keys) }
    let required = alternatives.map { Set($0["required"] as? [String] ?? []) }
    all = properties.reduce([]) { $0.union($1) }
    self.required = required.dropFirst().reduce(required[0]) { $0.intersection($1) }
    for node in alternatives { try #require(node["additionalProperties"] as? Bool == false) }
  }

  /// The node, or what `oneOf` gives to choose from.
  static func alternatives(_ node: [String: Any]) -> [[String: Any]] {
    if node["properties"] != nil { return [node] }
    return (node["oneOf"] as? [[String: Any]]) ?? [node]
  }
}

@Suite("The published schemas")
struct SchemaTests {
  private func schema(_ path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: "\(packageRoot)/\(path)"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private func compare(_ keys: ObjectKeys, _ object: SchemaObject) {
    #expect(object.all == Set(keys.all), "the keys of \(keys.path)")
    #expect(object.required == Set(keys.required), "the required keys of \(keys.path)")
  }

  @Test("name the keys of a profile that the reader knows, and no others")
  func profile() throws {
    let schema = try schema("hardware-profiles/profile.schema.json")
    for keys in FormatKeys.profile { compare(keys, try SchemaObject(schema, at: keys.path)) }
  }

  @Test("name the columns of a register map that the reader knows, and no others")
  func registers() throws {
    let schema = try schema("hardware-profiles/registers-row.schema.json")
    let columns = try #require(schema["properties"] as? [String: Any]).keys
    #expect(Set(columns) == Set(FormatKeys.registerColumns + [FormatKeys.referenceColumn]))
    #expect(schema["required"] as? [String] == ["name"])
  }

  @Test("name the keys of a sort plan that the reader knows, and no others")
  func plan() throws {
    let schema = try schema("scenarios/plan.schema.json")
    for keys in FormatKeys.plan { compare(keys, try SchemaObject(schema, at: keys.path)) }
    let row = try SchemaObject(alternatives: [self.schema("scenarios/schemas/plan-row.schema.json")])
    compare(ObjectKeys("", required: FormatKeys.planColumns, optional: FormatKeys.planOptionalColumns), row)
  }

  @Test("name the keys of a scenario that the reader knows, and no others")
  func scenario() throws {
    let schema = try schema("scenarios/scenario.schema.json")
    let apart = ["mail", "faults[]"]
    for keys in FormatKeys.scenario where !apart.contains(keys.path) {
      compare(keys, try SchemaObject(schema, at: keys.path))
    }
    let properties = try #require(schema["properties"] as? [String: [String: Any]])
    let mail = SchemaObject.alternatives(try #require(properties["mail"]))
    for keys in FormatKeys.scenario where keys.path == "mail" {
      let same = mail.first { Set(($0["properties"] as? [String: Any] ?? [:]).keys) == Set(keys.all) }
      compare(keys, try SchemaObject(alternatives: [#require(same)]))
    }
    let faults = SchemaObject.alternatives(try #require(properties["faults"]?["items"] as? [String: Any]))
    #expect(faults.count == FormatKeys.faults.count)
    for (kind, keys) in FormatKeys.faults {
      let same = faults.first {
        let named = ($0["properties"] as? [String: [String: Any]])?["fault"]
        return named?["const"] as? String == kind || (named?["enum"] as? [String]) == [kind]
      }
      compare(keys, try SchemaObject(alternatives: [#require(same, "\(kind)")]))
    }
  }

  @Test("name the keys of a soak's case that the reader knows, and no others")
  func soakCase() throws {
    let schema = try schema("scenarios/schemas/soak-case.schema.json")
    for keys in FormatKeys.soakCase { compare(keys, try SchemaObject(schema, at: keys.path)) }
  }

  @Test("name the keys of a study that the reader knows, and no others")
  func study() throws {
    let schema = try schema("scenarios/study.schema.json")
    for keys in FormatKeys.study { compare(keys, try SchemaObject(schema, at: keys.path)) }
  }

  @Test("name the keys of a study's record and summary that the readers know, and no others")
  func studyRecord() throws {
    for (name, objects) in [
      ("study", FormatKeys.studyRecord), ("study-summary", FormatKeys.studySummary),
    ] {
      let schema = try schema("scenarios/schemas/\(name).schema.json")
      for keys in objects { compare(keys, try SchemaObject(schema, at: keys.path)) }
    }
    let row = try schema("scenarios/schemas/runs-row.schema.json")
    #expect(row["required"] as? [String] == StudyTable.leading + StudyTable.middle)
  }

  @Test("name the figures that thresholds may be set on")
  func figures() throws {
    let schema = try schema("scenarios/scenario.schema.json")
    let properties = try #require(schema["properties"] as? [String: [String: Any]])
    let names = try #require(properties["expect"]?["propertyNames"] as? [String: [[String: Any]]])
    let known = names.values.flatMap { $0 }.compactMap { $0["enum"] as? [String] }.flatMap { $0 }
    #expect(Set(known) == Set(FormatKeys.figures))
  }

  @Test("name the columns of mail and of mixes")
  func columns() throws {
    let mail = try SchemaObject(alternatives: [schema("scenarios/schemas/mail-row.schema.json")])
    #expect(mail.all.isSuperset(of: FormatKeys.mailColumns))
    #expect(mail.required == Set(FormatKeys.mailColumns))
    let mix = try SchemaObject(alternatives: [schema("scenarios/schemas/mix-row.schema.json")])
    #expect(mix.all == Set(FormatKeys.mixColumns))
  }
}
