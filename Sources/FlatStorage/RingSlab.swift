/// A fixed block of a power of two of trivially copyable elements, whose indices go round.
///
/// Every index is masked, so each access is inside the block without a check: what is kept by a running
/// number (pieces, by their tracking number) is found at that number. Two numbers that differ by a
/// multiple of `count` share a place; it is for the owner to see that both are never needed at once.
@safe
@frozen
public struct RingSlab<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline let base: UnsafeMutablePointer<Element>
  @usableFromInline let mask: Int
  /// How many elements there are: a power of two.
  @inlinable public var count: Int { mask &+ 1 }

  /// A block of `count` copies of `element`; traps unless `count` is a power of two.
  @inlinable
  public init(count: Int, repeating element: Element) {
    precondition(count > 0 && count & (count - 1) == 0, "a ring of slots has a power of two of them")
    unsafe base = allocateLines(for: count)
    unsafe base.initialize(repeating: element, count: count)
    mask = count - 1
  }

  /// A block that begins with the elements of `array` and is filled up to a power of two with `filler`.
  @inlinable
  public init(_ array: [Element], fillingWith filler: Element) {
    var count = 1
    while count < array.count { count *= 2 }
    self.init(count: count, repeating: filler)
    for index in array.indices { unsafe base[index] = array[index] }
  }

  @inlinable
  deinit { unsafe UnsafeMutableRawPointer(base).deallocate() }

  /// The element at `index`, taken round.
  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(base + (index & mask)) }
    @inline(__always) unsafeMutableAddress { unsafe base + (index & mask) }
  }
}

extension RingSlab: @unchecked Sendable where Element: Sendable {}
