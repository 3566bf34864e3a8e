import FileFormats
import ModbusPlant
import RegisterMap
import SorterModel

/// Where `probe` asks: the device, and for each table the addresses to begin at.
struct ProbeTarget {
  /// A place in a table.
  struct Place {
    var table: ModbusTable
    var address: UInt16
    /// The sizes of the map's blocks from there on, for devices that take whole blocks only.
    var hints: [Int] = []
    /// How many values from there on the map marks writable; 0 for none.
    var writable = 0
  }

  var name: String?
  var endpoint: ModbusEndpoint
  var unit: UInt8
  /// What is read.
  var reads: [Place] = []
  /// What is written, when that is allowed.
  var writes: [Place] = []

  /// The target that the options name; reads the profile and its map.
  init(_ options: ProbeOptions, _ console: Console) throws {
    var device = options.connect ?? ""
    var map: RegisterMap?
    unit = options.unit ?? 1
    if let name = options.profile {
      let library = Library(environmentHome: console.environment["SORTLINE_HOME"])
      let machine = try library.loadMachine(name)
      for remark in machine.remarks { console.note(remark.description) }
      guard let modbus = machine.profile.modbus else {
        throw CommandFailure(
          .configuration, "\(machine.profileShownAs) has no 'modbus' section",
          advice: "Give the device with --connect instead of the profile.")
      }
      self.name = machine.profile.name
      unit = options.unit ?? modbus.unit
      if options.connect == nil { device = modbus.device.description }
      map = machine.registers
    }
    do throws(ModbusFault) {
      endpoint = try ModbusEndpoint(device)
    } catch {
      throw CommandFailure(.usage, "--connect: \(error.description)")
    }
    let points = (map?.points ?? []).filter { $0.unit == unit }
    for table in [ModbusTable.holding, .input, .coil, .discrete] {
      let own = points.filter { $0.table.rawValue == table.name }
      if let address = options.address ?? own.map(\.address).min() {
        reads.append(Place(table: table, address: address, hints: Self.runs(own, from: address)))
      } else if points.isEmpty {
        reads.append(Place(table: table, address: 0))
      }
      if let run = Self.longestWritableRun(own), table.isWritable {
        writes.append(Place(table: table, address: UInt16(run.lowerBound), writable: run.count))
      }
    }
  }

  /// From an address on: how far each stretch of points without a hole reaches.
  private static func runs(_ points: [RegisterPoint], from address: UInt16) -> [Int] {
    let ends = points.map(\.addresses.upperBound).filter { $0 > Int(address) }
    return Set(ends.map { $0 - Int(address) }).sorted()
  }

  /// The longest stretch of addresses that may all be written.
  private static func longestWritableRun(_ points: [RegisterPoint]) -> Range<Int>? {
    let writable = points.filter { $0.access.allowsWriting && $0.bit == nil }.map(\.addresses)
    var best: Range<Int>?
    var run: Range<Int>?
    for next in writable.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let present = run, present.upperBound >= next.lowerBound {
        run = present.lowerBound..<max(present.upperBound, next.upperBound)
      } else {
        run = next
      }
      if let present = run, present.count > best?.count ?? 0 { best = present }
    }
    return best
  }
}
