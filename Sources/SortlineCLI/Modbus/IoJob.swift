import ControlRuntime
import FileFormats
import ModbusPlant
import Quantities
import RegisterMap
import SorterModel

/// One run of `sortline io`.
struct IoJob {
  /// What is to be done.
  enum Action: String, CaseIterable {
    case read, write, watch, exercise
  }

  let console: Console
  let action: Action
  let words: [String]
  let machine: LoadedMachine
  let map: RegisterMap
  let settings: ModbusSettings
  let isArmed: Bool
  let every: Nanoseconds
  let lasts: Nanoseconds?
  let patience: Nanoseconds
  let asJSON: Bool

  init(_ invocation: Invocation) throws {
    let line = invocation.line
    console = invocation.console
    guard let first = line.operands.first, let action = Action(rawValue: first) else {
      throw UsageError(
        "'io' does not know the action '\(printable(line.operands.first ?? ""))'",
        advice: "It reads, writes, watches and exercises: read, write, watch, exercise.", command: "io")
    }
    self.action = action
    words = Array(line.operands.dropFirst())
    guard let name = line.text("profile") else {
      throw UsageError(
        "'io' needs a machine", advice: "Name it with --profile, as in --profile letter-sorter.",
        command: "io")
    }
    let library = Library(environmentHome: console.environment["SORTLINE_HOME"])
    machine = try library.loadMachine(name)
    guard var settings = machine.profile.modbus, let map = machine.registers else {
      throw CommandFailure(
        .configuration, "the profile \(quoted(machine.profile.name)) has no register map",
        advice: "Give its profile.json5 a \"modbus\" section, and a map: 'sortline map --draft' makes one.")
    }
    self.map = BlockFields.expand(map)
    if let text = line.text("connect") {
      do throws(ModbusDevice.Fault) {
        settings.device =
          try text.hasPrefix("rtu:") || text.hasPrefix("tcp:")
          ? ModbusDevice(text) : ModbusDevice.network(text)
      } catch {
        throw UsageError("--connect: \(error.message)", advice: "It takes \(error.expected).", command: "io")
      }
    }
    self.settings = settings
    isArmed = line.has("arm")
    every = try line.duration("every") ?? .milliseconds(100)
    lasts = try line.duration("for")
    patience = try line.duration("wait") ?? .seconds(2)
    asJSON = line.has("json")
  }

  func run() throws -> ExitCode {
    let desk = try connect()
    defer { desk.close() }
    do {
      switch action {
      case .read: return tell(try desk.read(try points()))
      case .watch: return try watch(desk)
      case .write: return try write(desk)
      case .exercise: return try exercise(desk)
      }
    } catch let fault as ModbusFault {
      throw failure(fault)
    }
  }

  private func connect() throws -> PointDesk {
    let client: ModbusClient
    do throws(PortError) {
      client = ModbusClient(
        try settings.device.endpoint(), unit: settings.unit,
        timeouts: ModbusTimeouts(
          connect: settings.connectTimeout, response: settings.responseTimeout, quiet: settings.quiet))
    } catch {
      throw CommandFailure(.configuration, error.description)
    }
    let desk = PointDesk(
      map: map, settings: settings, transport: client, mayWrite: isArmed,
      clock: { MonotonicClock.now().rawValue }, pause: { Self.sleep(Nanoseconds($0)) })
    do throws(ModbusFault) {
      try desk.connect()
    } catch {
      throw failure(error)
    }
    return desk
  }

  static func sleep(_ time: Nanoseconds) { MonotonicClock.sleep(until: MonotonicClock.now() + time) }

  func failure(_ fault: ModbusFault) -> CommandFailure {
    if case .protocolFault = fault { return CommandFailure(.protocolError, "\(settings.device): \(fault)") }
    return CommandFailure(.unavailable, "\(settings.device): \(fault)")
  }

  /// The points that the command line names.
  func points() throws -> [RegisterPoint] {
    // A block is shown by its fields.
    if words == ["all"] {
      return map.points.filter { $0.access != .write && BlockFields.fields(of: $0).isEmpty }
    }
    return try words.map { try point($0) }
  }

  func point(_ name: String) throws -> RegisterPoint {
    if let point = map[name] { return point }
    let near = nearestName(to: name, among: map.points.map(\.name))
    throw CommandFailure(
      .badData, "the machine \(quoted(machine.profile.name)) has no point \(quoted(name))",
      advice: near.map { "Did you mean \($0)?" }
        ?? "'sortline map --profile \(machine.profile.name)' lists its points.")
  }

  /// Prints values; the exit code tells when the device refused one.
  func tell(_ readings: [PointDesk.Reading]) -> ExitCode {
    if asJSON {
      for reading in readings { console.print(json(reading)) }
    } else {
      let table = Table(
        columns: [
          .words("point"), .numbers("wire"), .numbers("reference"), .words("value"), .words("about"),
        ],
        rows: readings.map { reading in
          [
            Table.Cell(reading.point.name), Table.Cell(reading.point.spot),
            Table.Cell(reading.point.referenceText),
            Table.Cell(shortened(reading.text), mood: reading.refusal.isEmpty ? .plain : .bad),
            Table.Cell(reading.point.about, mood: .faint),
          ]
        })
      for text in table.lines(for: console.outTraits) { console.print(text) }
    }
    return readings.allSatisfy(\.refusal.isEmpty) ? .ok : .unavailable
  }

  /// A ring's registers are too many to look at: its beginning, and how much more there is.
  private func shortened(_ text: String) -> String {
    guard text.count > Self.longest else { return text }
    let head = text.prefix(Self.longest).split(separator: " ").dropLast()
    return head.joined(separator: " ") + " ... of \(text.split(separator: " ").count)]"
  }

  private static let longest = 60

  private func json(_ reading: PointDesk.Reading) -> String {
    let words = reading.words.map(String.init).joined(separator: ",")
    return "{\"point\":\"\(reading.point.name)\",\"table\":\"\(reading.point.table.rawValue)\","
      + "\"address\":\(reading.point.address),\"reference\":\"\(reading.point.referenceText)\","
      + "\"raw\":[\(words)],\"value\":\"\(reading.text.replacing("\"", with: "\\\""))\"}"
  }

  /// Shows values, and then each change with its time.
  private func watch(_ desk: PointDesk) throws -> ExitCode {
    let points = try points()
    let began = MonotonicClock.now()
    var last: [String: String] = [:]
    var next = began
    while !Interruption.isRequested {
      let time = MonotonicClock.now() - began
      if let lasts, time >= lasts { return .ok }
      for reading in try desk.read(points) where last[reading.point.name] != reading.text {
        last[reading.point.name] = reading.text
        let text = asJSON ? json(reading) : "\(seconds(time))  \(reading.point.name) = \(reading.text)"
        console.print(text)
      }
      console.out.flush()
      next = max(next + every, MonotonicClock.now())
      MonotonicClock.sleep(until: next)
    }
    return .interrupted
  }

  private func seconds(_ time: Nanoseconds) -> String {
    let milliseconds = time.rawValue / 1_000_000
    let rest = String(milliseconds % 1000)
    return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest) s"
  }
}

extension RegisterPoint {
  /// The address in the old notation, such as `40001` or `400001`: table digit, then counted from 1.
  var referenceText: String {
    let number = Int(address) + 1
    let digits = String(number)
    let width = number > 9_999 ? 6 : 4
    let reference =
      "\(table.referenceDigit)" + String(repeating: "0", count: max(0, width - digits.count)) + digits
    return bit.map { "\(reference).\($0)" } ?? reference
  }
}
