/// Cuts inputs.jsonl into stretches of whole lines, without reading more than the end of each.
///
/// What it cannot cut so is left to `InputLineReader.next`: a line that is longer than what is looked at, or that
/// does not end with a checksum, and a torn tail. One thread at a time.
public final class InputCutter: @unchecked Sendable {
  private let file: OpenFile
  private let stretchBytes: Int
  private var offset: Int
  /// The checksum of the line before `offset`; nil where it could not be seen.
  private var checksum: UInt32?
  private var tail: [UInt8]

  /// How much of a stretch's end is looked at: some dozens of lines.
  private static let tailBytes = 4096

  init(_ file: OpenFile, from offset: Int, checksum: UInt32, stretchBytes: Int) {
    self.file = file
    self.offset = offset
    self.checksum = checksum
    self.stretchBytes = stretchBytes
    tail = Array(repeating: 0, count: min(stretchBytes, Self.tailBytes))
  }

  /// Makes `stretch` the next one; false where nothing more can be cut.
  public func cut(into stretch: InputStretch) -> Bool {
    guard let checksum else { return false }
    let limit = min(file.size, offset + stretchBytes)
    let looked = min(tail.count, limit - offset)
    guard looked > 0, let end = lineEnd(in: limit - looked..<limit) else { return false }
    stretch.cut(file, from: offset, count: end.offset - offset, checksum: checksum)
    offset = end.offset
    self.checksum = end.checksum
    return true
  }

  /// Behind the last line that ends in this part of the file, and the checksum with which that line ends.
  private func lineEnd(in part: Range<Int>) -> (offset: Int, checksum: UInt32?)? {
    unsafe tail.withUnsafeMutableBytes { bytes in
      let room = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<part.count])
      guard let have = unsafe try? file.fill(room, at: part.lowerBound),
        let end = unsafe room[..<have].lastIndex(of: 0x0A)
      else { return nil }
      let line = unsafe UnsafeRawBufferPointer(rebasing: room[..<end])
      return unsafe (part.lowerBound + end + 1, LineChecksum.told(by: line, ending: .input))
    }
  }
}
