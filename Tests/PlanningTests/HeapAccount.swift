import Glibc

/// Whether something allocates, by what malloc itself says of its heaps before and after.
///
/// It runs in a thread of its own. A thread keeps the chunks that it gives back, for its next requests, and malloc still
/// counts them as taken; a new thread has none, so that even what is given back at once shows. To be asked in a process
/// in which nothing else happens.
final class HeapAccount {
  private let body: () -> Void
  private let before = Account()
  private let after = Account()

  /// What it does for the first time, as looking up types, has to be done before.
  static func changes(by body: @escaping () -> Void) -> Bool {
    let measurement = HeapAccount(body)
    var thread = pthread_t()
    let argument = Unmanaged.passUnretained(measurement).toOpaque()
    let failure = pthread_create(&thread, nil, { HeapAccount.measure($0) }, argument)
    precondition(failure == 0 && pthread_join(thread, nil) == 0, "a thread can be started")
    precondition(measurement.before.text.contains("</malloc>"), "malloc has told of all its heaps")
    return measurement.before.text != measurement.after.text
  }

  private init(_ body: @escaping () -> Void) { self.body = body }

  private static func measure(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let measurement = Unmanaged<HeapAccount>.fromOpaque(argument).takeUnretainedValue()
    // The first request of a thread sets up its heap. One of this size is not kept for later ones.
    let first = malloc(4000)
    measurement.before.write()
    measurement.body()
    measurement.after.write()
    free(first)
    return nil
  }

  /// malloc_info(3), written without allocating.
  private final class Account {
    private static let size = 1 << 18
    private let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    private let file: UnsafeMutablePointer<FILE>
    private let info: @convention(c) (CInt, UnsafeMutablePointer<FILE>) -> CInt

    init() {
      memset(memory, 0, Self.size)
      guard let file = fmemopen(memory, Self.size, "w"), let symbol = dlsym(nil, "malloc_info") else {
        preconditionFailure("glibc has malloc_info, and files in memory")
      }
      self.file = file
      info = unsafeBitCast(symbol, to: (@convention(c) (CInt, UnsafeMutablePointer<FILE>) -> CInt).self)
      setvbuf(file, UnsafeMutablePointer<CChar>.allocate(capacity: Self.size), _IOFBF, Self.size)
    }

    func write() { precondition(info(0, file) == 0, "malloc_info has one way of being called") }

    var text: String {
      fflush(file)
      return String(cString: memory.assumingMemoryBound(to: CChar.self))
    }
  }
}
