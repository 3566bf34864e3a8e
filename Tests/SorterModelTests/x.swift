import Testing
@testable import SorterModel
