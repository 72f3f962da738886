/// Moments at which something is to be done about a process, the next one first: a binary heap. Entries are never taken out before
/// their turn; whoever takes one looks whether it still counts.
struct MomentQueue {
  struct Entry {
    let moment: UInt64
    let process: Int

    fileprivate func isBefore(_ other: Entry) -> Bool {
      moment != other.moment ? moment < other.moment : process < other.process
    }
  }

  private var heap: [Entry] = []

  var first: Entry? { heap.first }

  mutating func add(_ moment: UInt64, for process: Int) {
    heap.append(Entry(moment: moment, process: process))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
