/// Looks in a file that comes in pieces for paths of the building machine, so that a large one need not be in memory.
package struct PathSearch: Sendable {
  private let needles: PathNeedles
  private let path: String
  private let reach: Int
  /// The last bytes that came: those that have yet to be searched, and as many before them as decide about them.
  private var window: [UInt8] = []
  /// Where in the window the search goes on.
  private var next = 0
  /// Where in the file the window begins.
  private var start = 0
  /// By the beginning of the file, once enough of it is there.
  private var kind: (isText: Bool, isProgram: Bool)?
  private var problem: RelocationProblem?

  package init(for path: String, by relocation: Relocation) {
    self.path = path
    needles = relocation.needles
    reach = needles.reach
  }

  package mutating func add(_ piece: UnsafeRawBufferPointer) {
    guard problem == nil else { return }
    window.append(contentsOf: piece)
    guard kind != nil || window.count >= PathNeedles.textSample else { return }
    search(upTo: window.count - reach)
    let seen = next - reach
    guard seen > 0 else { return }
    window.removeFirst(seen)
    next -= seen
    start += seen
  }

  /// What the whole file still holds, now that it has ended.
  package mutating func finish() -> RelocationProblem? {
    search(upTo: window.count)
    return problem
  }

  private mutating func search(upTo end: Int) {
    let (isText, isProgram) = kind ?? (PathNeedles.isText(window), RelocationProblem.isProgram(window))
    kind = (isText, isProgram)
    guard problem == nil, next < end else { return }
    if let found = needles.leftover(in: window, startingIn: next..<end, isText: isText) {
      problem = .left(in: path, at: start + found.offset, buildPath: found.path, isProgram: isProgram)
    }
    next = end
  }
}
