import Testing

@Suite("Modules and the arrows between them")
struct ModuleRuleTests {
  let tree = SourceTree.project

  @Test("the sources are found and every folder of them is in the module table")
  func sourcesAreFound() {
    #expect(tree.sources.count > 10)
    #expect(tree.exists("Package.swift"))
    #expect(ModuleTable.core.allSatisfy { tree.exists("Sources/\($0)") })
  }

  @Test("no file imports what the module table does not allow")
  func importsFollowTheTable() {
    expectNone(tree.sources.flatMap(HouseRules.forbiddenImports))
  }

  @Test(
    "an arrow that the table does not have is found",
    arguments: [
      ("Sources/Quantities/A.swift", "import SorterModel"),
      ("Sources/SorterModel/A.swift", "import Foundation"),
      ("Sources/RingBuffer/A.swift", "public import Quantities"),
      ("Sources/Dispatching/A.swift", "@preconcurrency import Glibc"),
      ("Sources/Simulation/A.swift", "import ControlRuntime"),
      ("Sources/ControlRuntime/A.swift", "internal import Simulation"),
      ("Sources/Simulation/A.swift", "import struct Foundation.Date"),
      ("Sources/sortline/A.swift", "#if true\n  import Dispatching\n#endif"),
      ("Sources/Strange/A.swift", "import Quantities"),
    ])
  func forbiddenArrows(path: String, text: String) {
    #expect(HouseRules.forbiddenImports(in: SourceFile(path: path, text: text)).count == 1)
  }

  @Test(
    "an arrow that the table has is allowed",
    arguments: [
      ("Sources/Simulation/A.swift", "import Dispatching\nimport Quantities"),
      ("Sources/RingBuffer/A.swift", "import Synchronization"),
      ("Sources/Telemetry/A.swift", "import EventRecords // import Foundation"),
      ("Sources/SortlineCLI/A.swift", "import Foundation\n\nlet words = \"import Nothing\""),
    ])
  func allowedArrows(path: String, text: String) {
    #expect(HouseRules.forbiddenImports(in: SourceFile(path: path, text: text)) == [])
  }

  @Test("the table has no circle and names only its own modules")
  func tableIsSound() {
    var settled: [String] = []
    var waiting = ModuleTable.arrows
    while let next = waiting.firstIndex(where: { $0.mayImport.allSatisfy(settled.contains) }) {
      settled.append(waiting.remove(at: next).module)
    }
    #expect(waiting.map(\.module) == [])
  }

  @Test("Package.swift declares exactly what each target imports")
  func manifestAgrees() throws {
    let manifest = try #require(tree.text(at: "Package.swift"))
    let targets = HouseRules.targets(inManifest: manifest)
    #expect(targets.count > 10)
    expectNone(HouseRules.manifestDifferences(targets, files: tree.swiftFiles))
  }

  @Test("Package.swift names no package and every target keeps the settings of the house")
  func manifestKeepsHouse() throws {
    expectNone(HouseRules.manifestFaults(try #require(tree.text(at: "Package.swift"))))
  }

  @Test("a manifest that differs from the imports is found out")
  func badManifests() {
    let manifest = """
      .target(name: "SorterModel", dependencies: ["Quantities", "Telemetry"], swiftSettings: house),
      .target(name: "ModbusPlant", dependencies: [.target(name: "CModbus", condition: .when(traits: ["Modbus"]))]),
      .testTarget(name: "ATests", dependencies: ["SorterModel"], swiftSettings: house),
      .target(name: "Quantities", swiftSettings: house),
      .systemLibrary(name: "CModbus", pkgConfig: "libmodbus"),
      """
    let targets = HouseRules.targets(inManifest: manifest)
    #expect(targets.map(\.name) == ["SorterModel", "ModbusPlant", "ATests", "Quantities", "CModbus"])
    #expect(targets[1].dependencies == ["CModbus"])
    let files = [
      SourceFile(path: "Sources/SorterModel/A.swift", text: "import Quantities\n"),
      SourceFile(path: "Sources/ModbusPlant/A.swift", text: "import CModbus\n"),
      SourceFile(path: "Tests/ATests/A.swift", text: "import Quantities\n@testable import SorterModel\n"),
      SourceFile(path: "Sources/Unknown/A.swift", text: "let a = 1\n"),
    ]
    let faults = HouseRules.manifestDifferences(targets, files: files)
    #expect(
      faults == [
        "Package.swift: SorterModel declares Telemetry and does not import it",
        "Package.swift: SorterModel may not depend on Telemetry",
        "Package.swift: ATests imports Quantities and does not declare it",
        "Package.swift: Sources/Quantities/ holds no Swift file",
        "Package.swift: no target for Sources/Unknown",
      ])
    #expect(
      HouseRules.manifestFaults(manifest).contains("Package.swift: ModbusPlant needs swiftSettings: house"))
    let outside = "let house = [.strictMemorySafety(), .treatAllWarnings(as: .error)]\n"
    #expect(HouseRules.manifestFaults(outside) == [])
    #expect(
      HouseRules.manifestFaults(outside + ".package(url: \"https://example.org\", from: \"1.0.0\")").count
        == 1)
    #expect(HouseRules.manifestFaults(outside + ".unsafeFlags([\"-Ounchecked\"])").count == 2)
  }

  @Test("the executable is its entry point alone")
  func executableIsThin() {
    let files = tree.sources.filter { $0.module == "sortline" }
    #expect(files.count == 1)
    for file in files {
      #expect(file.source.codeLines.contains { $0.contains("@main") })
      #expect(file.source.textLines.count <= 40)
    }
  }
}
