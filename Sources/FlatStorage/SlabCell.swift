/// One element of a slab, found once and then read and written in place.
///
/// The compiler cannot see that writing an element leaves its slab where it is, so it finds the element anew
/// after every write: five instructions instead of one. A cell is for the functions in which that shows. It is
/// taken from a slab that outlives the function, and is never kept: hence the `unsafe` where it is taken.
@safe
@frozen
public struct SlabCell<Element: BitwiseCopyable> {
  /// Where the element lies.
  @unsafe public let address: UnsafeMutablePointer<Element>

  @inlinable
  @inline(__always)
  init(_ address: UnsafeMutablePointer<Element>) { unsafe self.address = address }

  /// The element.
  @inlinable
  public var value: Element {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(address) }
    @inline(__always) nonmutating unsafeMutableAddress { unsafe address }
  }
}

extension RingSlab {
  /// The element at `index`, taken round, for as long as the slab lives.
  @unsafe
  @inlinable
  @inline(__always)
  public func cell(_ index: Int) -> SlabCell<Element> { unsafe SlabCell(base + (index & mask)) }
}

extension Slab {
  /// The element at `index`, for as long as the slab lives; traps outside `0 ..< count`.
  @unsafe
  @inlinable
  @inline(__always)
  public func cell(_ index: Int) -> SlabCell<Element> {
    precondition(
      UInt(bitPattern: index) < UInt(bitPattern: count), "a cell was taken outside its slab's bounds")
    return unsafe SlabCell(base + index)
  }
}
