import Quantities

/// What a scanner says of one piece, as it passes from its feed to the control thread.
@frozen
public struct ScannerReading: Hashable, Sendable, BitwiseCopyable {
  /// The piece's number, where the scanner knows it; `.none` where the belt position must tell.
  public var piece: PieceID
  /// The destination that was read; `.none` where nothing was.
  public var code: DestinationCode
  /// What the piece measures.
  public var dimensions: Dimensions
  /// What became of the reading.
  public var quality: ReadQuality

  /// A reading.
  public init(
    piece: PieceID = .none, code: DestinationCode, dimensions: Dimensions, quality: ReadQuality = .good
  ) {
    self.piece = piece
    self.code = code
    self.dimensions = dimensions
    self.quality = quality
  }
}
