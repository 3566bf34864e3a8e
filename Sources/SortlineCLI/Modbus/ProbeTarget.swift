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
      // The longest stretch shows most about what the device takes at once.
      let longest = Self.longestRun(own)
      if let address = options.address ?? longest.map({ UInt16($0.lowerBound) }) {
        reads.append(Place(table: table, address: address, hints: Self.runs(own, from: address)))
      } else if points.isEmpty {
        reads.append(Place(table: table, address: 0))
      }
      if table.isWritable, let run = Self.longestRun(own.filter { $0.access.allowsWriting && $0.bit == nil })
      {
        writes.append(Place(table: table, address: UInt16(run.lowerBound), writable: run.count))
      }
    }
  }

  /// From an address on: how far the points reach without a hole, each end of a point among them.
  private static func runs(_ points: [RegisterPoint], from address: UInt16) -> [Int] {
    var ends: [Int] = []
    var reach = Int(address)
    for next in points.map(\.addresses).sorted(by: { $0.lowerBound < $1.lowerBound })
    where next.upperBound > reach && next.lowerBound <= reach {
      reach = next.upperBound
      ends.append(reach - Int(address))
    }
    return ends
  }

  /// The longest stretch of addresses without a hole that the points take up.
  private static func longestRun(_ points: [RegisterPoint]) -> Range<Int>? {
    var best: Range<Int>?
    var run: Range<Int>?
    for next in points.map(\.addresses).sorted(by: { $0.lowerBound < $1.lowerBound }) {
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
