import EventRecords
import RegisterMap

/// A register map taken from a CSV file with column names of somebody else's.
public struct RegisterMapImport: Sendable {
  /// The map.
  public private(set) var map = RegisterMap([])
  /// What each of the file's columns was taken for, or that it was left aside; in the order of the file.
  public private(set) var columns: [(name: String, meaning: String)] = []
  /// What was assumed where the file says nothing.
  public private(set) var assumptions: [String] = []

  /// What a column can be.
  enum Role: Equatable, Hashable {
    case name, device, unit, table, address, reference, bit, type, byteOrder, scale, offset, access, group
    case onLinkLoss, about
    /// Numbers of this table without its leading digit, as in 4x 1500.
    case numbered(RegisterTable)
  }

  /// Reads the file at `path`.
  ///
  /// - Parameter countFrom: what the first address of a table is called in a column of plain numbers; nil
  ///   takes 1 for columns that name a table as 4x does, and 0 for others.
  public init(path: String, countFrom: Int? = nil) throws(InvalidInput) {
    let reader = try TableReader(path: path)
    let roles = Self.roles(of: reader.columns)
    let issues = Issues()
    let places: [Role] = [.address, .reference] + RegisterTable.allCases.map { .numbered($0) }
    guard roles.contains(where: { $0.map(places.contains) ?? false }) else {
      throw InvalidInput(
        [
          Diagnostic(
            file: path, line: 1, column: 1, "no column says where points lie",
            found: reader.columns.prefix(10).map { printable($0, limit: 30) }.joined(separator: ","),
            expected: "a column such as address, ref, or modbus_holding_4x")
        ], category: .badData)
    }
    var rows = ImportedRows(roles: roles, countFrom: countFrom, file: path, issues: issues)
    while try reader.next() {
      if rows.points.count >= RegisterMapReader.limit { break }
      rows.take(reader)
    }
    try issues.throwIfFailed()
    map = RegisterMap(rows.points)
    columns = zip(reader.columns, roles).map { ($0, $1.map { rows.meaning(of: $0) } ?? "left aside") }
    assumptions = rows.assumptions
  }

  /// What each column is, by the letters and digits of its name; of two for one thing the first counts.
  static func roles(of columns: [String]) -> [Role?] {
    var taken: Set<Role> = []
    var hasPlace = false
    return columns.map { column in
      guard let role = role(of: column), !taken.contains(role) else { return nil }
      if case .numbered = role {
        // A second numbering of the same registers, such as another device's, is no second place.
        if hasPlace { return nil }
        hasPlace = true
      }
      taken.insert(role)
      return role
    }
  }

  private static func role(of column: String) -> Role? {
    let plain = String(
      decoding: column.lowercased().utf8.filter { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7A) },
      as: UTF8.self)
    for table in RegisterTable.allCases where plain.hasSuffix("\(table.referenceDigit)x") {
      return .numbered(table)
    }
    return words.first { $0.1.contains(plain) }?.0
  }

  private static let words: [(Role, Set<String>)] = [
    (.name, ["name", "tag", "tagname", "symbol", "variable", "signal", "point", "label", "identifier"]),
    (.device, ["device", "plc", "station"]),
    (.unit, ["unit", "unitid", "slave", "slaveid", "slaveaddress", "node"]),
    (.table, ["table", "area", "registertype", "memory", "memoryarea", "space", "objecttype"]),
    (
      .address,
      ["address", "addr", "register", "reg", "wireaddress", "modbusaddress", "registeraddress", "index"]
    ),
    (.reference, ["ref", "reference", "plcaddress", "modiconaddress", "modicon"]),
    (.bit, ["bit", "bitno", "bitnumber", "bitoffset"]),
    (.type, ["type", "datatype", "format", "dtype"]),
    (.byteOrder, ["byteorder", "wordorder", "endian", "endianness", "order"]),
    (.scale, ["scale", "factor", "multiplier", "gain", "resolution"]),
    (.offset, ["offset", "bias"]),
    (.access, ["access", "rw", "readwrite", "direction", "permission", "mode"]),
    (.group, ["pollgroup", "group", "assembly", "block", "section"]),
    (.onLinkLoss, ["onlinkloss", "failsafe", "safestate"]),
    (.about, ["description", "notes", "note", "comment", "comments", "remarks", "meaning"]),
  ]
}

