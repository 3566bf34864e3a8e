// swift-tools-version: 6.2
// sortline names no Swift package: the toolchain and apt's libmodbus-dev are all it builds with.
import PackageDescription

let house: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "sortline",
  products: [
    .executable(name: "sortline", targets: ["sortline"]),
    // What the fuzzer's own package builds on (tools/fuzz); no part of the program.
    .library(name: "FuzzEntries", targets: ["FuzzEntries"]),
  ],
  traits: [
    .trait(name: "Modbus", description: "Drive a sorter over Modbus (needs libmodbus-dev)."),
    .default(enabledTraits: ["Modbus"]),
  ],
  targets: [
    // The core: no Foundation, no clock, no floating point, no unseeded randomness.
    .target(name: "FlatStorage", swiftSettings: house),
    .target(name: "Quantities", swiftSettings: house),
    .target(name: "SorterModel", dependencies: ["FlatStorage", "Quantities"], swiftSettings: house),
    .target(
      name: "EventRecords", dependencies: ["FlatStorage", "Quantities", "SorterModel"], swiftSettings: house),
    .systemLibrary(name: "CacheHints"),
    .systemLibrary(name: "Checksums"),
    .target(name: "RingBuffer", dependencies: ["CacheHints"], swiftSettings: house),
    .target(
      name: "Dispatching", dependencies: ["FlatStorage", "Quantities", "SorterModel", "EventRecords"],
      swiftSettings: house),
    .target(
      name: "Supervision", dependencies: ["FlatStorage", "Quantities", "SorterModel", "EventRecords"],
      swiftSettings: house),
    .target(
      name: "Telemetry",
      dependencies: ["Checksums", "Quantities", "RingBuffer", "SorterModel", "EventRecords", "Supervision"],
      swiftSettings: house),
    .target(
      name: "Simulation",
      dependencies: [
        "FlatStorage", "Quantities", "Dispatching", "SorterModel", "EventRecords", "Supervision", "Telemetry",
      ],
      swiftSettings: house),

    // What a machine's registers mean, and the runtime that drives one in real time.
    .target(name: "RegisterMap", dependencies: ["Quantities", "SorterModel"], swiftSettings: house),
    .target(
      name: "ControlRuntime",
      dependencies: [
        "Quantities", "FlatStorage", "RingBuffer", "SorterModel", "EventRecords", "Dispatching",
        "Supervision",
        "Telemetry",
      ],
      swiftSettings: house),
    // The virtual plant in real time: the simulated backend and the virtual PLC.
    .target(
      name: "Rehearsal",
      dependencies: [
        "Quantities", "SorterModel", "EventRecords", "Dispatching", "Telemetry",
        "Simulation", "ControlRuntime", "RegisterMap", "Supervision",
      ],
      swiftSettings: house),

    // The edges: files, reports, hardware, the command line.
    .target(
      name: "FileFormats",
      dependencies: [
        "Checksums", "Quantities", "SorterModel", "EventRecords", "RegisterMap", "Telemetry",
      ],
      swiftSettings: house),
    // Many runs: replications with confidence intervals, sweeps over factors, shards that are joined again.
    .target(
      name: "Experiments",
      dependencies: ["Quantities", "SorterModel", "Telemetry", "Simulation", "FileFormats"],
      swiftSettings: house),
    .target(
      name: "Reporting",
      dependencies: ["Quantities", "SorterModel", "EventRecords", "Supervision", "Telemetry", "FileFormats"],
      swiftSettings: house),
    .target(
      name: "Replay",
      dependencies: [
        "Quantities", "Dispatching", "SorterModel", "EventRecords", "Supervision", "Telemetry",
        "FileFormats",
      ],
      swiftSettings: house),
    .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
    .target(
      name: "ModbusPlant",
      dependencies: [
        .target(name: "CModbus", condition: .when(traits: ["Modbus"])), "Quantities", "SorterModel",
        "EventRecords", "Dispatching", "ControlRuntime", "RegisterMap",
      ],
      swiftSettings: house),
    // Whole runs of controller and virtual PLC under random faults, in virtual time.
    .target(
      name: "Soak",
      dependencies: [
        "Quantities", "SorterModel", "EventRecords", "Dispatching", "Telemetry", "Simulation",
        "ControlRuntime", "ModbusPlant", "RegisterMap", "Rehearsal", "FileFormats", "Replay", "RingBuffer",
      ],
      swiftSettings: house),
    .target(
      name: "SortlineCLI",
      dependencies: [
        "Soak", "Quantities", "SorterModel", "EventRecords", "Dispatching", "RingBuffer", "Telemetry",
        "Simulation",
        "FileFormats", "Experiments", "Replay", "Reporting", "ModbusPlant", "RegisterMap", "ControlRuntime",
        "Rehearsal", "Supervision",
      ],
      swiftSettings: house),
    .executableTarget(name: "sortline", dependencies: ["SortlineCLI"], swiftSettings: house),
    // What tools/bench times single parts with; no part of the program.
    .executableTarget(
      name: "JournalBench", dependencies: ["Telemetry"], path: "tools/bench/journal", swiftSettings: house),
    .executableTarget(
      name: "RingBench", dependencies: ["CacheHints", "RingBuffer"], path: "tools/bench/ring",
      swiftSettings: house),
    .executableTarget(
      name: "CycleBench", dependencies: ["ControlRuntime", "Quantities"], path: "tools/bench/cycle",
      swiftSettings: house),
    .executableTarget(
      name: "ModbusBench", dependencies: ["ModbusPlant", "ControlRuntime", "Quantities"],
      path: "tools/bench/modbus", swiftSettings: house),
    // What tools/check-modbus sets against other people's Modbus programs; no part of the program.
    .executableTarget(
      name: "ModbusCheck", dependencies: ["ModbusPlant", "Quantities"], path: "tools/modbus",
      swiftSettings: house),
    // Every reader that takes bytes from outside, ready for the fuzzer and for the tests of its corpus.
    .target(
      name: "FuzzEntries",
      dependencies: [
        "Checksums", "EventRecords", "FileFormats", "ModbusPlant", "Quantities", "RegisterMap", "Replay",
        "SorterModel", "SortlineCLI",
      ],
      path: "tools/fuzz/entries", swiftSettings: house),
    // Counts calls to the allocator and to locks in the test program; no part of the program.
    .target(
      name: "AllocationCount", path: "Tests/AllocationCount", swiftSettings: house,
      linkerSettings: [.linkedLibrary("dl")]),
    .testTarget(name: "QuantitiesTests", dependencies: ["Quantities"], swiftSettings: house),
    .testTarget(name: "FlatStorageTests", dependencies: ["FlatStorage"], swiftSettings: house),
    .testTarget(name: "SorterModelTests", dependencies: ["Quantities", "SorterModel"], swiftSettings: house),
    .testTarget(
      name: "DispatchingTests",
      dependencies: ["Quantities", "SorterModel", "EventRecords", "Dispatching"],
      swiftSettings: house),
    .testTarget(
      name: "SupervisionTests", dependencies: ["Quantities", "SorterModel", "EventRecords", "Supervision"],
      swiftSettings: house),
    .testTarget(
      name: "SimulationTests",
      dependencies: [
        "Quantities", "SorterModel", "EventRecords", "Dispatching", "Supervision", "Telemetry", "Simulation",
      ],
      swiftSettings: house),
    .testTarget(
      name: "SortlineCLITests",
      dependencies: [
        "SortlineCLI", "Soak", "Supervision", "ModbusPlant", "Quantities", "FileFormats", "sortline",
      ],
      swiftSettings: house),
    .testTarget(
      name: "FileFormatsTests",
      dependencies: ["FileFormats", "Quantities", "SorterModel", "EventRecords", "RegisterMap"],
      exclude: ["Messages", "Maps"],
      swiftSettings: house),
    .testTarget(
      name: "ControlRuntimeTests",
      dependencies: [
        "AllocationCount", "ControlRuntime", "Quantities", "RingBuffer", "SorterModel", "EventRecords",
        "Dispatching", "Supervision", "Telemetry",
      ], swiftSettings: house),
    .testTarget(
      name: "RegisterMapTests", dependencies: ["RegisterMap", "Quantities", "SorterModel"],
      swiftSettings: house),
    // Rings that the stress must find out, each with one flaw, in a process of their own.
    .executableTarget(
      name: "RingStress", dependencies: ["RingBuffer"], path: "Tests/RingStress", swiftSettings: house),
    .testTarget(name: "RingBufferTests", dependencies: ["RingBuffer", "RingStress"], swiftSettings: house),
    .testTarget(
      name: "RehearsalTests",
      dependencies: [
        "Rehearsal", "ControlRuntime", "Simulation", "FileFormats", "Quantities", "SorterModel", "Telemetry",
        "RegisterMap", "Dispatching", "Supervision",
      ],
      swiftSettings: house),
    .testTarget(
      name: "TelemetryTests",
      dependencies: ["Telemetry", "Quantities", "SorterModel", "EventRecords"],
      swiftSettings: house),
    .testTarget(
      name: "ModbusPlantTests", dependencies: ["ModbusPlant", "Quantities"], swiftSettings: house),
    .testTarget(
      name: "ReplayTests",
      dependencies: [
        "Replay", "EventRecords", "FileFormats", "Quantities", "Simulation", "SorterModel",
        "Telemetry",
      ],
      swiftSettings: house),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "Reporting", "EventRecords", "FileFormats", "Quantities", "SorterModel", "Supervision", "Telemetry",
      ],
      swiftSettings: house),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: ["Experiments", "FileFormats", "Quantities", "SorterModel", "Telemetry"],
      swiftSettings: house),

    .testTarget(
      name: "ModbusPortTests",
      dependencies: [
        "ModbusPlant", "ControlRuntime", "RegisterMap", "Dispatching", "EventRecords", "SorterModel",
        "Quantities",
      ],
      swiftSettings: house),
    .testTarget(name: "FuzzCorpusTests", dependencies: ["FuzzEntries"], swiftSettings: house),
    .testTarget(name: "SoakTests", dependencies: ["Soak", "Quantities"], swiftSettings: house),
    .testTarget(name: "HouseStyleTests", swiftSettings: house),
  ]
)

// A sanitizer is asked about some tests only, and building the others for it takes minutes: with
// SORTLINE_TESTS="ATests BTests" the package is these and what they stand on. Nothing else sets it.
if let names = Context.environment["SORTLINE_TESTS"] {
  var wanted = Set(names.split(separator: " ").map(String.init))
  var isComplete = false
  while !isComplete {
    let before = wanted.count
    for target in package.targets where wanted.contains(target.name) {
      for case .byNameItem(let name, _) in target.dependencies { wanted.insert(name) }
      for case .targetItem(let name, _) in target.dependencies { wanted.insert(name) }
    }
    isComplete = wanted.count == before
  }
  package.targets.removeAll { !wanted.contains($0.name) }
  package.products = []
}
