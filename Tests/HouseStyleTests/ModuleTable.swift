/// Which modules a module may import: the only arrows there are.
///
/// This table, ARCHITECTURE.md's and Package.swift's say the same; change them together.
enum ModuleTable {
  /// The project's own modules and, for each, those of the project that it may import.
  ///
  /// `Quantities` is left out of the lists: everything may import it but `RingBuffer`, `CacheHints`,
  /// `Checksums` and `FlatStorage`, which know no mail.
  static let arrows: [(module: String, mayImport: [String])] = [
    ("Quantities", []),
    ("FlatStorage", []),
    ("SorterModel", ["FlatStorage"]),
    ("EventRecords", ["FlatStorage", "SorterModel"]),
    ("CacheHints", []),
    ("Checksums", []),
    ("RingBuffer", ["CacheHints"]),
    ("Dispatching", ["FlatStorage", "SorterModel", "EventRecords"]),
    ("Supervision", ["FlatStorage", "SorterModel", "EventRecords"]),
    ("Telemetry", ["Checksums", "RingBuffer", "SorterModel", "EventRecords", "Supervision"]),
    (
      "Simulation",
      ["FlatStorage", "Dispatching", "SorterModel", "EventRecords", "Supervision", "Telemetry"]
    ),
    (
      "ControlRuntime",
      ["FlatStorage", "Dispatching", "SorterModel", "EventRecords", "RingBuffer", "Supervision", "Telemetry"]
    ),
    ("CModbus", []),
    ("RegisterMap", ["SorterModel"]),
    (
      "ModbusPlant",
      [
        "CModbus", "ControlRuntime", "RegisterMap", "Dispatching", "EventRecords", "RingBuffer",
        "SorterModel", "Supervision",
      ]
    ),
    (
      "Rehearsal",
      [
        "Simulation", "ControlRuntime", "RegisterMap", "Dispatching", "EventRecords", "FlatStorage",
        "RingBuffer", "SorterModel", "Supervision", "Telemetry",
      ]
    ),
    (
      "Soak",
      [
        "Simulation", "ControlRuntime", "ModbusPlant", "RegisterMap", "Rehearsal", "Dispatching",
        "EventRecords", "FileFormats", "Replay", "RingBuffer", "SorterModel", "Telemetry",
      ]
    ),
    ("FileFormats", ["Checksums", "SorterModel", "EventRecords", "RegisterMap", "Supervision", "Telemetry"]),
    ("Experiments", ["Simulation", "FileFormats", "SorterModel", "Telemetry"]),
    ("Planning", ["SorterModel"]),
    ("Reporting", ["SorterModel", "EventRecords", "Supervision", "Telemetry", "FileFormats"]),
    ("Replay", ["Dispatching", "SorterModel", "EventRecords", "Supervision", "Telemetry", "FileFormats"]),
    ("SortlineCLI", everythingBelowTheCommandLine),
    ("sortline", ["SortlineCLI"]),
  ]

  /// What the toolchain ships and a module may use; a module without a line here uses nothing of it.
  static let systemModules: [(module: String, mayImport: [String])] = [
    ("RingBuffer", ["Synchronization"]),
    ("Telemetry", ["Glibc", "Synchronization"]),
    ("ControlRuntime", ["Glibc", "Synchronization"]),
    ("ModbusPlant", ["Glibc", "Synchronization"]),
    ("Rehearsal", ["Glibc", "Synchronization"]),
    ("Soak", ["Synchronization"]),
    ("FileFormats", ["Foundation", "Glibc"]),
    ("Experiments", ["Foundation", "Glibc", "Synchronization"]),
    ("Planning", ["Foundation"]),
    ("Reporting", ["Foundation"]),
    ("Replay", ["Synchronization"]),
    ("SortlineCLI", ["Foundation", "Glibc", "Synchronization"]),
  ]

  /// The modules that decide: no Foundation, clock, unseeded randomness, unordered walk or floating point.
  static let core = [
    "Quantities", "FlatStorage", "SorterModel", "EventRecords", "RingBuffer", "Dispatching",
    "Supervision", "Simulation", "RegisterMap",
  ]

  private static let everythingBelowTheCommandLine = [
    "SorterModel", "EventRecords", "RingBuffer", "Dispatching", "Supervision", "Telemetry", "Simulation",
    "ControlRuntime", "ModbusPlant", "RegisterMap", "Rehearsal", "Soak", "FileFormats", "Experiments",
    "Planning",
    "Reporting", "Replay",
  ]

  /// The names of the project's modules.
  static var modules: [String] { arrows.map(\.module) }

  /// Everything that `module` may import, or nil when the table does not know it.
  static func allowedImports(of module: String) -> [String]? {
    guard let own = arrows.first(where: { $0.module == module }) else { return nil }
    let system = systemModules.first { $0.module == module }?.mayImport ?? []
    let quantities =
      ["Quantities", "FlatStorage", "CacheHints", "Checksums", "RingBuffer", "CModbus", "sortline"].contains(
        module)
      ? [] : ["Quantities"]
    return own.mayImport + quantities + system
  }
}
