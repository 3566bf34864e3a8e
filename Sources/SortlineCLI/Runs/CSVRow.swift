/// The fields of one line of a run's own CSV files (RFC 4180); nil if its quotes do not pair.
///
/// The files sortline writes have no line breaks inside fields.
package func csvFields(_ line: ArraySlice<UInt8>) -> [String]? {
  var fields: [String] = []
  var at = line.startIndex
  let end = line.last == 0x0D ? line.endIndex - 1 : line.endIndex
  while true {
    if at < end, line[at] == UInt8(ascii: "\"") {
      var field: [UInt8] = []
      at += 1
      while true {
        guard at < end else { return nil }
        if line[at] == UInt8(ascii: "\"") {
          at += 1
          guard at < end, line[at] == UInt8(ascii: "\"") else { break }
        }
        field.append(line[at])
        at += 1
      }
      guard at == end || line[at] == UInt8(ascii: ",") else { return nil }
      fields.append(String(decoding: field, as: UTF8.self))
    } else {
      let comma = line[at..<end].firstIndex(of: UInt8(ascii: ",")) ?? end
      fields.append(String(decoding: line[at..<comma], as: UTF8.self))
      at = comma
    }
    if at == end { return fields }
    at += 1
  }
}