/// Rows of somebody else's map on their way to points.
struct ImportedRows {
  let roles: [RegisterMapImport.Role?]
  let countFrom: Int?
  let file: String
  let issues: Issues
  private(set) var points: [RegisterPoint] = []
  private var names: Set<String> = []
  private var outputs = 0
  private var untyped = 0

  init(roles: [RegisterMapImport.Role?], countFrom: Int?, file: String, issues: Issues) {
    self.roles = roles
    self.countFrom = countFrom
    self.file = file
    self.issues = issues
  }

  /// What was assumed where the file says nothing.
  var assumptions: [String] {
    var said: [String] = []
    if untyped > 0 { said.append("\(untyped) points without a type are u16, or bool in a table of bits") }
    if outputs > 0 {
      said.append(
        "\(outputs) outputs say nothing of a lost link and got on_link_loss hold: set off or safe where the machine needs it"
      )
    }
    return said
  }

  /// What a column was taken for, in words.
  func meaning(of role: RegisterMapImport.Role) -> String {
    switch role {
    case .numbered(let table):
      let first = countFrom ?? 1
      return "table \(table.rawValue), and its address counted from \(first): 1 is wire address \(1 - first)"
    case .address:
      return "address, counted from \(countFrom ?? 0); five or six digits, as in 40001, are references"
    case .reference: return "ref: table and address, counted from 1"
    case .byteOrder: return "byte_order"
    case .group: return "poll_group, and in front of names that stand twice"
    case .onLinkLoss: return "on_link_loss"
    case .about: return "description"
    default: return "\(role)"
    }
  }

  /// Takes a row; says what is wrong with it.
  mutating func take(_ reader: TableReader) {
    func text(_ role: RegisterMapImport.Role) -> String? {
      guard let index = roles.firstIndex(of: role) else { return nil }
      let text = reader[index].split(separator: " ").joined(separator: " ")
      return text.isEmpty ? nil : text
    }
    guard let (table, address) = place(reader) else { return }
    let group = Self.plain(text(.group) ?? "")
    let type = text(.type).map { Self.type($0) } ?? nil
    if text(.type) != nil, type == nil, let index = roles.firstIndex(of: .type) {
      issues.add(
        reader.diagnostic(
          at: index, "this is not a type", expected: "a type such as u16, uint16, dint or real"))
      return
    }
    if type == nil { untyped += 1 }
    var point = RegisterPoint(
      name(text(.name), group, table, address), table, address, type ?? (table.isBits ? .bool : .u16))
    if let unit = text(.unit).flatMap({ UInt8($0) }) { point.unit = unit }
    if let bit = text(.bit).flatMap({ UInt8($0) }), bit < 16, !table.isBits {
      point.bit = bit
      point.type = .bool
    }
    point.byteOrder = text(.byteOrder).flatMap { Self.byteOrder($0) } ?? .abcd
    point.scaleMicros =
      text(.scale).flatMap { try? DecimalText($0).scaled(places: 6) }.map { Int64($0) } ?? 1_000_000
    point.offsetMicros =
      text(.offset).flatMap { try? DecimalText($0).scaled(places: 6) }.map { Int64($0) } ?? 0
    point.access =
      table == .coil || table == .holding ? text(.access).map { Self.access($0) } ?? .read : .read
    point.pollGroup = group
    point.about = text(.about) ?? ""
    if point.access.allowsWriting {
      point.onLinkLoss = text(.onLinkLoss).flatMap { LinkLossAction(rawValue: $0.lowercased()) }
      if point.onLinkLoss == nil {
        outputs += 1
        point.onLinkLoss = .hold
      }
    }
    points.append(point)
  }

