import FileFormats
import Glibc
import RegisterMap
import Reporting
import SorterModel

extension Command {
  /// `sortline map`: prints, checks, imports, exports and drafts register maps.
  static let map = Command(
    CommandSpec(
      "map", group: "Commission",
      abstract: "Print, check, import, export or draft a machine's register map.",
      discussion: [
        "A register map says where a machine's points lie: name, table, address, type, who may write. Addresses "
          + "are those on the wire, counted from 0; the reference beside them (40001) counts from 1, as many "
          + "PLC editors do.",
        "--check looks for what would only show on the machine: points on one another, writing where a table "
          + "can only be read, points that the register interface needs and the map lacks. It prints what the "
          + "map means in requests and times, and refuses direct control that cannot hold.",
        "--import takes a CSV with column names of somebody else's and says what each was taken for. --draft "
          + "makes a map to begin with for a machine that has none.",
      ],
      optionGroups: [
        OptionGroup(
          "Which map",
          [
            OptionSpec(
              "profile", value: "NAME|FILE", "The machine: its map, or what a map is held against.",
              completion: .nameOrFile(matching: "hardware-profiles/*/")),
            OptionSpec(
              "import", value: "FILE", "Take this CSV instead of the machine's map.",
              completion: .file(["csv"])),
            OptionSpec(
              "count-from", value: "0|1", "What an imported file calls the first address of a table.",
              standard: "1 for columns such as 4x, else 0"),
            OptionSpec("draft", "Make a map for the machine instead of reading its own."),
          ]),
        OptionGroup(
          "What to do with it",
          [
            OptionSpec("check", "Tell every fault, and what the map means in requests and times."),
            OptionSpec("export", value: "FILE", "Write the map to this CSV.", completion: .file(["csv"])),
            OptionSpec("references", "Write a column with references that count from 1 too."),
            OptionSpec("force", short: "f", "Replace FILE."),
            OptionSpec("reasons", "Print the numbers of the reasons instead."),
            OptionSpec("json", "Print JSON."),
          ]),
      ],
      examples: [
        ExampleSpec("sortline map --profile letter-sorter", "where the letter sorter's points lie"),
        ExampleSpec("sortline map --profile letter-sorter --check", "what is wrong with the map"),
        ExampleSpec(
          "sortline map --profile my-sorter --draft --export registers.csv", "a map to begin with"),
        ExampleSpec("sortline map --import theirs.csv --export registers.csv", "another tool's list of tags"),
        ExampleSpec("sortline map --reasons", "what the number of a reason stands for"),
      ])
  ) { invocation in
    let line = invocation.line
    if line.has("reasons") { return try tellReasons(invocation.console, asJSON: line.has("json")) }
    let request = MapRequest(invocation)
    let map = try request.map()
    if let file = line.text("export") { try request.export(map, to: file) }
    if line.has("check") { return try request.check(map) }
    guard line.text("export") == nil || line.has("json") else { return .ok }
    let listing = MapListing(map: map)
    if line.has("json") {
      invocation.console.out.write(try listing.json())
    } else {
      for text in listing.lines(for: invocation.console.outTraits) { invocation.console.print(text) }
    }
    return .ok
  }

  private static func tellReasons(_ console: Console, asJSON: Bool) throws -> ExitCode {
    let reasons = Reason.allCases
    if asJSON {
      let lines = reasons.map { "  {\"number\": \($0.rawValue), \"name\": \"\($0.name)\"}" }
      console.out.write("[\n" + lines.joined(separator: ",\n") + "\n]\n")
      return .ok
    }
    let table = Table(
      columns: [.numbers("number"), .words("name"), .words("meaning")],
      rows: reasons.map { reason in
        [
          Table.Cell("\(reason.rawValue)"), Table.Cell(reason.name.isEmpty ? "(none)" : reason.name),
          Table.Cell(reason.name.isEmpty ? "no particular reason" : because(reason.name), mood: .faint),
        ]
      })
    for text in table.lines(for: console.outTraits) { console.print(text) }
    return .ok
  }
}

/// What `sortline map` is asked for.
private struct MapRequest {
  let line: ParsedCommand
  let console: Console
  let library: Library

  init(_ invocation: Invocation) {
    line = invocation.line
    console = invocation.console
    library = Library(environmentHome: console.environment["SORTLINE_HOME"])
  }

  /// The map: imported, drafted, or the machine's own.
  func map() throws -> RegisterMap {
    if let file = line.text("import") { return try imported(file) }
    guard let name = line.text("profile") else {
      throw UsageError(
        "'map' needs --profile or --import", advice: "For example: sortline map --profile letter-sorter",
        command: "map")
    }
    if line.has("draft") { return .draft(for: try library.loadProfile(name).value) }
    let machine = try library.loadMachine(name)
    if let map = machine.registers { return map }
    let why =
      machine.profile.modbus == nil ? "has no \"modbus\" section" : "names a register map that is not there"
    throw CommandFailure(
      .configuration, "the profile \(quoted(machine.profile.name)) \(why)",
      advice:
        "'sortline map --profile \(printable(name)) --draft --export registers.csv' makes a map to begin with."
    )
  }

  private func imported(_ file: String) throws -> RegisterMap {
    let countFrom = try line.integer("count-from", in: 0...1).map { Int($0) }
    let result = try RegisterMapImport(path: file, countFrom: countFrom)
    let style = console.errTraits.style
    console.note("\(printable(file, limit: 240)): \(grouped(result.map.points.count)) points")
    for column in result.columns {
      console.note("  \(style.code(printable(column.name))) -> \(column.meaning)")
    }
    for assumption in result.assumptions { console.note("  \(assumption)") }
    return result.map
  }

  /// Writes the map; a file that is there is replaced only when that is asked for.
  func export(_ map: RegisterMap, to file: String) throws {
    guard unsafe line.has("force") || access(file, F_OK) != 0 else {
      throw CommandFailure(
        .cannotCreate, "'\(printable(file, limit: 240))' is there already", advice: "--force replaces it.")
    }
    let text = RegisterMapText.csv(map, withReferences: line.has("references"))
    try writeWhole(Array(text.utf8), to: file)
    console.note("\(grouped(map.points.count)) points written to \(printable(file, limit: 240))")
  }

  /// Tells what is wrong with a map and what it means; reading it has told the faults of the machine's own.
  func check(_ map: RegisterMap) throws -> ExitCode {
    let report = CheckReport(console: console, strict: false)
    let named = line.text("profile")
    let machine = try named.map { try library.loadMachine($0) }
    for remark in machine?.remarks ?? [] where !(line.has("draft") || line.has("import")) {
      report.tell(remark)
    }
    if line.has("import") || line.has("draft") {
      let file = line.text("import") ?? "the draft"
      let found = map.issues() + (machine.map { map.issues(for: $0.profile) } ?? [])
      for issue in found {
        let point = issue.point.map { "\(map.points[$0].name): " } ?? ""
        report.tell(
          Diagnostic(
            issue.isError ? .error : .warning, file: file, point + issue.message, found: issue.found,
            expected: issue.expected), code: .configuration)
      }
    }
    if let profile = machine?.profile, let arithmetic = ModbusArithmetic(profile, map) {
      report.figures("Modbus of \(printable(profile.name))", arithmetic.lines)
      for fault in arithmetic.faults {
        report.tell(Diagnostic(file: named ?? "", fault), code: .configuration)
      }
    }
    console.print()
    report.end(files: 1)
    return report.code
  }
}
