internal import CLinux

/// Those that stay open when a process closes all others.
package struct KeptDescriptors: Sendable {
  // Not an array of `DescriptorNumber`, which each start would have to set up; the one of numbers is part of Swift's library.
  private var numbers: [Int] = []

  package init() {}

  package init(_ several: [DescriptorNumber]) { for number in several { add(number) } }

  package mutating func add(_ number: DescriptorNumber) { numbers.append(Int(number.value)) }

  /// The smallest number from `first` on. The few are searched again and again: to sort them would be generic code.
  fileprivate func smallest(from first: Int) -> Int? {
    var smallest: Int?
    for number in numbers where number >= first {
      if let found = smallest, found <= number { continue }
      smallest = number
    }
    return smallest
  }
}

extension Descriptor {
  /// Closes every descriptor of this process but standard input, output and error and those that are kept. close_range(2)
  package static func closeAll(except kept: KeptDescriptors = KeptDescriptors()) throws(SysError) {
    var first = 3
    while let next = kept.smallest(from: first) {
      if next > first {
        try check(.close_range, "") { cl_close_range(CUnsignedInt(first), CUnsignedInt(next - 1), false) }
      }
      first = next + 1
    }
    try check(.close_range, "") { cl_close_range(CUnsignedInt(first), CUnsignedInt.max, false) }
  }
}