  private func place(_ reader: TableReader) -> (RegisterTable, UInt16)? {
    for (index, role) in roles.enumerated() {
      guard let role else { continue }
      let text = reader[index].filter { $0 != " " }
      if text.isEmpty { continue }
      let isHexadecimal = text.lowercased().hasPrefix("0x")
      // Longer than any address may be: nothing is computed with it.
      let number =
        text.utf8.count > 9 ? nil : Int(text.dropFirst(isHexadecimal ? 2 : 0), radix: isHexadecimal ? 16 : 10)
      switch role {
      case .reference:
        if let place = RegisterTable.place(ofReference: text) { return place }
      case .numbered(let table):
        if let place = number.map({ $0 - (countFrom ?? 1) }), (0...65_535).contains(place) {
          return (table, UInt16(place))
        }
      case .address:
        let stated = roles.firstIndex(of: .table).flatMap { Self.table(reader[$0]) }
        // Five digits that begin with the table's own say both, where no column names the table.
        if stated == nil, let place = RegisterTable.place(ofReference: text) { return place }
        if let place = number.map({ $0 - (countFrom ?? 0) }), (0...65_535).contains(place) {
          return (stated ?? .holding, UInt16(place))
        }
      default: continue
      }
      issues.add(
        reader.diagnostic(at: index, "this is not an address", expected: "a number from 0 to 65535, or 40001")
      )
      return nil
    }
    issues.add(
      Diagnostic(file: file, line: reader.line, column: 1, "the point has no address"))
    return nil
  }

  /// A name that may stand in a map, and that no point has yet.
  private mutating func name(
    _ text: String?, _ group: String, _ table: RegisterTable, _ address: UInt16
  ) -> String {
    let base = Self.plain(text ?? "")
    var candidates = [base.isEmpty ? "\(table.rawValue)_\(address)" : base]
    if !group.isEmpty { candidates.append("\(group).\(candidates[0])") }
    candidates.append("\(candidates[candidates.count - 1])_\(address)")
    let name =
      candidates.map { String($0.prefix(64)) }.first { !names.contains($0) } ?? "point_\(points.count + 1)"
    names.insert(name)
    return name
  }

  /// Text as a name: small letters and digits, with `_` for what stands between.
  private static func plain(_ text: String) -> String {
    var name = ""
    for scalar in text.lowercased().unicodeScalars {
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      if isPlain || scalar == "." {
        name.unicodeScalars.append(scalar)
      } else if !name.isEmpty, !name.hasSuffix("_") {
        name += "_"
      }
    }
    while name.hasSuffix("_") || name.hasSuffix(".") { name.removeLast() }
    while name.hasPrefix(".") { name.removeFirst() }
    return name
  }

  private static func table(_ text: String) -> RegisterTable? {
    let plain = text.lowercased().filter { $0.isLetter || $0.isNumber }
    switch plain {
    case "coil", "coils", "0x", "do", "discreteoutput": return .coil
    case "discrete", "discreteinput", "discreteinputs", "1x", "di", "inputstatus": return .discrete
    case "input", "inputregister", "inputregisters", "3x", "ir": return .input
    case "holding", "holdingregister", "holdingregisters", "4x", "hr", "register": return .holding
    default: return nil
    }
  }

  private static func type(_ text: String) -> PointType? {
    if let type = PointType(text.lowercased()) { return type }
    switch text.lowercased().filter({ $0.isLetter || $0.isNumber }) {
    case "uint16", "uint", "word", "ushort", "unsigned", "unsigned16": return .u16
    case "int16", "int", "short", "signed", "signed16": return PointType(.i16)
    case "uint32", "udint", "dword", "ulong", "unsigned32": return .u32
    case "int32", "dint", "long", "signed32": return PointType(.i32)
    case "uint64", "ulint", "lword": return PointType(.u64)
    case "int64", "lint": return PointType(.i64)
    case "real", "float", "float32", "single": return PointType(.f32)
    case "boolean", "bit", "digital": return .bool
    default: return nil
    }
  }

  private static func byteOrder(_ text: String) -> ByteOrder? {
    switch text.lowercased().filter({ $0.isLetter || $0.isNumber }) {
    case "abcd", "big", "bigendian", "be": .abcd
    case "dcba", "little", "littleendian", "le": .dcba
    case "badc", "bigbyteswap", "byteswap": .badc
    case "cdab", "littlebyteswap", "wordswap": .cdab
    default: nil
    }
  }

  /// Who writes: anything that names both ways, or the way to the device, can be written.
  private static func access(_ text: String) -> PointAccess {
    let plain = text.lowercased().filter { $0.isLetter || $0.isNumber }
    if ["w", "wo", "write", "writeonly"].contains(plain) { return .write }
    let writes = ["rw", "wr", "readwrite", "out", "output", "command", "plctomodule", "todevice", "toplc"]
    return writes.contains(plain) ? .readWrite : .read
  }
}
