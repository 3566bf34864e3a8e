import SorterModel

/// Reads sort plans, in CSV and in JSON5, and checks what can be checked without a machine.
struct PlanReader {
  let source: SourceText
  let issues: Issues

  /// A plan with the days on which its rules are in effect.
  struct DatedPlan {
    var name: String
    var title: String
    var rules: [PlanRuleText.Dated]
  }

  /// The plan in `source`, which is JSON5 if its name says so and CSV otherwise.
  func plan(named name: String) -> DatedPlan? {
    let plan = source.name.lowercased().hasSuffix(".csv") ? table(named: name) : object()
    if let plan, plan.rules.isEmpty, !issues.failed {
      issues.add(
        source.diagnostic(
          at: source.start, "the plan has no rules", found: "none", expected: "at least one rule"))
    }
    return plan
  }

  private func table(named name: String) -> DatedPlan? {
    let scanner = RowScanner(ByteWindow(source.bytes[source.start...], name: source.name))
    let known = FormatKeys.planColumns + FormatKeys.planOptionalColumns
    do throws(InvalidInput) {
      let header = try TableHeader(
        scanner, name: source.name, required: FormatKeys.planColumns, others: FormatKeys.planOptionalColumns)
      tellNearMisses(header, scanner)
      var rules: [PlanRuleText.Dated] = []
      while try scanner.next(of: header.names.count, issues) {
        var rule = PlanRuleText(
          parts: [:], line: scanner.line, column: 1, file: source.name, issues: issues)
        for column in known {
          guard let index = header.index(column) else { continue }
          let (line, place) = scanner.position(of: index)
          rule.parts[column] = PlanRuleText.Part(text: scanner.text(index), line: line, column: place)
        }
        if let dated = rule.dated() { rules.append(dated) }
      }
      return DatedPlan(name: name, title: "", rules: rules)
    } catch {
      issues.add(error)
      return nil
    }
  }

  /// Says which columns are left aside although they are nearly one that a plan may have.
  private func tellNearMisses(_ header: TableHeader, _ scanner: RowScanner) {
    let absent = FormatKeys.planOptionalColumns.filter { header.index($0) == nil }
    for (index, name) in header.names.enumerated()
    where !FormatKeys.planColumns.contains(name) && !FormatKeys.planOptionalColumns.contains(name) {
      guard let near = nearestName(to: name, among: absent) else { continue }
      let (line, column) = scanner.position(of: index)
      issues.add(
        Diagnostic(
          .warning, file: source.name, line: line, column: column, "this column is left aside",
          found: quoted(name), expected: "a column of a sort plan", suggestion: near))
    }
  }
}

extension PlanReader {
  private func object() -> DatedPlan? {
    guard let node = JSON5Reader.read(source, issues: issues),
      let fields = Fields(node, as: .plan, source: source, issues: issues)
    else { return nil }
    fields.checkVersion()
    let rules = fields.objects("rules", count: 0...100_000, as: .planRule).compactMap { rule in
      let (line, column) = source.position(at: rule.node.offset)
      var text = PlanRuleText(parts: [:], line: line, column: column, file: source.name, issues: issues)
      for key in FormatKeys.planColumns + FormatKeys.planOptionalColumns {
        guard let value = rule[key], let joined = joined(value, key, rule) else { continue }
        let (line, column) = source.position(at: value.offset)
        text.parts[key] = PlanRuleText.Part(text: joined, line: line, column: column)
      }
      return text.dated()
    }
    return DatedPlan(
      name: fields.plainName("name"), title: fields.text("title", length: 0...200), rules: rules)
  }

  /// The text of a rule's part; lists of names are joined as CSV would write them.
  private func joined(_ value: JSONNode, _ key: String, _ rule: Fields) -> String? {
    guard key == "bins" || key == "alternates" else {
      return rule.text(of: value, called: key, length: 0...200)
    }
    let names = rule.list(key, count: 0...NameList.maximum).map {
      rule.text(of: $0, called: key, length: 1...60)
    }
    return names.contains(nil) ? nil : names.compactMap { $0 }.joined(separator: " ")
  }
}
