import FileFormats
import ModbusPlant

/// What `probe` found, for a person or a program to read.
struct ProbeFindings {
  var target: ProbeTarget
  var connectTime: Int64
  var timeout: Int64
  var capacities: [RequestCapacity] = []
  var roundTrips: [RoundTrips] = []

  /// The response time-outs that the answers are held against, in milliseconds.
  static let timeouts: [Int64] = [5, 10, 20, 50, 100, 200, 500]

  var suggested: SuggestedSettings {
    SuggestedSettings(capacities: capacities, roundTrips: roundTrips, connectTime: connectTime)
  }

  /// The tables for a person.
  func lines(for traits: TerminalTraits) -> [String] {
    let whose = target.name.map { "\(printable($0)), " } ?? ""
    var lines = [
      "\(whose)\(target.endpoint), unit \(target.unit), connected in \(Self.microseconds(connectTime)) us",
      "",
    ]
    lines += capacityTable.lines(for: traits)
    lines.append("")
    if roundTrips.contains(where: { !$0.sorted.isEmpty }) {
      for table in [timeTable, timeoutTable] {
        lines += table.lines(for: traits)
        lines.append("")
      }
    }
    if suggested.lines.isEmpty { return lines + ["Nothing was accepted, so there is nothing to suggest."] }
    let style = traits.style
    lines.append(style.heading("For the profile's 'modbus' section"))
    for line in suggested.lines {
      lines.append("  " + style.code("\(line.key): \(line.value),") + style.faint("  // \(line.because)"))
    }
    return lines
  }

  private var capacityTable: Table {
    var table = Table(
      "Largest accepted request",
      columns: [
        .numbers("function"), .words("what"), .numbers("from"), .numbers("values"), .words("why no more"),
      ])
    for found in capacities {
      table.rows.append([
        Table.Cell("\(found.function.rawValue)"), Table.Cell(found.function.name),
        Table.Cell("\(found.address)"),
        Table.Cell(found.largest == 0 ? "none" : grouped(found.largest)), Table.Cell(Self.reason(found)),
      ])
    }
    return table
  }

  static func reason(_ found: RequestCapacity) -> String {
    let why =
      switch found.bound {
      case .protocolMost: "the protocol's most"
      case .addressesEnd: "the addresses end there"
      case .refused(let exception): "\(exception.name) (exception \(exception.rawValue))"
      case .broke(let fault): fault.description
      case .notAsked: "the map marks no more as writable"
      }
    switch found.alignment {
    case .anywhere: return why
    case .fromBlockStart: return "\(why); only from the block's first address"
    case .wholeBlocks: return "\(why); only whole blocks"
    }
  }

  private var timeTable: Table {
    var table = Table(
      "Round trips, in microseconds",
      columns: [.numbers("function"), .numbers("values"), .numbers("answers")]
        + ["p50", "p90", "p99", "most"].map { .numbers($0) } + [.numbers("lost")])
    for trips in roundTrips {
      let times = [500, 900, 990, 1_000].map { Table.Cell(Self.microseconds(trips.permille($0))) }
      table.rows.append(
        [
          Table.Cell("\(trips.function.rawValue)"), Table.Cell(grouped(trips.count)),
          Table.Cell(grouped(trips.sorted.count)),
        ] + times + [Table.Cell(grouped(trips.lost), mood: trips.lost > 0 ? .bad : .plain)])
    }
    return table
  }

  private var timeoutTable: Table {
    let asked = roundTrips.reduce(0) { $0 + $1.sorted.count + $1.lost }
    var table = Table(
      "Requests that would fail with a response time-out",
      columns: [.numbers("of ms"), .numbers("requests"), .words("")])
    for timeout in Self.timeouts where timeout * 1_000_000 <= self.timeout {
      let failing = failing(at: timeout)
      table.rows.append([
        Table.Cell("\(timeout)"), Table.Cell(grouped(failing), mood: failing > 0 ? .bad : .good),
        Table.Cell("of \(grouped(asked))", mood: .faint),
      ])
    }
    return table
  }

  private func failing(at milliseconds: Int64) -> Int {
    roundTrips.reduce(0) { $0 + $1.failing(at: milliseconds * 1_000_000) }
  }

  /// Microseconds with one decimal.
  static func microseconds(_ nanoseconds: Int64) -> String {
    grouped("\(nanoseconds / 1_000).\(nanoseconds % 1_000 / 100)")
  }

  /// One JSON object; times in nanoseconds.
  var json: String {
    func list(_ items: [String]) -> String {
      items.isEmpty ? "[]" : "[\n    \(items.joined(separator: ",\n    "))\n  ]"
    }
    let limits = capacities.map { found in
      "{\"function\": \(found.function.rawValue), \"address\": \(found.address), \"largest\": \(found.largest), "
        + "\"alignment\": \"\(found.alignment.rawValue)\", \"why\": \(Self.quoted(Self.reason(found)))}"
    }
    let trips = roundTrips.map { trips in
      "{\"function\": \(trips.function.rawValue), \"count\": \(trips.count), \"answers\": \(trips.sorted.count), "
        + "\"lost\": \(trips.lost), \"p50_ns\": \(trips.permille(500)), \"p90_ns\": \(trips.permille(900)), "
        + "\"p99_ns\": \(trips.permille(990)), \"max_ns\": \(trips.permille(1_000))}"
    }
    let failures = Self.timeouts.filter { $0 * 1_000_000 <= timeout }.map {
      "{\"response_timeout_ms\": \($0), \"requests\": \(failing(at: $0))}"
    }
    let settings = suggested.lines.map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
    return """
      {
        "device": \(Self.quoted(target.endpoint.description)),
        "unit": \(target.unit),
        "connect_ns": \(connectTime),
        "limits": \(list(limits)),
        "round_trips": \(list(trips)),
        "failing": \(list(failures)),
        "suggested": {\(settings)}
      }

      """
  }

  private static func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
  }
}
