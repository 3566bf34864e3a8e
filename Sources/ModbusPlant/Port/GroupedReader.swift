import RegisterMap
import SorterModel

/// Reads many points in few requests, and goes on without those that the device refuses.
///
/// Where a request is refused for its addresses, its points are tried one by one: those that are refused are
/// quarantined, the others are read on, grouped only where they adjoin.
struct GroupedReader {
  /// Points that the device refuses.
  private(set) var quarantined: [String] = []

  private var points: [RegisterPoint]
  private let limits: ModbusSettings.RequestLimits
  private var requests: [RegisterRequest] = []
  private var values: [[UInt16]] = []
  /// For each name, the request it is in and its place there.
  private var places: [String: (request: Int, offset: Int, point: RegisterPoint)] = [:]

  init(_ points: [RegisterPoint], limits: ModbusSettings.RequestLimits) {
    self.points = points.filter { $0.access != .write }
    self.limits = limits
    plan()
  }

  private mutating func plan() {
    let map = RegisterMap(points)
    requests = RequestPlan(map, .reading, limits: limits).requests
    values = requests.map { [UInt16](repeating: 0, count: $0.addresses.count) }
    places = [:]
    for (index, request) in requests.enumerated() {
      for place in request.points where places[map.points[place].name] == nil {
        let point = map.points[place]
        places[point.name] = (index, Int(point.address) - request.addresses.lowerBound, point)
      }
    }
  }

  /// Reads everything; `between` is called before each request, for what cannot wait.
  mutating func read(_ link: PlantLink, between: () -> Void = {}) throws(ModbusFault) {
    var index = 0
    while index < requests.count {
      between()
      let request = requests[index]
      let block = PointBlock(request)
      do throws(ModbusFault) {
        try link.read(block, from: 0, count: block.count, into: &values[index])
        index += 1
      } catch .exception(.illegalAddress) {
        try isolate(request, link)
        index = 0
      } catch {
        throw error
      }
    }
  }

  /// Finds out which of a refused request's points the device does not have.
  private mutating func isolate(_ request: RegisterRequest, _ link: PlantLink) throws(ModbusFault) {
    var names: Set<String> = []
    var words: [UInt16] = []
    for place in request.points {
      let point = points[place]
      names.insert(point.name)
      do throws(ModbusFault) {
        let block = PointBlock(point)
        try link.read(block, from: 0, count: block.count, into: &words)
      } catch .exception(.illegalAddress) {
        quarantined.append(point.name)
      } catch {
        throw error
      }
    }
    points.removeAll { quarantined.contains($0.name) }
    for index in points.indices where names.contains(points[index].name) { points[index].pollGroup = "" }
    plan()
  }

  /// The raw number of a point of up to 32 bits as it was read last; nil where it is not read.
  func raw(_ name: String) -> UInt32? {
    guard let (request, offset, point) = places[name], offset >= 0, offset < values[request].count else {
      return nil
    }
    let words = values[request]
    switch point.type.element {
    case .bool:
      guard let bit = point.bit, !point.table.isBits else { return words[offset] == 0 ? 0 : 1 }
      return UInt32(words[offset] >> UInt16(bit & 15) & 1)
    case .u16, .i16: return UInt32(words[offset])
    case .u32, .i32, .f32:
      guard offset + 1 < words.count else { return nil }
      return point.byteOrder.value(words[offset], words[offset + 1])
    case .u64, .i64, .ascii: return nil
    }
  }

  /// Whether a bit is on; nil where it is not read.
  func isOn(_ name: String) -> Bool? { raw(name).map { $0 != 0 } }
}

extension PointBlock {
  /// The addresses of a planned request.
  init(_ request: RegisterRequest) {
    name = "\(request.table.rawValue) \(request.addresses.lowerBound)-\(request.addresses.upperBound - 1)"
    table = request.table
    address = request.addresses.lowerBound
    count = request.addresses.count
    grain = 1
  }
}
