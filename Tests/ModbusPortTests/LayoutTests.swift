import ControlRuntime
import Quantities
import RegisterMap
import SorterModel
import Testing

@testable import ModbusPlant

/// What of a port is checked before anything is connected.
@Suite("A port that cannot serve says why before it connects")
struct LayoutTests {
  private static let settings = ModbusSettings(device: .tcp(host: "127.0.0.1", port: 1502))

  /// What the port says of a map in which one point was changed.
  private func fault(
    of profile: HardwareProfile, in name: String, _ change: (inout RegisterPoint) -> Void
  ) -> String {
    var points = RegisterMap.draft(for: profile).points
    for index in points.indices where points[index].name == name { change(&points[index]) }
    do throws(PortError) {
      _ = try ModbusPort(profile: profile, registers: RegisterMap(points))
      return ""
    } catch {
      return error.description
    }
  }

  @Test("a block of assigned control of another unit, table or size")
  func assigned() {
    let profile = SampleMachine.assigned(Self.settings)
    #expect(fault(of: profile, in: "machine") { _ in } == "")
    #expect(
      fault(of: profile, in: "machine") { $0.unit = 9 }
        == "the register map does not fit the profile: the point machine belongs to unit 9, "
        + "and the profile asks unit \(Self.settings.unit)")
    #expect(
      fault(of: profile, in: "mailbox") { $0.table = .input }
        .hasSuffix("the point mailbox lies in the input table, not in holding"))
    #expect(
      fault(of: profile, in: "machine") { $0.type = PointType(.u16, count: 15) }
        .hasSuffix("the point machine takes up 15 registers, and 16 are wanted"))
    #expect(
      fault(of: profile, in: "events") { $0.type = PointType(.u16, count: 21 * 12) }
        .hasSuffix("takes up 252 registers, and 21 times 8 to 1024, a power of two, are wanted"))
    #expect(fault(of: profile, in: "answers") { $0.name = "replies" }.hasSuffix("answers is not in the map"))
  }

  @Test("a point of direct control of another unit or type, and a diverter that is no coil")
  func direct() {
    let profile = SampleMachine.direct(Self.settings)
    #expect(fault(of: profile, in: "encoder") { _ in } == "")
    #expect(fault(of: profile, in: "eye.end") { $0.unit = 9 }.contains("eye.end belongs to unit 9"))
    #expect(fault(of: profile, in: "encoder") { $0.type = .bool }.hasSuffix("encoder must be a number"))
    #expect(fault(of: profile, in: "eye.induction") { $0.type = .u16 }.hasSuffix("must be a bool"))
    #expect(
      fault(of: profile, in: "divert.B") { $0.access = .read }
        .hasSuffix("the point divert.B must be a coil that may be written"))
    #expect(fault(of: profile, in: "eye.bin.C") { $0.name = "eye.C" }.hasSuffix("is not in the map"))
  }

  @Test("a profile that says nowhere where the machine is")
  func noModbus() {
    var profile = SampleMachine.assigned(Self.settings)
    profile.modbus = nil
    #expect(fault(of: profile, in: "machine") { _ in }.contains("has no modbus section"))
  }

  @Test("a device that cannot be is named with what is wrong", arguments: [1_234, 9_600])
  func devices(baud: Int) throws {
    #expect(throws: PortError.badDevice("70000 is no TCP port")) {
      try ModbusDevice.tcp(host: "plc", port: 70_000).endpoint()
    }
    let line = ModbusDevice.SerialLine(path: "/dev/ttyUSB0", baud: baud, parity: .odd)
    do throws(PortError) {
      let endpoint = try ModbusDevice.rtu(line).endpoint()
      let wanted = try? SerialLine(device: "/dev/ttyUSB0", baud: baud, parity: .odd)
      #expect(baud == 9_600 && wanted.map { endpoint == .rtu($0) } == true)
    } catch {
      #expect(baud == 1_234 && error.description.contains("1234"), "\(error)")
    }
  }
}
