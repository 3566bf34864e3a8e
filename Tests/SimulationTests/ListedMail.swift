import Quantities
import SorterModel

/// Mail from a list, so that a test knows every piece beforehand.
final class ListedMail: MailSupply {
  private let pieces: [Mailpiece]
  private var next = 0

  init(_ pieces: [Mailpiece]) { self.pieces = pieces }

  func next(into piece: inout Mailpiece) -> MailAnswer {
    guard next < pieces.count else { return .end }
    piece = pieces[next]
    next += 1
    return .piece
  }
}
