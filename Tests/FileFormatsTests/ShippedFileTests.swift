import FileFormats
import Foundation
import RegisterMap
import SorterModel
import Testing

/// The folder that holds Package.swift.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().path

/// Names in a folder of the package, sorted.
func shipped(_ folder: String, holding file: String) -> [String] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(packageRoot)/\(folder)")) ?? []
  return names.sorted().filter {
    FileManager.default.fileExists(atPath: "\(packageRoot)/\(folder)/\($0)/\(file)")
  }
}

@Suite("Files that are shipped")
struct ShippedFileTests {
  let library = Library(workingDirectory: packageRoot)

  @Test("every profile loads", arguments: shipped("hardware-profiles", holding: "profile.json5"))
  func profiles(name: String) throws {
    let loaded = try library.loadProfile(name)
    #expect(loaded.value.name == name)
    #expect(loaded.inputs.map(\.path) == ["hardware-profiles/\(name)/profile.json5"])
    #expect(loaded.remarks == [])
  }

  @Test(
    "every profile's register map is the one that is drafted for it",
    arguments: shipped("hardware-profiles", holding: "profile.json5"))
  func maps(name: String) throws {
    let machine = try library.loadMachine(name)
    let map = try #require(machine.registers)
    #expect(map.points == RegisterMap.draft(for: machine.profile).points)
    let text = try String(
      contentsOfFile: "\(packageRoot)/hardware-profiles/\(name)/registers.csv", encoding: .utf8)
    #expect(text == RegisterMapText.csv(map))
    #expect(machine.remarks == [])
  }

  @Test("every scenario loads", arguments: shipped("scenarios", holding: "scenario.json5"))
  func scenarios(name: String) throws {
    let loaded = try library.loadScenario("scenarios/\(name)")
    #expect(loaded.scenario.name == name)
    #expect(!loaded.plan.rules.isEmpty)
    #expect(loaded.remarks == [])
    #expect(loaded.registers != nil)
    #expect(loaded.inputs.prefix(4).map(\.role) == ["scenario", "profile", "registers", "plan"])
  }
}
